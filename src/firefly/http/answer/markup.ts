/** A body that is called a page, and begins as one. */
export class MarkupError extends Error {
  override readonly name = 'MarkupError';
}

const MARKUP = /^\s*</;

/** The chunks of a body that is called a page, unless it is one: some storages call pictures so. @throws MarkupError */
export async function* withoutMarkup(chunks: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  let isFirst = true;
  for await (const chunk of chunks) {
    if (isFirst && chunk instanceof Uint8Array && MARKUP.test(Buffer.from(chunk.subarray(0, 200)).toString('latin1'))) {
      throw new MarkupError();
    }
    isFirst = false;
    yield chunk;
  }
}
