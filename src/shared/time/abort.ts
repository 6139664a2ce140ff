/** A signal that follows several others; disposing removes its listeners from them. */
export interface LinkedSignal extends Disposable {
  readonly signal: AbortSignal;
  /** Aborts the linked signal without touching its sources. */
  abort(reason?: unknown): void;
}

/**
 * Links signals to one that aborts as soon as one of `sources` does. Disposing removes the listeners: some sources outlive
 * a request by hours, and would keep it in memory or abort after its end.
 */
export function linkSignals(...sources: readonly (AbortSignal | undefined)[]): LinkedSignal {
  const controller = new AbortController();
  const undo: (() => void)[] = [];
  for (const source of sources) {
    if (!source) continue;
    if (source.aborted) controller.abort(source.reason);
    const onAbort = () => controller.abort(source.reason);
    source.addEventListener('abort', onAbort, { once: true });
    undo.push(() => source.removeEventListener('abort', onAbort));
  }
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    [Symbol.dispose]: () => undo.forEach((step) => step()),
  };
}

/**
 * Waits for a promise, or until the signal aborts. The work behind the promise goes on.
 * @throws the signal's reason where the signal aborts first
 */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    stop = () => signal.removeEventListener('abort', onAbort);
  });
  return Promise.race([promise, aborted]).finally(stop);
}
