import type { Clock } from '../shared/clock.ts';
import type { Database } from '../store/database.ts';
import { LightSleep } from './light-sleep.ts';
import type { Owner } from './owner.ts';
import { unknownJob } from './problems.ts';
import { isFinal } from './states.ts';
import type { JobView, WaitUpdate } from './types.ts';
import { viewOf, type ViewParts } from './view.ts';

/** How long a call counts as open without a sign of life. */
export const ATTENDANCE_MS = 15_000;
/** How often to look: where other processes wake those who wait, only for what was missed. */
const LOOK_MS = { sqlite: 250, postgres: 1_000 } as const;
const SIGN_OF_LIFE_MS = 5_000;

/** How a caller waits. */
export interface WaitOptions {
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onUpdate?: (update: WaitUpdate) => void;
}

/**
 * Attends to a job for a caller. The job may be driven by any process; the row tells. A call that made the job stays
 * open beyond a final answer, until `settleAnswer` says what became of it.
 */
export async function attend(
  id: string,
  options: WaitOptions,
  parts: ViewParts & { readonly clock: Clock; readonly owner: Owner },
): Promise<JobView> {
  const { db, journal, clock } = parts;
  const rest = new LightSleep(clock);
  using _watch = journal.watch(() => rest.wake());
  const endsAt = clock.monotonic() + options.waitMs;
  let shown = '';
  let shownAt = -Infinity;
  let isOpeningCall: boolean | undefined;
  for (;;) {
    const job = await journal.load(id);
    if (!job) throw unknownJob();
    // Later looks at the job, such as job_status, do not keep its opening call open.
    isOpeningCall ??= job.delivery === 'none' && job.attendedUntil > (await db.now());
    const now = clock.monotonic();
    const final = isFinal(job.state);
    const broken = options.signal?.aborted === true;
    if (final || broken || now >= endsAt) {
      // What an identical call would find anyway is closed at once, so that none slips in before the answer is out.
      const found = !final || job.state === 'submit_unknown';
      if (isOpeningCall && (broken || found)) await closeCall(id, db);
      return viewOf(job, parts);
    }
    const facts = `${job.state} ${job.progress ?? ''} ${job.cancel}`;
    if (facts !== shown || now - shownAt >= SIGN_OF_LIFE_MS) {
      shown = facts;
      shownAt = now;
      options.onUpdate?.({ job: await viewOf(job, parts) });
      if (isOpeningCall) await stayOpen(id, parts);
    }
    await rest.sleep(Math.min(LOOK_MS[db.dialect], Math.max(0, endsAt - now)), options.signal);
  }
}

/**
 * Records whether an answer with the job in this state left for its caller. Without that mark an identical call finds
 * the job instead of paying again (DESIGN §3 "Repeats"); so it is made after the answer, never before.
 */
export async function settleAnswer(
  { id, state }: Pick<JobView, 'id' | 'state'>,
  { delivered, db }: { delivered: boolean; db: Database },
): Promise<void> {
  const final = isFinal(state);
  if (delivered) {
    const mark = final ? 'final' : 'running';
    await db.run(`UPDATE jobs SET delivery = ? WHERE id = ? AND delivery <> 'final'`, [mark, id]);
  }
  if (final) await closeCall(id, db);
}

async function closeCall(id: string, db: Database): Promise<void> {
  await db.run('UPDATE jobs SET attended_until = 0 WHERE id = ?', [id]);
}

async function stayOpen(id: string, { db, owner }: ViewParts & { readonly owner: Owner }): Promise<void> {
  const until = (await db.now()) + ATTENDANCE_MS;
  await db.run('UPDATE jobs SET attended_by = ?, attended_until = ? WHERE id = ?', [owner.id, until, id]);
}
