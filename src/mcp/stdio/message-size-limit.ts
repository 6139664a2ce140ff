import { Transform, type TransformCallback } from 'node:stream';

/** A message over the limit: its size, and the first and last 256 bytes as text. */
export interface DroppedMessage {
  readonly bytes: number;
  readonly head: string;
  readonly tail: string;
}

/** Options of `MessageSizeLimit`. */
export interface MessageSizeLimitOptions {
  /** Longest line that passes, in bytes without its newline. */
  readonly maxBytes: number;
  readonly onDropped: (message: DroppedMessage) => void;
}

/** Bytes kept of both ends of a dropped line, in which the request id is searched. */
const KEPT_BYTES = 256;
const NEWLINE = 0x0a;

/**
 * Passes whole lines on and drops longer ones, for which the SDK's transport would close the connection. A last line
 * without newline passes at the end of the input.
 */
export class MessageSizeLimit extends Transform {
  readonly #options: MessageSizeLimitOptions;
  #parts: Buffer[] = [];
  #bytes = 0;
  #head = '';
  #tail = '';

  constructor(options: MessageSizeLimitOptions) {
    // Object mode keeps every line a chunk of its own: joined lines could exceed the buffer limit of the SDK's transport.
    super({ readableObjectMode: true });
    this.#options = options;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#take(chunk.subarray(start, end));
      this.#finishLine();
      start = end + 1;
    }
    this.#take(chunk.subarray(start));
    done();
  }

  override _flush(done: TransformCallback): void {
    if (this.#bytes > 0) this.#finishLine();
    done();
  }

  #take(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes <= this.#options.maxBytes) {
      this.#parts.push(part);
      return;
    }
    if (this.#parts.length > 0) {
      const kept = Buffer.concat(this.#parts);
      this.#head = kept.toString('utf8', 0, KEPT_BYTES);
      this.#tail = kept.toString('utf8', Math.max(0, kept.length - KEPT_BYTES));
      this.#parts = [];
    }
    if (this.#head === '') this.#head = part.toString('utf8', 0, KEPT_BYTES);
    this.#tail = (this.#tail + part.toString('utf8', Math.max(0, part.length - KEPT_BYTES))).slice(-KEPT_BYTES);
  }

  #finishLine(): void {
    if (this.#bytes > this.#options.maxBytes) {
      this.#options.onDropped({ bytes: this.#bytes, head: this.#head, tail: this.#tail });
    } else {
      this.push(Buffer.concat([...this.#parts, Buffer.of(NEWLINE)]));
    }
    this.#parts = [];
    this.#bytes = 0;
    this.#head = '';
    this.#tail = '';
  }
}
