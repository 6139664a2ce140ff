import type { Clock } from '../../shared/time/clock.ts';

/** Time for which a set is remembered: people come back to a question late. */
const REMEMBERED_MS = 60 * 60_000;
const MOST_REMEMBERED = 200;

/**
 * The pictures that questions were about, of one process. A yes counts for what the person has read, though the call that
 * brings it may find more by then; a later question begins anew.
 */
export class AskedSets {
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** Sets by question, the oldest first. */
  readonly #sets = new Map<string, { readonly ids: readonly string[]; readonly until: number }>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Remembers what this principal's call was asked about. */
  add(principal: string, call: string, ids: readonly string[]): void {
    this.forget(principal, call);
    this.#sets.set(keyOf(principal, call), { ids, until: this.#clock.monotonic() + REMEMBERED_MS });
    const [oldest] = this.#sets.keys();
    if (oldest !== undefined && this.#sets.size > MOST_REMEMBERED) this.#sets.delete(oldest);
  }

  /** What this principal's call was asked about; undefined where no question is open. */
  of(principal: string, call: string): readonly string[] | undefined {
    const found = this.#sets.get(keyOf(principal, call));
    return found !== undefined && this.#clock.monotonic() < found.until ? found.ids : undefined;
  }

  /** Ends what `add` began: the question was answered. */
  forget(principal: string, call: string): void {
    this.#sets.delete(keyOf(principal, call));
  }
}

function keyOf(principal: string, call: string): string {
  return JSON.stringify([principal, call]);
}
