import {
  createMcpHandler,
  InMemoryServerEventBus,
  type AuthInfo,
  type McpHttpHandler,
  type McpServerFactory,
} from '@modelcontextprotocol/server';
import type { Identity } from '../../shared/caller.ts';
import type { ListenRequest } from '../subscriptions/listen-request.ts';
import type { ResourceChanges } from '../subscriptions/resource-changes.ts';

/** Most open subscriptions: beyond the limit of connections none can be opened. */
const MOST_OPEN = 1_000;

/** One `subscriptions/listen` that has passed the guards. */
export interface ListenCall {
  readonly request: Request;
  readonly body: unknown;
  readonly wanted: ListenRequest;
  readonly auth: AuthInfo;
  readonly identity: Identity;
  /** Calls back once the stream has ended. */
  readonly onDone: (callback: () => void) => void;
}

/**
 * Subscriptions of the 2026-07-28 era over HTTP. Each has an event bus of its own, so that it hears of what its principal
 * may see, and of nothing else.
 */
export class Listening {
  readonly #factory: McpServerFactory;
  readonly #changes: () => Promise<ResourceChanges>;
  readonly #options: { readonly keepAliveMs: number; readonly onerror: (error: Error) => void };
  readonly #open = new Set<McpHttpHandler>();

  constructor(
    factory: McpServerFactory,
    changes: () => Promise<ResourceChanges>,
    options: { readonly keepAliveMs: number; readonly onerror: (error: Error) => void },
  ) {
    this.#factory = factory;
    this.#changes = changes;
    this.#options = options;
  }

  /** Number of open subscriptions. */
  get size(): number {
    return this.#open.size;
  }

  /** Answers with the stream of a subscription. */
  async fetch({ request, body, wanted, auth, identity, onDone }: ListenCall): Promise<Response> {
    // The SDK refuses a subscription beyond its own limit; a limit of none refuses all.
    const maxSubscriptions = this.#open.size < MOST_OPEN ? 1 : 0;
    const bus = new InMemoryServerEventBus();
    const handler = createMcpHandler(this.#factory, { legacy: 'reject', bus, maxSubscriptions, ...this.#options });
    this.#open.add(handler);
    let following: Disposable | undefined;
    let isDone = false;
    onDone(() => {
      isDone = true;
      this.#open.delete(handler);
      following?.[Symbol.dispose]();
    });
    // The SDK is subscribed to the bus, and its acknowledgement waits in the response, before the present state is looked at:
    // the first change after that is in the stream, and the client hears of no earlier one.
    const response = await handler.fetch(request, { authInfo: auth, parsedBody: body });
    if (!response.ok || isDone || (!wanted.followsList && wanted.uris.length === 0)) return response;
    const changes = await this.#changes();
    following = await changes.follow({
      caller: { ...identity, conversation: undefined },
      uris: new Set(wanted.uris),
      followsList: wanted.followsList,
      onChange: (change) =>
        bus.publish(
          change.kind === 'list' ? { kind: 'resources_list_changed' } : { kind: 'resource_updated', uri: change.uri },
        ),
    });
    if (isDone) following[Symbol.dispose]();
    return response;
  }

  /** Ends all streams. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((handler) => handler.close()));
  }
}
