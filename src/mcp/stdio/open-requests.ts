import type { Logger } from '../../shared/logger.ts';
import { Latch } from '../../shared/time/latch.ts';
import { ResponseDelivery } from '../calls/response-delivery.ts';

type RequestId = string | number;
type Outcome = Parameters<ResponseDelivery['settle']>[0];

/**
 * The requests of one connection that are open, by id. A subscription stays open until the end of the connection, so that
 * its id is taken, but nothing waits for it.
 */
export class OpenRequests {
  readonly #logger: Logger;
  /** Ids that are taken, each with the delivery of its response where that is waited for. */
  readonly #taken = new Map<RequestId, ResponseDelivery | undefined>();
  readonly #pending = new Set<ResponseDelivery>();
  readonly #allAnswered = new Latch();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Number of requests that wait for their response. */
  get size(): number {
    return this.#pending.size;
  }

  /** Counts a request as open; false where another one with this id is. */
  open({ method, id }: { readonly method: string; readonly id: RequestId }): boolean {
    if (this.#taken.has(id)) return false;
    const delivery = method === 'subscriptions/listen' ? undefined : new ResponseDelivery(this.#logger);
    this.#taken.set(id, delivery);
    if (delivery) this.#pending.add(delivery);
    return true;
  }

  /** Delivery of the response to an open request. */
  delivery(id: RequestId): ResponseDelivery | undefined {
    return this.#taken.get(id);
  }

  /**
   * Gives the id of a request back, whose response is about to be sent or never is.
   * @returns what has to be called with the outcome; resolves once that is dealt with
   */
  answering(id: RequestId): (outcome: Outcome) => Promise<void> {
    const delivery = this.#taken.get(id);
    this.#taken.delete(id);
    return async (outcome) => {
      if (!delivery) return;
      await delivery.settle(outcome);
      this.#pending.delete(delivery);
      if (this.#pending.size === 0) this.#allAnswered.release();
    };
  }

  /** Ends all requests: no response of them arrives. */
  abandon(): void {
    for (const delivery of this.#pending) void delivery.settle({ delivered: false });
    this.#pending.clear();
    this.#taken.clear();
    this.#allAnswered.release();
  }

  /** Resolves once no request waits for its response. */
  async whenAnswered(): Promise<void> {
    if (this.#pending.size > 0) await this.#allAnswered.wait();
  }
}
