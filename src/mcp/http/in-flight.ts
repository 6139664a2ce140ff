import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import { ResponseDelivery } from '../response-delivery.ts';
import { atMost } from '../../shared/deadline.ts';
import { Latch } from '../../shared/latch.ts';

/**
 * Requests that still want an answer. Streams that stay open for news alone are not among them. Tells what became of
 * each answer: written out, or lost with its connection.
 */
export class InFlight {
  readonly #pending = new Set<ResponseDelivery>();
  readonly #current = new AsyncLocalStorage<ResponseDelivery>();
  readonly #logger: Logger;
  readonly #allAnswered = new Latch();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Runs `work`, which answers the request; `responseTo` knows the request in everything that follows from it. */
  async track(request: IncomingMessage, response: ServerResponse, work: () => Promise<void>): Promise<void> {
    if (request.method !== 'POST' || request.headers['mcp-method'] === 'subscriptions/listen') return work();
    const pending = new ResponseDelivery(this.#logger);
    this.#pending.add(pending);
    const closed = async () => {
      await pending.settle({ delivered: response.writableFinished });
      this.#pending.delete(pending);
      if (this.#pending.size === 0) this.#allAnswered.release();
    };
    response.once('close', () => void closed());
    return this.#current.run(pending, work);
  }

  /** The answer to the request that is being worked on. */
  readonly responseTo = () => this.#current.getStore();

  /** Resolves once all are answered or their clients gone, at the latest after `ms`. */
  async settle(ms: number, clock: Clock): Promise<void> {
    if (this.#pending.size === 0) return;
    await atMost(ms, this.#allAnswered.wait(), clock);
  }
}
