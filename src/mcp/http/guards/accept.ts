/** The body types that a client can read. */
export interface Accepted {
  readonly json: boolean;
  readonly events: boolean;
}

const JSON_TYPE = 'application/json';
const EVENT_TYPE = 'text/event-stream';
/** What the SDK wants to see; `asJson` serves a client that cannot read event streams. */
export const EVERY_TYPE = `${JSON_TYPE}, ${EVENT_TYPE}`;

/** Reads an Accept header (RFC 9110 section 12.5.1): wildcards, any case, weights; without a header every type is accepted. */
export function readAccept(header: string | undefined): Accepted {
  if (header === undefined || header.trim() === '') return { json: true, events: true };
  const ranges = header.split(',').map((part) => {
    const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const weight = parameters
      .map((parameter) => /^q\s*=\s*(.*)$/.exec(parameter)?.[1])
      .find((value) => value !== undefined);
    return { range, isRefused: weight !== undefined && Number(weight) === 0 };
  });
  // The most specific range decides.
  const takes = (type: string) => {
    const names = [type, type.replace(/\/.*/, '/*'), '*/*'];
    const found = names.map((name) => ranges.find(({ range }) => range === name)).find((range) => range !== undefined);
    return found !== undefined && !found.isRefused;
  };
  return { json: takes(JSON_TYPE), events: takes(EVENT_TYPE) };
}

/**
 * The response as JSON for a client that reads no event stream: the answers to its requests, of a batch as a list.
 * Notifications and questions to a person cannot reach such a client.
 */
export async function asJson(response: Response): Promise<Response> {
  if (response.headers.get('content-type')?.startsWith(EVENT_TYPE) !== true) return response;
  const events = (await response.text()).split('\n').filter((line) => line.startsWith('data: {'));
  const answers = events.map((line) => line.slice('data: '.length)).filter((text) => isAnswer(JSON.parse(text)));
  const headers = new Headers(response.headers);
  headers.set('content-type', JSON_TYPE);
  const [first] = answers;
  if (first === undefined) return new Response(null, { status: 202, headers });
  const text = answers.length === 1 ? first : `[${answers.join(',')}]`;
  const init = { status: response.status, headers };
  if (text.length <= PIECE_BYTES) return new Response(text, init);
  return new Response(new Blob([text]).stream().pipeThrough(inPieces()), init);
}

/** Something to send at once: Node holds the head of a response back until the first bytes, and clients wait for it. */
const FIRST_BYTES = new TextEncoder().encode(': open\n\n');

/** What a slow client reads within a minute in any case. */
const PIECE_BYTES = 64 * 1024;

/** An event stream whose head is sent at once; any other response unchanged. */
export function openAtOnce(response: Response): Response {
  const { body, status, headers } = response;
  if (body === null || headers.get('content-type')?.startsWith(EVENT_TYPE) !== true) return response;
  return new Response(body.pipeThrough(inPieces(FIRST_BYTES)), { status, headers });
}

/**
 * Passes bytes on in pieces, so that a slow client can be told from one that reads nothing (`unread-answers.ts`).
 * @param first goes before them
 */
function inPieces(first?: Uint8Array): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    start: (controller) => void (first && controller.enqueue(first)),
    transform: (bytes, controller) => {
      for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
        controller.enqueue(bytes.subarray(from, from + PIECE_BYTES));
      }
    },
  });
}

function isAnswer(message: object): boolean {
  return 'result' in message || 'error' in message;
}
