import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../shared/time/clock.ts';
import { atMost } from '../../../shared/time/deadline.ts';
import { Latch } from '../../../shared/time/latch.ts';
import type { Logger } from '../../../shared/logger.ts';
import { ResponseDelivery } from '../../calls/response-delivery.ts';

/**
 * Requests that have no complete response yet, except subscriptions, which stay open until the connection ends. Settles
 * the delivery of each response: written to the socket, or lost with the connection.
 */
export class InFlight {
  readonly #pending = new Set<ResponseDelivery>();
  readonly #logger: Logger;
  readonly #allAnswered = new Latch();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Number of these requests. */
  get size(): number {
    return this.#pending.size;
  }

  /** The delivery of the response to this request; undefined for a request that is not counted. */
  track(request: IncomingMessage, response: ServerResponse): ResponseDelivery | undefined {
    if (request.method !== 'POST' || request.headers['mcp-method'] === 'subscriptions/listen') return undefined;
    const pending = new ResponseDelivery(this.#logger);
    this.#pending.add(pending);
    const closed = async () => {
      await pending.settle({ delivered: response.writableFinished });
      this.#pending.delete(pending);
      if (this.#pending.size === 0) this.#allAnswered.release();
    };
    response.once('close', () => void closed());
    return pending;
  }

  /** Resolves once every request is answered or its client gone, at the latest after `ms`. */
  async whenAnswered(ms: number, clock: Clock): Promise<void> {
    if (this.#pending.size === 0) return;
    await atMost(ms, this.#allAnswered.wait(), clock);
  }
}
