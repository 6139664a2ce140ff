import type { Clock } from '../../shared/time/clock.ts';
import type { Database } from '../../store/database.ts';

/** Age up to which a result is shared where none is given, milliseconds: times in it are shown in whole seconds. */
const SHARED_MS = 100;

/**
 * Shares what was read from the store between callers who ask for one thing while nothing is committed, by any process:
 * many people, and pages that ask every second. Without a cheap number of the store's commits (PostgreSQL) each caller
 * reads by itself.
 */
export class SharedRead<T> {
  readonly #db: Pick<Database, 'version'>;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #ageMs: number;
  #version: number | undefined;
  #since = -Infinity;
  readonly #found = new Map<string, Promise<T>>();

  /** @param ageMs age up to which a result is shared, milliseconds */
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

  /** What `read` finds, or has found for this key. */
  async at(key: string, read: () => Promise<T>): Promise<T> {
    const version = await this.#db.version();
    if (version === undefined) return read();
    const now = this.#clock.monotonic();
    if (version !== this.#version || now - this.#since >= this.#ageMs) {
      this.#found.clear();
      this.#version = version;
      this.#since = now;
    }
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const found = read();
    this.#found.set(key, found);
    // A failure is not kept: the store may answer the next caller.
    found.catch(() => this.#found.get(key) === found && this.#found.delete(key));
    return found;
  }
}
