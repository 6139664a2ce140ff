import type { Clock } from '../../shared/time/clock.ts';

/** Time for which a call that a person has declined is refused without another question. */
export const DECLINED_MINUTES = 5;
const MOST_REMEMBERED = 1_000;

/**
 * Questions about spending that came back declined, of one process. Without this memory an assistant that repeats a call
 * asks the person until one click is a yes.
 */
export class DeclinedQuestions {
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** End of the refusal (monotonic milliseconds) by question, the oldest first. */
  readonly #until = new Map<string, number>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Remembers that this principal's call was declined now. */
  add(principal: string, call: string): void {
    const key = keyOf(principal, call);
    this.#until.delete(key);
    this.#until.set(key, this.#clock.monotonic() + DECLINED_MINUTES * 60_000);
    const [oldest] = this.#until.keys();
    if (oldest !== undefined && this.#until.size > MOST_REMEMBERED) this.#until.delete(oldest);
  }

  /** Whether this principal's call was declined a moment ago. */
  has(principal: string, call: string): boolean {
    return this.#clock.monotonic() < (this.#until.get(keyOf(principal, call)) ?? -Infinity);
  }
}

function keyOf(principal: string, call: string): string {
  return JSON.stringify([principal, call]);
}
