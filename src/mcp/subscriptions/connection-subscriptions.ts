import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import type { Caller } from '../../shared/caller.ts';
import type { Clock } from '../../shared/time/clock.ts';
import { atMost } from '../../shared/time/deadline.ts';
import { cancelledId } from '../client/client-cancel.ts';
import { MAX_URI_LENGTH } from '../resources/uris.ts';
import { readListen } from './listen-request.ts';
import type { Change, ResourceChanges } from './resource-changes.ts';

/** Most resources that one connection follows, and most requests that subscribe. */
export const MOST_FOLLOWED = 1_000;
/** Hosts ask for their lists right after the handshake; what follows changes is loaded behind that. */
const DELAY_MS = 1_000;
/** Longest wait for a store that does not answer. The client then hears of nothing that changes until it does. */
const MOST_HELD_MS = 5_000;
/** Key of what was asked for by `resources/subscribe`. */
const SINGLE = Symbol('resources/subscribe');

/** Tells the client of a change. */
type Send = (change: Change) => Promise<void>;

/** What one connection that stays open has subscribed to, in either era, until it is disposed of. */
export class ConnectionSubscriptions implements Disposable {
  readonly #changes: () => Promise<ResourceChanges>;
  readonly #caller: () => Promise<Caller>;
  readonly #clock: Pick<Clock, 'sleep'>;
  readonly #ended = new AbortController();
  /** The URIs of each request that subscribes, and those of single subscriptions. */
  readonly #wanted = new Map<unknown, Set<string>>([[SINGLE, new Set()]]);
  readonly #uris = new Set<string>();
  /** Requests that subscribe and that the SDK does not have yet. */
  readonly #held = new Map<unknown, Promise<void>>();
  #send: Send | undefined;
  #following: Promise<Disposable> | undefined;

  constructor(changes: () => Promise<ResourceChanges>, caller: () => Promise<Caller>, clock: Pick<Clock, 'sleep'>) {
    this.#changes = changes;
    this.#caller = caller;
    this.#clock = clock;
  }

  /** Names the way to the client. A client that opens twice, as one that probes for the era does, is told by the last one. */
  tellThrough(send: Send): void {
    this.#send = send;
  }

  /** Follows the list of resources, soon. */
  begin(): void {
    void this.#clock.sleep(DELAY_MS, this.#ended.signal).then(
      () => this.#follow(),
      () => undefined,
    );
  }

  /** Follows these, once their present state is known. @returns false where the connection follows too many */
  async subscribe(uris: readonly string[], request: unknown = SINGLE): Promise<boolean> {
    const wanted = this.#wanted.get(request) ?? new Set();
    const resources = uris.filter((uri) => uri.length <= MAX_URI_LENGTH);
    const added = resources.filter((uri) => !this.#uris.has(uri));
    const isFull = this.#wanted.size > MOST_FOLLOWED && !this.#wanted.has(request);
    if (isFull || this.#uris.size + added.length > MOST_FOLLOWED) return false;
    for (const uri of resources) wanted.add(uri);
    this.#wanted.set(request, wanted);
    for (const uri of added) this.#uris.add(uri);
    await this.#follow();
    return true;
  }

  /**
   * Sees a message of the connection before the SDK does, which acknowledges `subscriptions/listen` itself: this follows what
   * it asks for. What is too much to follow is not followed.
   * @returns when the SDK may have the message, where that is not at once: changes count from the acknowledgement on, so that
   *   the present state has to be known before it. Never rejects.
   */
  see(message: JSONRPCMessage): Promise<void> | undefined {
    const wanted = readListen(message);
    if (wanted !== undefined && 'id' in message) return this.#hold(message.id, wanted.uris);
    const ended = cancelledId(message);
    if (ended === undefined) return undefined;
    // The end of a subscription stays behind its beginning.
    const beginning = this.#held.get(ended);
    if (beginning !== undefined) return beginning.then(() => this.#end(ended));
    this.#end(ended);
    return undefined;
  }

  #hold(request: unknown, uris: readonly string[]): Promise<void> {
    const known = atMost(MOST_HELD_MS, this.subscribe(uris, request), this.#clock).catch(() => undefined);
    const held = known.then(() => void this.#held.delete(request));
    this.#held.set(request, held);
    return held;
  }

  /** Ends a single subscription. */
  unsubscribe(uri: string): void {
    this.#wanted.get(SINGLE)?.delete(uri);
    this.#count();
  }

  [Symbol.dispose](): void {
    this.#ended.abort();
    void this.#following?.then((following) => following[Symbol.dispose]());
  }

  /** Ends what a request has subscribed to. */
  #end(request: unknown): void {
    if (this.#wanted.delete(request)) this.#count();
  }

  #count(): void {
    this.#uris.clear();
    for (const uris of this.#wanted.values()) for (const uri of uris) this.#uris.add(uri);
  }

  async #follow(): Promise<void> {
    if (this.#ended.signal.aborted) return;
    const [changes, caller] = await Promise.all([this.#changes(), this.#caller()]);
    const follower = {
      caller,
      uris: this.#uris,
      followsList: true,
      onChange: (change: Change) => void this.#send?.(change).catch(() => undefined),
    };
    if (this.#following !== undefined) return changes.noteAll(follower);
    this.#following = changes.follow(follower);
    await this.#following;
  }
}
