import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../shared/clock.ts';

/** Which of the three servers a request came to. */
export type OriginName = 'api' | 'shard' | 'storage';

/** What a request is for. `other`: anything that no scripted fault can be aimed at. */
export type Phase = 'token' | 'upload' | 'submit' | 'status' | 'cancel' | 'download' | 'custom-models' | 'other';

/** A secret in a log: that it was there, and enough to tell two apart. */
interface SeenSecret {
  readonly sha256: string;
}

/** What bytes were, when they are too many to keep. */
interface SeenBytes {
  /** Hex. */
  readonly sha256: string;
  /** How many. */
  readonly length: number;
}

/** What a request looked like from the server's side. Times are epoch milliseconds of the emulator's clock. */
export interface LoggedRequest {
  /** Counts up from 1 in the order of arrival. */
  readonly seq: number;
  readonly origin: OriginName;
  readonly phase: Phase;
  /** Adobe's operation id, where the route is known. */
  readonly operation: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Headers of interest; a secret is there as its hash. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bearer token, if one was sent. */
  readonly authorization: SeenSecret | undefined;
  /** Address and port of the other side. */
  readonly remote: string;
  /** When the first byte of the request head arrived. */
  readonly headAt: number;
  /** When the last byte of the body had arrived; undefined until then. */
  completeAt: number | undefined;
  /** The body as text, secrets of a token request reduced to hashes; at most 16 kB of it. */
  body: string | undefined;
  /** The JSON of the body, where it is JSON. */
  json: unknown;
  /** The body of an upload, in place of its text. */
  uploaded: SeenBytes | undefined;
  /** HTTP status of the answer; undefined while there is none, and when a fault withheld it. */
  status: number | undefined;
  answeredAt: number | undefined;
  /** The body of a download that was answered with 200. */
  served: SeenBytes | undefined;
  /** The scripted fault that this request met. */
  fault: string | undefined;
  /** The job that this request created or asked about. */
  jobId: string | undefined;
}

/** What is known when the head of a request has arrived. */
export interface Arrival {
  readonly origin: OriginName;
  readonly phase: Phase;
  readonly operation: string | undefined;
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly remote: string;
  readonly headAt: number;
}

const LONGEST_BODY = 16 * 1024;
const SECRET_FIELDS = ['client_secret', 'code', 'refresh_token'];
const HEADERS = [
  'accept',
  'accept-encoding',
  'connection',
  'content-type',
  'content-length',
  'host',
  'transfer-encoding',
  'user-agent',
  'x-accept-mimetype',
  'x-api-key',
  'x-model-version',
  'x-request-id',
];

/** Every request that reached the emulator, oldest first. */
export class RequestLog {
  readonly #clock: Clock;
  readonly #limit: number;
  #entries: LoggedRequest[] = [];
  #seq = 0;

  constructor(options: { clock: Clock; limit: number }) {
    this.#clock = options.clock;
    this.#limit = options.limit;
  }

  open(arrival: Arrival): LoggedRequest {
    const { url, headers } = arrival;
    const entry: LoggedRequest = {
      seq: ++this.#seq,
      origin: arrival.origin,
      phase: arrival.phase,
      operation: arrival.operation,
      method: arrival.method,
      path: url.pathname,
      query: Object.fromEntries(Array.from(url.searchParams, ([name, value]) => [name, queryValue(name, value)])),
      headers: Object.fromEntries(
        HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
      ),
      authorization: headers.authorization === undefined ? undefined : { sha256: hash(headers.authorization) },
      remote: arrival.remote,
      headAt: arrival.headAt,
      completeAt: undefined,
      body: undefined,
      json: undefined,
      uploaded: undefined,
      status: undefined,
      answeredAt: undefined,
      served: undefined,
      fault: undefined,
      jobId: undefined,
    };
    this.#entries.push(entry);
    if (this.#entries.length > this.#limit) this.#entries.splice(0, this.#entries.length - this.#limit);
    return entry;
  }

  /** The whole body is here. */
  complete(entry: LoggedRequest, body: Buffer): void {
    entry.completeAt = this.#clock.now();
    if (body.length === 0) return;
    if (entry.phase === 'upload') {
      entry.uploaded = bytesSeen(body);
      return;
    }
    const text = body.subarray(0, LONGEST_BODY).toString('utf8');
    entry.body = entry.phase === 'token' ? hideSecrets(text) : text;
    entry.json = entry.phase === 'token' ? undefined : parsed(text);
  }

  answered(entry: LoggedRequest, { status, body }: { readonly status: number; readonly body: Buffer }): void {
    entry.status = status;
    entry.answeredAt = this.#clock.now();
    if (entry.phase === 'download' && status === 200) entry.served = bytesSeen(body);
  }

  /** Copies, so that a test can keep what it saw. */
  list(phase?: Phase): readonly LoggedRequest[] {
    return this.#entries.filter((entry) => phase === undefined || entry.phase === phase).map((entry) => ({ ...entry }));
  }

  clear(): void {
    this.#entries = [];
  }
}

function bytesSeen(body: Buffer): SeenBytes {
  return { sha256: createHash('sha256').update(body).digest('hex'), length: body.length };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function queryValue(name: string, value: string): string {
  return /signature|token|secret/i.test(name) ? `sha256:${hash(value)}` : value;
}

function hideSecrets(form: string): string {
  const fields = new URLSearchParams(form);
  for (const name of SECRET_FIELDS) {
    const value = fields.get(name);
    if (value !== null) fields.set(name, `sha256:${hash(value)}`);
  }
  return fields.toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
