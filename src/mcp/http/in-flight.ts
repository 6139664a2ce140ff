import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../shared/clock.ts';

/** Requests that still want an answer. Streams that stay open for news alone are not among them. */
export class InFlight {
  readonly #responses = new Set<ServerResponse>();
  #waiters: (() => void)[] = [];

  track(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'POST' || request.headers['mcp-method'] === 'subscriptions/listen') return;
    this.#responses.add(response);
    response.once('close', () => {
      this.#responses.delete(response);
      if (this.#responses.size === 0) this.#release();
    });
  }

  /** Resolves once all are answered or their clients gone, at the latest after `ms`. */
  async settle(ms: number, clock: Clock): Promise<void> {
    if (this.#responses.size === 0) return;
    const patience = new AbortController();
    const settled = new Promise<void>((resolve) => this.#waiters.push(resolve));
    const tooLong = clock.sleep(ms, patience.signal).catch(() => undefined);
    await Promise.race([settled, tooLong]);
    patience.abort();
  }

  #release(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter();
  }
}
