/** The watches of this process, by channel. */
export class Watchers {
  readonly #watching = new Map<string, Set<{ readonly onWake: () => void }>>();

  /** Calls `onWake` whenever the channel is woken, until the watch is disposed of. */
  watch(channel: string, onWake: () => void): Disposable {
    const watcher = { onWake };
    const watchers = this.#watching.get(channel) ?? new Set();
    this.#watching.set(channel, watchers.add(watcher));
    return { [Symbol.dispose]: () => void watchers.delete(watcher) };
  }

  wake(channels: Iterable<string>): void {
    for (const channel of channels) for (const { onWake } of this.#watching.get(channel) ?? []) onWake();
  }
}
