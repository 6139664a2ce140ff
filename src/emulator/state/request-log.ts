import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../shared/time/clock.ts';

/** The server that received a request. */
export type OriginName = 'api' | 'shard' | 'storage';

/** Purpose of a request. Scripted faults cannot target `other`. */
export type Phase = 'token' | 'upload' | 'submit' | 'status' | 'cancel' | 'download' | 'custom-models' | 'other';

/** Trace of a secret in the log: enough to tell two apart, not to use it. */
interface HashedSecret {
  readonly sha256: string;
}

/** Trace of a body that is too large to store. */
interface ContentDigest {
  /** Hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly length: number;
}

/** One request from the server's point of view. Times are epoch milliseconds of the emulator's clock. */
export interface LoggedRequest {
  /** Sequence number in the order of arrival, from 1. */
  readonly seq: number;
  readonly origin: OriginName;
  readonly phase: Phase;
  /** Adobe's operation id; undefined for an unknown route. */
  readonly operation: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Selected headers; the token is in `authorization`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Hash of the `Authorization` header, if one was sent. */
  readonly authorization: HashedSecret | undefined;
  /** Address and port of the client. */
  readonly remote: string;
  /** Arrival of the first byte of the request head. */
  readonly headAt: number;
  /** Arrival of the last byte of the body; undefined until then. */
  completeAt: number | undefined;
  /** The body as text, at most 16 kB; secrets of a token request are hashed. */
  body: string | undefined;
  /** The parsed body, if it is JSON. */
  json: unknown;
  /** Digest of an upload, instead of `body`. */
  uploaded: ContentDigest | undefined;
  /** HTTP status of the response; undefined until it is sent, and if a fault withheld it. */
  status: number | undefined;
  answeredAt: number | undefined;
  /** Digest of the body of a download that was answered with 200. */
  served: ContentDigest | undefined;
  /** Kind of the scripted fault that was applied. */
  fault: string | undefined;
  /** URN of the job that the request created or named. */
  jobId: string | undefined;
}

/** Facts of a request whose head has arrived. */
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

const MAX_LOGGED_BYTES = 16 * 1024;
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

/** Log of every request to the emulator: the server's record, by which tests judge quota and "paid once". */
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

  /** Records a received body. */
  complete(entry: LoggedRequest, body: Buffer): void {
    entry.completeAt = this.#clock.now();
    if (body.length === 0) return;
    if (entry.phase === 'upload') {
      entry.uploaded = digestOf(body);
      return;
    }
    const text = body.subarray(0, MAX_LOGGED_BYTES).toString('utf8');
    entry.body = entry.phase === 'token' ? hashSecrets(text) : text;
    entry.json = entry.phase === 'token' ? undefined : parseJson(text);
  }

  answered(entry: LoggedRequest, { status, body }: { readonly status: number; readonly body: Buffer }): void {
    entry.status = status;
    entry.answeredAt = this.#clock.now();
    if (entry.phase === 'download' && status === 200) entry.served = digestOf(body);
  }

  /** Copies of the entries, which later requests do not change; oldest first. */
  list(phase?: Phase): readonly LoggedRequest[] {
    return this.#entries.filter((entry) => phase === undefined || entry.phase === phase).map((entry) => ({ ...entry }));
  }

  clear(): void {
    this.#entries = [];
  }
}

function digestOf(body: Buffer): ContentDigest {
  return { sha256: createHash('sha256').update(body).digest('hex'), length: body.length };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function queryValue(name: string, value: string): string {
  return /signature|token|secret/i.test(name) ? `sha256:${hash(value)}` : value;
}

function hashSecrets(form: string): string {
  const fields = new URLSearchParams(form);
  for (const name of SECRET_FIELDS) {
    const value = fields.get(name);
    if (value !== null) fields.set(name, `sha256:${hash(value)}`);
  }
  return fields.toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
