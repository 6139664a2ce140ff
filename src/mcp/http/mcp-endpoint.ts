import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  createMcpHandler,
  isLegacyRequest,
  PROTOCOL_VERSION_META_KEY,
  type McpHttpHandler,
} from '@modelcontextprotocol/server';
import type { Identity } from '../../shared/caller.ts';
import { isRecord } from '../../shared/text/json.ts';
import type { Connection, ServingOptions } from '../options.ts';
import { createServerFactory } from '../server.ts';
import { serverClosing } from '../server-closing.ts';
import { asJson, EVERY_TYPE, readAccept } from './guards/accept.ts';
import { InFlight } from './exchange/in-flight.ts';
import { readPosted } from './guards/request-body.ts';
import type { Refusal } from './guards/request-guard.ts';
import { lazyChanges } from '../subscriptions/lazy-changes.ts';
import { readListen } from '../subscriptions/listen-request.ts';
import { Listening, type ListenCall } from './listening.ts';
import type { SessionLimits } from './options.ts';
import { refuse } from './respond.ts';
import { missingScope } from '../sign-in/scopes.ts';
import { identityOf, responseTo, scopeRefusal, toAuthInfo } from './sender.ts';
import { Sessions } from './sessions.ts';
import { Starts } from './exchange/starts.ts';
import { sendWebResponse, toWebRequest } from './exchange/web.ts';

const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Interval of comment frames on open streams, which keep a proxy from closing them as idle. */
const KEEP_ALIVE_MS = 5_000;
const SESSION_IDLE_MS = 30 * 60_000;
const MAX_SESSIONS = 256;
const NOT_ACCEPTABLE: Refusal = {
  status: 406,
  message: 'Accept must allow text/event-stream, or for a POST application/json at least.',
};
const TOO_SLOW: Refusal = { status: 408, message: 'The body of the message took too long to come.' };
/** Reason of an abort after each request: without one, Node would make an error with its stack each time. */
const BODY_READ = new Error('the body was read');
/** Time for waiting calls to answer with what they have, after the grace. */
const DRAIN_TIMEOUT_MS = 1_000;

/** What people see of this server, known once it listens. */
interface Site {
  /** Addresses that a principal is given in answers. */
  readonly addressesFor: Connection['addressesFor'];
  /** Where clients learn who signs people in; undefined where no issuer does. */
  readonly metadata: () => string | undefined;
  /** Time for the body of a message to arrive, milliseconds. */
  readonly bodyMs: number;
}

/** The MCP endpoint in both protocol eras, for requests that have passed the guards. */
export class McpEndpoint {
  readonly #options: ServingOptions;
  readonly #metadata: Site['metadata'];
  readonly #bodyMs: number;
  readonly #isStateless: boolean;
  #isClosing = false;
  readonly #draining = new AbortController();
  readonly #inFlight: InFlight;
  readonly #starts = new Starts();
  readonly #modern: McpHttpHandler;
  readonly #listening: Listening;
  readonly #sessions: Sessions;

  constructor(options: ServingOptions & SessionLimits, { addressesFor, metadata, bodyMs }: Site) {
    this.#bodyMs = bodyMs;
    this.#metadata = metadata;
    this.#options = options;
    this.#isStateless = options.isStateless ?? false;
    this.#inFlight = new InFlight(options.logger);
    const draining = this.#draining.signal;
    const factory = createServerFactory(options, ({ authInfo }) => ({
      identify: () => identityOf(authInfo),
      conversation: undefined,
      addressesFor,
      draining,
      responseTo,
    }));
    const changes = lazyChanges(options);
    this.#listening = new Listening(factory, changes, { keepAliveMs: KEEP_ALIVE_MS, onerror: this.#onError });
    this.#modern = createMcpHandler(factory, {
      legacy: this.#isStateless ? 'stateless' : 'reject',
      responseMode: 'sse',
      keepAliveMs: KEEP_ALIVE_MS,
      maxRequestBodySize: MAX_BODY_BYTES,
      onerror: this.#onError,
    });
    this.#sessions = new Sessions(options, {
      idleMs: options.sessionIdleMs ?? SESSION_IDLE_MS,
      maxSessions: options.maxSessions ?? MAX_SESSIONS,
      keepAliveMs: KEEP_ALIVE_MS,
      maxBodyBytes: MAX_BODY_BYTES,
      addressesFor,
      draining,
      changes,
    });
  }

  /** Answers one request of this sender. */
  async handle(request: IncomingMessage, response: ServerResponse, identity: Identity): Promise<void> {
    const delivery = this.#inFlight.track(request, response);
    const accepted = readAccept(request.headers.accept);
    if (!accepted.events && (request.method === 'GET' || (request.method === 'POST' && !accepted.json))) {
      return refuse(response, NOT_ACCEPTABLE);
    }
    request.headers.accept = EVERY_TYPE;
    const { principal } = identity;
    let body: unknown;
    if (request.method === 'POST') {
      const session = request.headers['mcp-session-id'];
      const revision = this.#sessions.revision(typeof session === 'string' ? session : undefined, principal);
      const posted = await this.#inTime(response, readPosted(request, MAX_BODY_BYTES, revision));
      if (posted === undefined) return void (response.headersSent || response.destroy());
      if (posted.kind === 'refused') {
        this.#options.logger.warn('message_refused', { reason: posted.refusal.message });
        return refuse(response, posted.refusal);
      }
      body = posted.body;
      const missing = missingScope(body, identity.can, this.#options.catalogue);
      if (missing) return refuse(response, scopeRefusal(missing, this.#metadata(), isRecord(body) ? body['id'] : null));
      // The handshake negotiates the revision, whatever the header says.
      if (posted.isInitialize && !claimsRevision(body)) delete request.headers['mcp-protocol-version'];
    }
    await this.#starts.next();
    try {
      const answer = await this.#answer(toWebRequest(request), body, {
        auth: toAuthInfo({ identity, response: delivery }),
        identity,
        onDone: (callback) => void response.once('close', callback),
      });
      await sendWebResponse(accepted.events ? answer : await asJson(answer), response);
    } catch (error) {
      this.#onError(error);
      refuse(response, { status: 500, message: 'The server cannot answer at the moment.' });
    }
  }

  async #answer(request: Request, body: unknown, by: Pick<ListenCall, 'auth' | 'identity' | 'onDone'>) {
    const { auth, identity, onDone } = by;
    if (!this.#isStateless && (await isLegacyRequest(request, body))) {
      return this.#sessions.fetch({ request, body, auth, principal: identity.principal, onDone });
    }
    const wanted = readListen(body);
    return wanted === undefined
      ? this.#modern.fetch(request, { authInfo: auth, parsedBody: body })
      : this.#listening.fetch({ request, body, wanted, auth, identity, onDone });
  }

  /** Refuses a request whose body takes too long to come. */
  async #inTime<T>(response: ServerResponse, reading: Promise<T>): Promise<T | undefined> {
    const read = new AbortController();
    const { clock } = this.#options;
    const late = clock.sleep(this.#bodyMs, read.signal).then(
      () => (refuse(response, TOO_SLOW), undefined),
      () => reading,
    );
    return Promise.race([reading, late]).finally(() => read.abort(BODY_READ));
  }

  /** Whether calls that are open end, and no other one begins. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Number of answers, sessions and subscriptions that are open. */
  load(): { readonly answers: number; readonly sessions: number; readonly subscriptions: number } {
    return { answers: this.#inFlight.size, sessions: this.#sessions.size, subscriptions: this.#listening.size };
  }

  /** Closes idle sessions. */
  sweep(): Promise<void> {
    return this.#sessions.sweep();
  }

  /** Gives open calls `graceMs` to finish, has waiting ones answer with what they have, then closes all streams. */
  async drain(graceMs: number): Promise<void> {
    const { clock } = this.#options;
    this.#isClosing = true;
    await this.#inFlight.whenAnswered(graceMs, clock);
    this.#draining.abort(serverClosing('The server is stopping before the call had a result.'));
    await this.#inFlight.whenAnswered(DRAIN_TIMEOUT_MS, clock);
    await Promise.all([this.#modern.close(), this.#listening.close(), this.#sessions.close()]);
  }

  readonly #onError = (error: unknown) => this.#options.logger.debug('http_error', { error });
}

/** Whether a message names its revision itself (MCP 2026-07-28, "Per-request metadata"). */
function claimsRevision(message: unknown): boolean {
  const params = isRecord(message) ? message['params'] : undefined;
  const meta = isRecord(params) ? params['_meta'] : undefined;
  return isRecord(meta) && PROTOCOL_VERSION_META_KEY in meta;
}
