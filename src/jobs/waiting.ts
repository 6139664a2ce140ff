import type { Clock } from '../shared/clock.ts';
import { Problem } from '../shared/errors.ts';
import { SIGN_OF_LIFE_MS, type Attendance } from './attendance.ts';
import { LightSleep } from './light-sleep.ts';
import type { JobRecord } from './record.ts';
import { isFinal } from './states.ts';
import type { JobView, WaitOptions } from './types.ts';
import { viewOf, type ViewParts } from './view.ts';

/** How often to look: where other processes wake those who wait, only for what was missed. */
const LOOK_MS = { sqlite: 250, postgres: 1_000 } as const;
/** Longest time without an update. */
const UPDATE_MS = 5_000;

/** What attending to a job takes. */
export interface AttendParts extends ViewParts {
  readonly clock: Clock;
  readonly attendance: Attendance;
  /** The job's row as it is now. */
  readonly find: () => Promise<JobRecord>;
}

/**
 * Attends to a job for a caller. The job may be driven by any process; the row tells. A call that made the job stays
 * open beyond a final answer, until `settleAnswer` says what became of it. A store that cannot be read for a while is
 * waited for.
 * @throws Problem of the store, when the time is up and it can still not be read
 */
export async function attend(id: string, options: WaitOptions, parts: AttendParts): Promise<JobView> {
  const { db, journal, clock, attendance } = parts;
  const { signal, opens } = options;
  const rest = new LightSleep(clock);
  using _watch = journal.watch(() => rest.wake());
  const endsAt = clock.monotonic() + options.waitMs;
  const look = attentive(id, options, parts);
  try {
    for (;;) {
      const isOver = signal?.aborted === true || clock.monotonic() >= endsAt;
      const answer = await look(isOver).catch((error: unknown) => {
        if (isOver || !isOfStore(error)) throw error;
      });
      if (answer) return answer;
      await rest.sleep(Math.min(LOOK_MS[db.dialect], Math.max(0, endsAt - clock.monotonic())), signal);
    }
  } catch (error) {
    // The caller hears nothing of the end, so that the same call again has to find the job.
    if (opens) await attendance.end(id);
    throw error;
  }
}

/** Looks once: the answer, where there is one or the time is up; else tells what is new, and that the call goes on. */
function attentive(id: string, { signal, opens, onUpdate }: WaitOptions, parts: AttendParts) {
  const { clock, attendance, find } = parts;
  let shown = '';
  let shownAt = -Infinity;
  let lifeAt = -Infinity;
  return async (isOver: boolean): Promise<JobView | undefined> => {
    const job = await find();
    const final = isFinal(job.state);
    if (final || isOver) {
      // What an identical call would find anyway is closed at once, so that none slips in before the answer is out.
      const isFound = !final || job.state === 'submit_unknown' || signal?.aborted === true;
      if (opens && isFound) await attendance.end(id);
      return viewOf(job, parts);
    }
    const now = clock.monotonic();
    if (opens && now - lifeAt >= SIGN_OF_LIFE_MS) {
      lifeAt = now;
      await attendance.signOfLife(id);
    }
    const facts = `${job.state} ${job.progress ?? ''} ${job.cancel}`;
    if (facts !== shown || now - shownAt >= UPDATE_MS) {
      shown = facts;
      shownAt = now;
      onUpdate?.({ job: await viewOf(job, parts) });
    }
    return undefined;
  };
}

/** Whether the store, not the job, is why something could not be told. */
export function isOfStore(error: unknown): error is Problem {
  return error instanceof Problem && error.code.startsWith('store_');
}

/**
 * Records whether an answer with the job in this state left for its caller. Without that mark an identical call finds
 * the job instead of paying again (DESIGN §3 "Repeats"); so it is made after the answer, never before.
 */
export async function settleAnswer(
  { id, state }: Pick<JobView, 'id' | 'state'>,
  { delivered, db, attendance }: Pick<AttendParts, 'db' | 'attendance'> & { readonly delivered: boolean },
): Promise<void> {
  const final = isFinal(state);
  if (delivered) {
    const mark = final ? 'final' : 'running';
    await db.run(`UPDATE jobs SET delivery = ? WHERE id = ? AND delivery <> 'final'`, [mark, id]);
  }
  if (final) await attendance.end(id);
}
