import { isJSONRPCRequest, type RequestId } from '@modelcontextprotocol/server';
import type { ResponseDelivery } from '../calls/response-delivery.ts';
import { cancelledId } from '../client/client-cancel.ts';

/** The requests that came in one POST, and are answered on one stream. */
interface Posted {
  readonly open: Set<RequestId>;
  readonly delivery: ResponseDelivery | undefined;
  /** The SDK does not end a stream of which a request is never answered. */
  isCut: boolean;
}

/** Requests of one session of the 2025 era that are open, by id. */
export class SessionRequests {
  readonly #posted = new Map<RequestId, Posted>();
  readonly #endStream: (id: RequestId) => void;

  /** @param endStream ends the stream on which this request would be answered */
  constructor(endStream: (id: RequestId) => void) {
    this.#endStream = endStream;
  }

  /**
   * Takes the ids of the requests of a POST, if all of them are free.
   * @returns the first id that another open request has, one of the same POST included
   */
  take(body: unknown, delivery: ResponseDelivery | undefined): RequestId | undefined {
    const ids = requestIds(body);
    const open = new Set(ids);
    const double = ids.find((id, place) => this.#posted.has(id) || ids.indexOf(id) !== place);
    if (double !== undefined) return double;
    const posted: Posted = { open, delivery, isCut: false };
    for (const id of ids) this.#posted.set(id, posted);
    return undefined;
  }

  /** Gives the ids of a POST back that was refused as a whole. */
  refused(body: unknown): void {
    for (const id of requestIds(body)) this.#posted.delete(id);
  }

  /** Gives the id of a request back, whose response is being sent. */
  answered(id: RequestId): void {
    const posted = this.#close(id);
    if (posted?.isCut === true && posted.open.size === 0) this.#cut(id, posted);
  }

  /**
   * Ends what a POST cancels: a cancelled request has no response (MCP, "Cancellation"), so that its stream would stay open for
   * as long as its client does, and count as a request of that client.
   */
  cancelled(body: unknown): void {
    for (const id of messagesIn(body).flatMap((message) => cancelledId(message) ?? [])) {
      // A turn later: first the SDK aborts the request, by whose reason the call learns why.
      setImmediate(() => {
        const posted = this.#close(id);
        if (posted === undefined) return;
        posted.isCut = true;
        if (posted.open.size === 0) this.#cut(id, posted);
      });
    }
  }

  #close(id: RequestId): Posted | undefined {
    const posted = this.#posted.get(id);
    this.#posted.delete(id);
    posted?.open.delete(id);
    return posted;
  }

  #cut(id: RequestId, { delivery }: Posted): void {
    void delivery?.settle({ delivered: false });
    setImmediate(() => this.#endStream(id));
  }
}

function messagesIn(body: unknown): readonly unknown[] {
  return Array.isArray(body) ? body : [body];
}

function requestIds(body: unknown): readonly RequestId[] {
  return messagesIn(body).flatMap((message) => (isJSONRPCRequest(message) ? [message.id] : []));
}
