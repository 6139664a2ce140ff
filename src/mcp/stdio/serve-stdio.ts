import '../no-compiled-schemas.ts';
import type { Readable, Writable } from 'node:stream';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { atMost } from '../../shared/time/deadline.ts';
import { authenticated } from '../client/authentication.ts';
import type { Caller, Identity } from '../../shared/caller.ts';
import type { Connection, ServingOptions } from '../options.ts';
import { createServerFactory } from '../server.ts';
import { serverClosing } from '../server-closing.ts';
import { ConnectionSubscriptions } from '../subscriptions/connection-subscriptions.ts';
import { lazyChanges } from '../subscriptions/lazy-changes.ts';
import { DrainingStdioTransport } from './draining-transport.ts';

/** The streams of one connection; tests pass their own. */
export interface StdioStreams {
  readonly input: Readable;
  readonly output: Writable;
}

/** A server on stdin and stdout. */
export interface StdioServing {
  /** Resolves once either side has ended the connection. Never rejects. */
  readonly closed: Promise<void>;
  /**
   * Accepts no more requests, gives open ones `graceMs` (default 4 s) to finish, then has waiting calls answer with what
   * they have, and ends the connection. Safe to call more than once. Resolves with `closed`.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/** Time for open calls to finish after the end of the input (docs/jobs.md#end-of-input). */
const GRACE_MS = 4_000;
/** Time for waiting calls to answer with what they have, after the grace. */
const DRAIN_TIMEOUT_MS = 1_000;

/**
 * Serves MCP on stdin and stdout in both protocol eras, from now on. Stdout carries protocol messages only. The end of
 * stdin has the effect of `close()`; a closed stdout ends the connection at once, and so does a refused sender.
 */
export function serveOverStdio(
  options: ServingOptions,
  streams: StdioStreams = { input: process.stdin, output: process.stdout },
): StdioServing {
  const { clock, logger, random } = options;
  const draining = new AbortController();
  let ended: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (ended = resolve));
  let closing: Promise<void> | undefined;

  const transport = new DrainingStdioTransport({
    ...streams,
    onInputEnd: () => void close(),
    onMessage: (message) => subscriptions.see(message),
    logger,
  });
  let connection: Promise<Connection> | undefined;
  let conversation: string | undefined;
  // Named by the first call: randomness is not loaded for a start.
  const conversationNow = () => (conversation ??= `stdio-${random.uuid()}`);
  let identity: Identity | undefined;
  const caller = async (): Promise<Caller> => {
    await (connection ??= connect());
    if (identity === undefined) throw new Error('The sender has no identity.');
    return { ...identity, conversation: conversationNow() };
  };
  const subscriptions = new ConnectionSubscriptions(lazyChanges(options), caller, clock);
  const connect = async (): Promise<Connection> => {
    const sender = await authenticated(options, { transport: 'stdio' });
    if (sender.kind === 'accepted') {
      identity = sender.identity;
      const identify = () => sender.identity;
      return {
        identify,
        get conversation() {
          return conversationNow();
        },
        draining: draining.signal,
        subscriptions,
        responseTo: ({ mcpReq }) => transport.responseTo(mcpReq.id),
      };
    }
    logger.warn('connection_refused', { reason: sender.kind === 'refused' ? sender.message : sender.kind });
    void close();
    throw new Error('The sender has no identity.');
  };
  const handle = serveStdio(
    createServerFactory(options, () => (connection ??= connect())),
    { transport, onerror: (error) => (closing === undefined ? logger.warn('stdio_error', { error }) : undefined) },
  );
  // `serveStdio` has set its own listener on the transport.
  const onSdkClose = transport.onclose;
  transport.onclose = () => {
    onSdkClose?.();
    subscriptions[Symbol.dispose]();
    ended();
  };

  const answeredWithin = (ms: number) => atMost(ms, transport.whenAnswered(), clock);
  const drain = async (graceMs: number) => {
    transport.stopReading();
    await answeredWithin(graceMs);
    draining.abort(serverClosing('The connection ended before the call had a result.'));
    await answeredWithin(DRAIN_TIMEOUT_MS);
    await handle.close();
    ended();
  };
  const close: StdioServing['close'] = ({ graceMs = GRACE_MS } = {}) => {
    closing ??= drain(graceMs).catch((error: unknown) => {
      logger.debug('stdio_error', { error });
      ended();
    });
    return closed;
  };
  return { closed, close };
}
