/** Who in this process watches which channel. */
export class Watchers {
  readonly #watching = new Map<string, Set<{ readonly onWake: () => void }>>();

  /** Calls `onWake` whenever the channel is woken, until the watch is disposed of. */
  watch(channel: string, onWake: () => void): Disposable {
    const watcher = { onWake };
    const those = this.#watching.get(channel) ?? new Set();
    this.#watching.set(channel, those.add(watcher));
    return { [Symbol.dispose]: () => void those.delete(watcher) };
  }

  wake(channels: Iterable<string>): void {
    for (const channel of channels) for (const { onWake } of this.#watching.get(channel) ?? []) onWake();
  }
}
