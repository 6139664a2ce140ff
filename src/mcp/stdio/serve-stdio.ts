import type { Readable, Writable } from 'node:stream';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { Problem } from '../../shared/errors.ts';
import type { ServingOptions } from '../options.ts';
import { createServerFactory } from '../server.ts';
import { DrainingStdioTransport } from './draining-transport.ts';
import { atMost } from '../../shared/deadline.ts';

/** What may differ from the process's own streams, for tests. */
export interface StdioStreams {
  readonly input: Readable;
  readonly output: Writable;
}

/** A server on stdin and stdout. */
export interface StdioServing {
  /** Resolves once the connection has ended, whoever ended it. Never rejects. */
  readonly closed: Promise<void>;
  /**
   * Takes no more requests, gives those in flight `graceMs` (default 4 s) to be answered, then asks the waiting calls to
   * answer with what they have, and ends the connection. Safe to call more than once. Resolves with `closed`.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/** How long calls in flight go on after the end of input (DESIGN §3: "up to four seconds, then its handle"). */
const GRACE_MS = 4_000;
/** How long the calls that were then asked to answer may take to do so. */
const DRAIN_TIMEOUT_MS = 1_000;

/**
 * Serves MCP on stdin and stdout, in both protocol eras. Begins to read at once. Stdout carries protocol messages only.
 * When the client closes stdin, the same happens as on `close()`; when it closes stdout, the connection ends at once.
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
    onDropped: ({ bytes }) => logger.warn('message_too_long', { bytes }),
    logger,
  });
  const connection = {
    principal: options.principal(undefined),
    conversation: `stdio-${random.uuid()}`,
    draining: draining.signal,
    responseTo: transport.responseTo,
  };
  const handle = serveStdio(
    createServerFactory(options, () => connection),
    { transport, onerror: (error) => logger.debug('stdio_error', { error }) },
  );
  // The SDK has put its own listener on the transport by now, and is told first.
  const tellSdk = transport.onclose;
  transport.onclose = () => {
    tellSdk?.();
    ended();
  };

  const answeredWithin = (ms: number) => atMost(ms, transport.whenAnswered(), clock);
  const drain = async (graceMs: number) => {
    transport.stopReading();
    await answeredWithin(graceMs);
    draining.abort(serverClosing());
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

/** What a call answers that has nothing to show when the connection ends. */
function serverClosing(): Problem {
  return new Problem('server_closing', 'The connection ended before the call had a result.', {
    actor: 'wait',
    next: 'Connect again and ask job_status; work that was started goes on and nothing that was paid for is lost.',
  });
}
