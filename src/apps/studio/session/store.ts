import { useEffect, useState } from 'preact/hooks';

/** A value that views can watch. */
export class Store<Value> {
  #value: Value;
  readonly #listeners = new Set<() => void>();

  constructor(value: Value) {
    this.#value = value;
  }

  get value(): Value {
    return this.#value;
  }

  set(value: Value): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of Array.from(this.#listeners)) listener();
  }

  /** @returns the function that ends it */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The value of a store; the component is drawn anew when it changes. */
export function useStore<Value>(store: Store<Value>): Value {
  const [, redraw] = useState(0);
  useEffect(() => {
    const again = (): void => redraw((count) => count + 1);
    // What has changed between the first drawing and this effect was not heard.
    again();
    return store.watch(again);
  }, [store]);
  return store.value;
}
