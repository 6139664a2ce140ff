import type { Logger } from '../shared/logger.ts';
import type { Database } from '../store/database.ts';
import type { Owner } from './owner.ts';
import type { JobRecord } from './record.ts';

/** How long a call of another process counts as open without a sign of life. */
export const ATTENDANCE_MS = 6_000;
/** How often a process that attends to a call says so. */
export const SIGN_OF_LIFE_MS = 2_000;

/**
 * Which paid calls are open: made, and not yet answered. A call that is identical to an open one is a job of its own;
 * identical to one that was answered, lost its connection, or died with its process, it attaches (DESIGN §3 "Repeats").
 * A process knows its own calls, and tells the others in the rows.
 */
export class Attendance {
  readonly #db: Database;
  readonly #owner: Owner;
  readonly #logger: Logger;
  readonly #open = new Map<string, { readonly until: readonly AbortSignal[]; readonly over: AbortController }>();

  constructor(options: { db: Database; owner: Owner; logger: Logger }) {
    this.#db = options.db;
    this.#owner = options.owner;
    this.#logger = options.logger;
  }

  /** Who attends, as rows name it. */
  get by(): string {
    return this.#owner.id;
  }

  /** The call of this process that is about to write this job down is open, until one of the signals aborts. */
  begin(id: string, until: readonly AbortSignal[]): void {
    this.#open.set(id, { until, over: new AbortController() });
  }

  /** The job of that call is written down: from now on others are told of its end, too, and at once if it is over. */
  async written(id: string): Promise<void> {
    const call = this.#open.get(id);
    if (!call || !this.#isOpen(id)) return this.end(id);
    const { until, over } = call;
    for (const signal of until) signal.addEventListener('abort', () => void this.end(id), { signal: over.signal });
  }

  /** Says that the call goes on. Does nothing for a call that is not open. */
  async signOfLife(id: string): Promise<void> {
    if (!this.#open.has(id)) return;
    const until = (await this.#db.now()) + ATTENDANCE_MS;
    await this.#db.run('UPDATE jobs SET attended_by = ?, attended_until = ? WHERE id = ?', [this.by, until, id]);
  }

  /**
   * The call has its answer, or will never get one. Holds in this process even where the store cannot be told; others
   * then see it within `ATTENDANCE_MS`.
   */
  async end(id: string): Promise<void> {
    const call = this.#open.get(id);
    if (!call) return;
    call.over.abort();
    this.#open.delete(id);
    await this.#db.run('UPDATE jobs SET attended_until = 0 WHERE id = ?', [id]).catch((error: unknown) => {
      this.#logger.warn('call_end_not_stored', { job: id, error });
    });
  }

  /** This process ends, and no call survives it. */
  async leave(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.end(id)));
  }

  /**
   * Whether the call that made a job is open. `doubtful` is one of another machine, whose last sign of life is recent:
   * it lives when it gives another one, and is gone when it does not.
   */
  stateOf(job: Pick<JobRecord, 'id' | 'attendedBy' | 'attendedUntil'>, now: number): 'open' | 'doubtful' | 'closed' {
    const { id, attendedBy, attendedUntil } = job;
    if (attendedBy === this.by) return this.#isOpen(id) ? 'open' : 'closed';
    if (attendedBy === undefined || attendedUntil <= now) return 'closed';
    if (!this.#owner.isNear(attendedBy)) return 'doubtful';
    return this.#owner.isGone(attendedBy) ? 'closed' : 'open';
  }

  #isOpen(id: string): boolean {
    return this.#open.get(id)?.until.every((signal) => !signal.aborted) ?? false;
  }
}
