import { Transform, type TransformCallback } from 'node:stream';

/** A line that was too long to be kept: what its beginning and its end looked like. */
export interface DroppedMessage {
  readonly bytes: number;
  readonly head: string;
  readonly tail: string;
}

/** What the gate needs. */
export interface MessageSizeLimitOptions {
  /** Longest line that passes, bytes without its newline. */
  readonly maxBytes: number;
  readonly onDropped: (line: DroppedMessage) => void;
}

/** Bytes kept of each end of a dropped line, to find the id of the request in it. */
const GLIMPSE = 256;
const NEWLINE = 0x0a;

/**
 * Passes whole lines on and drops those that are too long, where the SDK's transport would close the connection. A last
 * line without newline passes at the end.
 */
export class MessageSizeLimit extends Transform {
  readonly #options: MessageSizeLimitOptions;
  #parts: Buffer[] = [];
  #bytes = 0;
  #head = '';
  #tail = '';

  constructor(options: MessageSizeLimitOptions) {
    // One line, one chunk: what reads them must never be handed several at once.
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
      this.#head = kept.toString('utf8', 0, GLIMPSE);
      this.#tail = kept.toString('utf8', Math.max(0, kept.length - GLIMPSE));
      this.#parts = [];
    }
    if (this.#head === '') this.#head = part.toString('utf8', 0, GLIMPSE);
    this.#tail = (this.#tail + part.toString('utf8', Math.max(0, part.length - GLIMPSE))).slice(-GLIMPSE);
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

/**
 * The id of the request in a dropped line, where it stands first or last in the object, as every known client writes
 * it. Undefined where that is not certain: an answer to the wrong request would be worse than none.
 */
export function requestIdOf(line: DroppedMessage): string | number | undefined {
  const first = /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d{1,15}|"[^"\\]{1,100}")\s*,/.exec(line.head);
  const last = /,\s*"id"\s*:\s*(\d{1,15}|"[^"\\]{1,100}")\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/.exec(line.tail);
  const text = first?.[1] ?? last?.[1];
  if (text === undefined) return undefined;
  return text.startsWith('"') ? text.slice(1, -1) : Number(text);
}
