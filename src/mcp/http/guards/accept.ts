/** The body types that a client can read. */
export interface Accepted {
  readonly json: boolean;
  readonly events: boolean;
}

const JSON_TYPE = 'application/json';
export const EVENT_TYPE = 'text/event-stream';
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
  return new Response(answers.length === 1 ? first : `[${answers.join(',')}]`, { status: response.status, headers });
}

function isAnswer(message: object): boolean {
  return 'result' in message || 'error' in message;
}
