import type { Clock } from '../shared/clock.ts';
import type { Owner } from './owner.ts';
import { unknownJob } from './problems.ts';
import { isFinal } from './states.ts';
import type { JobView, WaitUpdate } from './types.ts';
import { viewOf, type ViewParts } from './view.ts';

/** How long a call counts as open without a sign of life. */
export const ATTENDANCE_MS = 15_000;
const LOOK_MS = 250;
const SIGN_OF_LIFE_MS = 5_000;

/** How a caller waits. */
export interface WaitOptions {
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onUpdate?: (update: WaitUpdate) => void;
}

/** Attends to a job for a caller. The job may be driven by any process; the row tells. */
export async function attend(
  id: string,
  options: WaitOptions,
  parts: ViewParts & { readonly clock: Clock; readonly owner: Owner },
): Promise<JobView> {
  const { db, journal, clock } = parts;
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
      // Without a delivery mark an identical call after a broken connection finds this job instead of paying again.
      const delivery = broken ? job.delivery : final ? 'final' : 'running';
      const attendedUntil = isOpeningCall ? 0 : job.attendedUntil;
      await db.run('UPDATE jobs SET attended_until = ?, delivery = ? WHERE id = ?', [attendedUntil, delivery, id]);
      return viewOf(job, parts);
    }
    const facts = `${job.state} ${job.progress ?? ''} ${job.cancel}`;
    if (facts !== shown || now - shownAt >= SIGN_OF_LIFE_MS) {
      shown = facts;
      shownAt = now;
      options.onUpdate?.({ job: await viewOf(job, parts) });
      if (isOpeningCall) await stayOpen(id, parts);
    }
    await clock.sleep(Math.min(LOOK_MS, Math.max(0, endsAt - now)), options.signal).catch(() => undefined);
  }
}

async function stayOpen(id: string, { db, owner }: ViewParts & { readonly owner: Owner }): Promise<void> {
  const until = (await db.now()) + ATTENDANCE_MS;
  await db.run('UPDATE jobs SET attended_by = ?, attended_until = ? WHERE id = ?', [owner.id, until, id]);
}
