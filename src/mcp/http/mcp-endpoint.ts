import type { IncomingMessage, ServerResponse } from 'node:http';
import { toNodeHandler, type NodeIncomingMessageLike } from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest, type McpHttpHandler } from '@modelcontextprotocol/server';
import type { Identity } from '../../shared/caller.ts';
import type { ServingOptions } from '../options.ts';
import { createServerFactory } from '../server.ts';
import { serverClosing } from '../server-closing.ts';
import { InFlight } from './in-flight.ts';
import { identityOf, toAuthInfo } from './sender.ts';
import { Sessions } from './sessions.ts';

/** Limits that tests shorten. */
export interface SessionLimits {
  /** Milliseconds after which an unused session of the 2025 era is closed. Default: 30 minutes. */
  readonly sessionIdleMs?: number;
  /** Maximum number of such sessions. Default: 256. */
  readonly maxSessions?: number;
}

const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Interval of comment frames on open streams, which keep a proxy from closing them as idle. */
const KEEP_ALIVE_MS = 5_000;
const SESSION_IDLE_MS = 30 * 60_000;
const MAX_SESSIONS = 256;
/** Time for waiting calls to answer with what they have, after the grace. */
const DRAIN_TIMEOUT_MS = 1_000;

/** The MCP endpoint in both protocol eras, for requests that have passed the guards. */
export class McpEndpoint {
  readonly #options: ServingOptions;
  readonly #draining = new AbortController();
  readonly #inFlight: InFlight;
  readonly #modern: McpHttpHandler;
  readonly #sessions: Sessions;

  constructor(options: ServingOptions & SessionLimits) {
    this.#options = options;
    this.#inFlight = new InFlight(options.logger);
    const { responseTo } = this.#inFlight;
    const draining = this.#draining.signal;
    const factory = createServerFactory(options, ({ authInfo }) => ({
      identify: () => identityOf(authInfo),
      conversation: undefined,
      draining,
      responseTo,
    }));
    this.#modern = createMcpHandler(factory, {
      legacy: 'reject',
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
      draining,
      responseTo,
    });
  }

  /** Answers one request of this sender. */
  handle(request: IncomingMessage, response: ServerResponse, identity: Identity): Promise<void> {
    const auth = toAuthInfo(identity);
    const fetch = async (web: Request) => {
      const legacy = await isLegacyRequest(web, undefined, { maxRequestBodySize: MAX_BODY_BYTES });
      if (!legacy) return this.#modern.fetch(web, { authInfo: auth });
      return this.#sessions.fetch({
        request: web,
        auth,
        principal: identity.principal,
        onDone: (callback) => void response.once('close', callback),
      });
    };
    const handle = toNodeHandler({ fetch }, { onerror: this.#onError, maxRequestBodySize: MAX_BODY_BYTES });
    // The adapter's type leaves out that Node spells absent fields as undefined.
    return this.#inFlight.track(request, response, () => handle(request as NodeIncomingMessageLike, response));
  }

  /** Closes idle sessions. */
  sweep(): Promise<void> {
    return this.#sessions.sweep();
  }

  /** Gives open calls `graceMs` to finish, has waiting ones answer with what they have, then closes all streams. */
  async drain(graceMs: number): Promise<void> {
    const { clock } = this.#options;
    await this.#inFlight.whenAnswered(graceMs, clock);
    this.#draining.abort(serverClosing('The server is stopping before the call had a result.'));
    await this.#inFlight.whenAnswered(DRAIN_TIMEOUT_MS, clock);
    await Promise.all([this.#modern.close(), this.#sessions.close()]);
  }

  readonly #onError = (error: Error) => this.#options.logger.debug('http_error', { error });
}
