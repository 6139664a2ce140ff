import type { Clock } from '../../shared/time/clock.ts';
import type { Database } from '../../store/database.ts';

/** Age up to which a look is shared where none is given, milliseconds: its times are shown in whole seconds. */
const SHARED_MS = 100;

/**
 * Shares what a look at the store has found between callers who ask for one thing while nothing is committed, by any
 * process: many people, and pages that look every second. Without a cheap number of the store's commits (PostgreSQL) every
 * caller looks.
 */
export class SharedLook<T> {
  readonly #db: Pick<Database, 'version'>;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #ageMs: number;
  #version: number | undefined;
  #since = -Infinity;
  readonly #found = new Map<string, Promise<T>>();

  /** @param ageMs age up to which a look is shared, milliseconds */
  constructor({
    db,
    clock,
    ageMs = SHARED_MS,
  }: {
    readonly db: Pick<Database, 'version'>;
    readonly clock: Pick<Clock, 'monotonic'>;
    readonly ageMs?: number;
  }) {
    this.#db = db;
    this.#clock = clock;
    this.#ageMs = ageMs;
  }

  /** What `look` finds, or has found for this key. */
  async at(key: string, look: () => Promise<T>): Promise<T> {
    const version = await this.#db.version();
    if (version === undefined) return look();
    const now = this.#clock.monotonic();
    if (version !== this.#version || now - this.#since >= this.#ageMs) {
      this.#found.clear();
      this.#version = version;
      this.#since = now;
    }
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const found = look();
    this.#found.set(key, found);
    // A failure is not kept: the store may answer the next caller.
    found.catch(() => this.#found.get(key) === found && this.#found.delete(key));
    return found;
  }
}
