/** Body of a response. `json` is validated against the wire schemas before it is sent. */
type Content =
  | { readonly json: unknown }
  | { readonly text: string; readonly type: string }
  | { readonly bytes: Uint8Array; readonly type: string };

/** A response as an operation returns it. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Absent for an empty body. */
  readonly content?: Content | undefined;
}

/** A response as bytes on the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Thrown by any step that refuses a request. Created in `errors.ts` and `picture-errors.ts` only. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`HTTP ${answer.status}`);
    this.answer = answer;
  }
}

/** Serialises a response, with `content-type` and `content-length`. */
export function toWire({ status, headers = {}, content }: Answer): WireAnswer {
  const body = encode(content);
  const type = content === undefined ? {} : { 'content-type': typeOf(content) };
  return { status, headers: { ...type, ...headers, 'content-length': String(body.length) }, body };
}

function encode(content: Content | undefined): Buffer {
  if (content === undefined) return Buffer.alloc(0);
  if ('json' in content) return Buffer.from(JSON.stringify(content.json));
  return 'text' in content ? Buffer.from(content.text) : Buffer.from(content.bytes);
}

function typeOf(content: Content): string {
  return 'json' in content ? 'application/json' : content.type;
}
