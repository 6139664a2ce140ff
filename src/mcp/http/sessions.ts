import { createHash } from 'node:crypto';
import {
  isInitializeRequest,
  WebStandardStreamableHTTPServerTransport,
  type AuthInfo,
  type Server,
} from '@modelcontextprotocol/server';
import type { Connection, ServingOptions } from '../options.ts';
import { createServer } from '../server.ts';
import { ConnectionSubscriptions } from '../subscriptions/connection-subscriptions.ts';
import type { ResourceChanges } from '../subscriptions/resource-changes.ts';
import { errorResponse, idInUse } from '../fault.ts';
import { identityOf, responseTo, senderOf } from './sender.ts';
import { SessionRequests } from './session-requests.ts';

/** One HTTP request of the 2025 era that has passed the guards. */
export interface LegacyRequest {
  readonly request: Request;
  /** The parsed body of a POST. */
  readonly body: unknown;
  readonly auth: AuthInfo;
  readonly principal: string;
  /** Calls back once the response has been sent or the client is gone. */
  readonly onDone: (callback: () => void) => void;
}

/** What the sessions need besides the serving options. */
export interface SessionOptions {
  /** Milliseconds without a request and without an open stream after which a session is closed. */
  readonly idleMs: number;
  readonly maxSessions: number;
  readonly keepAliveMs: number;
  readonly maxBodyBytes: number;
  readonly draining: AbortSignal;
  readonly changes: () => Promise<ResourceChanges>;
  readonly addressesFor: Connection['addressesFor'];
}

interface Session {
  readonly server: Server;
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly principal: string;
  readonly requests: SessionRequests;
  /** Monotonic milliseconds. */
  lastUsed: number;
  /** Number of open requests and streams. */
  open: number;
}

/** Sessions of the 2025 era: one protocol server each, bound to the principal that opened the session. */
export class Sessions {
  readonly #serving: ServingOptions;
  readonly #options: SessionOptions;
  readonly #sessions = new Map<string, Session>();

  constructor(serving: ServingOptions, options: SessionOptions) {
    this.#serving = serving;
    this.#options = options;
  }

  /** Number of sessions. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Answers one request: 404 for an unknown session or another principal's, 400 where the session id is missing. */
  async fetch(call: LegacyRequest): Promise<Response> {
    const id = call.request.headers.get('mcp-session-id');
    // A client that begins anew may still name its former session.
    if (id === null || isInitializeRequest(call.body)) return this.#begin(call);
    const session = this.#find(id, call.principal);
    if (session === undefined) return refusal(404, -32001, 'Session not found');
    this.#use(session, call);
    // A client that lost its stream of notifications opens another one before the loss of the first is noticed here.
    if (call.request.method === 'GET') session.transport.closeStandaloneSSEStream();
    return this.#answer(session, call);
  }

  /** 400 for a request whose id an open one of the session has: the SDK would answer the two on the stream of the second. */
  async #answer({ requests, transport }: Session, { request, body, auth }: LegacyRequest): Promise<Response> {
    const double = requests.take(body, senderOf(auth).response);
    if (double !== undefined) {
      this.#serving.logger.warn('message_refused', { reason: 'the id of an open request' });
      return Response.json(errorResponse(idInUse(double)), { status: 400 });
    }
    const response = await transport.handleRequest(request, { authInfo: auth, parsedBody: body });
    if (response.ok) requests.cancelled(body);
    else requests.refused(body);
    return response;
  }

  /** The protocol revision that a session of this principal has negotiated. */
  revision(id: string | undefined, principal: string): string | undefined {
    // Deprecated for the 2026-07-28 era only.
    // oxlint-disable-next-line typescript/no-deprecated
    return id === undefined ? undefined : this.#find(id, principal)?.server.getNegotiatedProtocolVersion();
  }

  #find(id: string, principal: string): Session | undefined {
    const session = this.#sessions.get(id);
    return session?.principal === principal ? session : undefined;
  }

  /** Closes the sessions that have been idle for `idleMs`. */
  async sweep(): Promise<void> {
    const oldest = this.#serving.clock.monotonic() - this.#options.idleMs;
    const idle = [...this.#sessions.values()].filter((session) => session.open === 0 && session.lastUsed <= oldest);
    await Promise.all(idle.map((session) => session.server.close()));
  }

  /** Closes all sessions and their streams. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.server.close()));
  }

  async #begin(call: LegacyRequest): Promise<Response> {
    const { request, body } = call;
    if (request.method !== 'POST') return refusal(400, -32000, 'Bad Request: Mcp-Session-Id header is required');
    if (!isInitializeRequest(body)) {
      return refusal(400, -32000, 'Bad Request: Mcp-Session-Id header is required; begin with initialize');
    }
    await this.#makeRoom(call.principal);
    if (this.#sessions.size >= this.#options.maxSessions) {
      return refusal(503, -32000, 'Too many sessions are open', { 'Retry-After': '60' });
    }
    const session = await this.#open(call);
    this.#use(session, call);
    return session.transport.handleRequest(request, { authInfo: call.auth, parsedBody: body });
  }

  async #open(call: LegacyRequest): Promise<Session> {
    const { principal } = call;
    const id = Buffer.from(this.#serving.random.bytes(32)).toString('base64url');
    const { keepAliveMs, maxBodyBytes, addressesFor, draining } = this.#options;
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      keepAliveMs,
      maxRequestBodySize: maxBodyBytes,
    });
    // The conversation is stored with each picture. The session id is a secret, so only its hash is.
    const conversation = `http-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
    const identify: Connection['identify'] = ({ http }) => identityOf(http?.authInfo);
    const caller = { ...identityOf(call.auth), conversation };
    const subscriptions = new ConnectionSubscriptions(this.#options.changes, async () => caller, this.#serving.clock);
    const { newServer = createServer } = this.#serving;
    const made = newServer(this.#serving, {
      identify,
      conversation,
      draining,
      subscriptions,
      responseTo,
      addressesFor,
    });
    const server = 'server' in made ? made.server : made;
    server.onclose = () => {
      this.#sessions.delete(id);
      subscriptions[Symbol.dispose]();
    };
    await server.connect(transport);
    const requests = new SessionRequests((request) => transport.closeSSEStream(request));
    const send = transport.send.bind(transport);
    transport.send = (message, how) => {
      if (!('method' in message) && message.id !== undefined) requests.answered(message.id);
      return send(message, how);
    };
    const session = { server, transport, principal, requests, lastUsed: this.#serving.clock.monotonic(), open: 0 };
    this.#sessions.set(id, session);
    return session;
  }

  #use(session: Session, call: LegacyRequest): void {
    session.open += 1;
    session.lastUsed = this.#serving.clock.monotonic();
    call.onDone(() => {
      session.open -= 1;
      session.lastUsed = this.#serving.clock.monotonic();
    });
  }

  /**
   * Closes a session where `maxSessions` are open: of the principal that has the most, so that none shuts out the others,
   * the one that was used longest ago. One in use ends for another principal only.
   */
  async #makeRoom(principal: string): Promise<void> {
    await this.sweep();
    if (this.#sessions.size < this.#options.maxSessions) return;
    const all = [...this.#sessions.values()].toSorted((a, b) => a.lastUsed - b.lastUsed);
    const held = new Map<string, number>();
    for (const session of all) held.set(session.principal, (held.get(session.principal) ?? 0) + 1);
    const [largest] = [...held.entries()].toSorted(([, a], [, b]) => b - a).map(([name]) => name);
    const theirs = all.filter((session) => session.principal === largest);
    const given = theirs.find(({ open }) => open === 0) ?? (largest === principal ? undefined : theirs[0]);
    await given?.server.close();
  }
}

function refusal(status: number, code: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status, headers });
}
