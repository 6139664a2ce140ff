import type { IncomingMessage } from 'node:http';
import { errorResponse, type Fault } from '../../fault.ts';
import { readMessages } from '../../incoming.ts';
import { readJson } from '../../read-json.ts';
import type { Refusal } from './request-guard.ts';

/** What was posted: messages for the SDK, or the response to what cannot be processed. */
export type Posted =
  | { readonly kind: 'messages'; readonly body: unknown; readonly isInitialize: boolean }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Reads the body of a POST.
 * @param revision protocol revision of the session that the request names, by which a batch is judged
 * @returns undefined where the client is gone before its body was complete
 */
export async function readPosted(
  request: IncomingMessage,
  maxBytes: number,
  revision: string | undefined,
): Promise<Posted | undefined> {
  const bytes = await readBytes(request, maxBytes);
  if (bytes === 'gone') return undefined;
  if (bytes === 'too_large') {
    return {
      kind: 'refused',
      refusal: { status: 413, message: `A request has at most ${maxBytes} bytes. Name large files by path.` },
    };
  }
  const read = readJson(bytes);
  if (read === undefined) return refused({ code: -32700, message: 'The body is empty.', id: null });
  if ('fault' in read) return refused(read.fault);
  const incoming = readMessages(read, revision);
  const fault = incoming.find((part) => 'fault' in part);
  if (fault !== undefined) return refused(fault.fault);
  const messages = incoming.flatMap((part) => ('message' in part ? [part.message] : []));
  const [first] = messages;
  const isInitialize =
    messages.length === 1 && first !== undefined && 'method' in first && first.method === 'initialize';
  return { kind: 'messages', body: Array.isArray(read.value) ? messages : first, isInitialize };
}

function refused(fault: Fault): Posted {
  return { kind: 'refused', refusal: { status: 400, message: fault.message, body: errorResponse(fault) } };
}

async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | 'too_large' | 'gone'> {
  if (Number(request.headers['content-length']) > maxBytes) return 'too_large';
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // The end of a loop over the request itself would end its connection, before it is answered.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) continue;
      bytes += chunk.length;
      if (bytes > maxBytes) return 'too_large';
      chunks.push(chunk);
    }
  } catch {
    return 'gone';
  }
  return Buffer.concat(chunks);
}
