/** A permit that counts in a window. */
export interface CountedPermit {
  /** Time from which the permit counts (epoch ms). */
  readonly from: number;
  /** What the permit takes of the limit: one request, or its operations. */
  readonly takes: number;
}

/**
 * A limit over a sliding window: requests of the minute or of the day, operations of a budget. What counts is the sum of
 * what the permits in the window take.
 */
export interface Limit {
  readonly windowMs: number;
  /** The limit (`most`, never falling) from a time on (epoch ms, ascending; the first is -Infinity). */
  readonly steps: readonly { readonly from: number; readonly most: number }[];
  /** The sum in the window now. */
  readonly used: number;
  /** The oldest permits in the window, ascending; as many as can decide when there is room. */
  readonly oldest: readonly CountedPermit[];
  /** By place in the queue: what each job takes of this limit. One each where undefined. */
  readonly takes?: readonly number[] | undefined;
}

/** Steps of a limit that does not change with time. */
export function constantSteps(most: number): Limit['steps'] {
  return [{ from: -Infinity, most }];
}

/** The window of one limit while grants are simulated. Its permits leave in the order in which they came. */
export class SlidingWindow {
  readonly #limit: Limit;
  readonly #permits: CountedPermit[];
  /** Index of the first permit that is still in the window. */
  #first = 0;
  #used: number;

  constructor(limit: Limit) {
    this.#limit = limit;
    this.#used = limit.used;
    const known = limit.oldest.reduce((sum, { takes }) => sum + takes, 0);
    const rest = limit.used - known;
    // The permits that were left out are younger: `oldest` is long enough for no simulation to wait for them.
    this.#permits = [...limit.oldest, ...(rest > 0 ? [{ from: Infinity, takes: rest }] : [])];
  }

  /** The first time, `start` or later, at which the window has room for the job at `place`; Infinity for never. */
  roomAt(start: number, place: number): number {
    const takes = this.#takes(place);
    if (takes === 0) return start;
    const { steps } = this.#limit;
    for (const [index, { from, most }] of steps.entries()) {
      const until = steps[index + 1]?.from ?? Infinity;
      if (until <= start || most < takes) continue;
      const at = Math.max(start, from, this.#timeBelow(most - takes));
      if (at < until) return at;
    }
    return Infinity;
  }

  /** Grants the job at `place` its permit at `at`, no earlier than `roomAt` says. */
  grant(at: number, place: number, latencyMs: number): void {
    const { windowMs } = this.#limit;
    for (let permit = this.#permits[this.#first]; permit && permit.from + windowMs <= at;) {
      this.#used -= permit.takes;
      permit = this.#permits[(this.#first += 1)];
    }
    const takes = this.#takes(place);
    if (takes === 0) return;
    this.#permits.push({ from: at + latencyMs, takes });
    this.#used += takes;
  }

  /** The time from which no more than `most` is in the window. */
  #timeBelow(most: number): number {
    let used = this.#used;
    let time = -Infinity;
    for (let index = this.#first; used > most; index += 1) {
      const permit = this.#permits[index];
      if (permit === undefined) return Infinity;
      used -= permit.takes;
      time = Math.max(time, permit.from + this.#limit.windowMs);
    }
    return time;
  }

  #takes(place: number): number {
    const { takes } = this.#limit;
    return takes === undefined ? 1 : (takes[place] ?? 1);
  }
}
