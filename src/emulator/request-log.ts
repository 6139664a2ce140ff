import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../shared/clock.ts';
import type { Call, OriginName } from './call.ts';

/** One request as it reached the emulator: the truth that tests compare a client's own story with. */
export interface LoggedRequest {
  /** Counts from 1 in the order of arrival. */
  readonly number: number;
  readonly origin: OriginName;
  readonly method: string;
  readonly path: string;
  /** Without signatures. */
  readonly query: Readonly<Record<string, string>>;
  /** Credentials are reduced to `yes`. */
  readonly headers: Readonly<Record<string, string>>;
  /** When the head of the request was here, epoch milliseconds. */
  readonly headAt: number;
  /** When its body was complete; undefined where it never was. */
  readonly bodyAt?: number;
  /** Parsed where it is JSON or a form (secrets reduced to `yes`), else text; undefined where there is none. */
  readonly body?: unknown;
  /** Adobe's operation id; undefined where no route matched. */
  readonly operation?: string;
  /** The status that was sent; undefined where none was. */
  readonly status?: number;
  /** Kind of the scripted fault that struck. */
  readonly fault?: string;
  /** Why the emulator broke down here. A person should look. */
  readonly defect?: string;
}

/** A paid job that really was created, whether or not the client ever learnt of it. */
export interface LoggedSubmit {
  readonly jobId: string;
  readonly operation: string;
  readonly model: string;
  readonly body: unknown;
  /** When the head of its request was here, epoch milliseconds. */
  readonly headAt: number;
  /** When the job was created, epoch milliseconds. */
  readonly createdAt: number;
}

/** An entry that is still being written. */
export type OpenEntry = { -readonly [Key in keyof LoggedRequest]: LoggedRequest[Key] };

/** The oldest entries beyond this are forgotten. */
const MOST_ENTRIES = 20_000;
const SECRET_HEADERS = /^(authorization|x-api-key|x-user-token|cookie|proxy-authorization)$/;
const SECRET_PARAMETERS = /secret|signature|token/i;

/** What happened, in order. */
export class RequestLog {
  readonly #clock: Clock;
  #requests: OpenEntry[] = [];
  #submits: LoggedSubmit[] = [];
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes the head of a request, as soon as it is here. */
  open(head: Omit<Call, 'body'>): OpenEntry {
    this.#count += 1;
    const entry: OpenEntry = {
      number: this.#count,
      origin: head.origin,
      method: head.method,
      path: head.path,
      query: reduced(head.query),
      headers: reducedHeaders(head.headers),
      headAt: this.#clock.now(),
    };
    this.#requests.push(entry);
    if (this.#requests.length > MOST_ENTRIES) this.#requests.shift();
    return entry;
  }

  /** Notes that the body is complete. */
  received(entry: OpenEntry, call: Call): void {
    entry.bodyAt = this.#clock.now();
    const body = readable(call);
    if (body !== undefined) entry.body = body;
  }

  submitted(submit: Omit<LoggedSubmit, 'createdAt'>): void {
    this.#submits.push({ ...submit, createdAt: this.#clock.now() });
    if (this.#submits.length > MOST_ENTRIES) this.#submits.shift();
  }

  requests(): readonly LoggedRequest[] {
    return this.#requests.map((entry) => ({ ...entry }));
  }

  submits(): readonly LoggedSubmit[] {
    return [...this.#submits];
  }

  clear(): void {
    this.#requests = [];
    this.#submits = [];
  }
}

function reduced(parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    [...parameters].map(([name, value]) => [name, SECRET_PARAMETERS.test(name) ? 'yes' : value]),
  );
}

function reducedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, SECRET_HEADERS.test(name) ? 'yes' : String(value)]),
  );
}

function readable({ body, headers }: Call): unknown {
  if (body.text === '') return undefined;
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    return reduced(new URLSearchParams(body.text));
  }
  try {
    return JSON.parse(body.text) as unknown;
  } catch {
    return body.text;
  }
}
