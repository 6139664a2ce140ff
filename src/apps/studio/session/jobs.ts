import type { Arguments } from '../bridge/bridge.ts';
import type { Overview, Problem, Work } from '../model/answers.ts';
import { isOver } from '../model/answers.ts';
import type { PaidTool } from '../model/price.ts';
import type { Studio } from './studio.ts';

/** Seconds of one wait: where progress comes with the answer, longer ones save requests. */
const WAIT = { browser: 20, apps: 2 } as const;
const RETRY_MS = 3000;
/** Code of an answer that wants a person's word first; where `spend` answers with it, the person has said no. */
export const DECLINED = 'confirmation_required';

/**
 * Follows a job to its end, and calls `tell` with each state. A connection that breaks is waited for.
 * @returns the last state that was seen; it is not final where `signal` has ended the watch
 */
export async function followJob(
  studio: Studio,
  first: Work,
  tell: (work: Work) => void,
  signal: AbortSignal,
): Promise<Work> {
  let work = first;
  tell(work);
  while (!signal.aborted && work.job !== undefined && !isOver(work.state)) {
    // The first answer is wanted at once: it says the place in line. Progress within a wait moves the bar.
    const wait = WAIT[studio.bridge.kind];
    const known = work;
    const next: Work = await studio.call<Work>(
      'job_status',
      { job: work.job, wait_seconds: wait },
      { signal, onProgress: (percent) => !signal.aborted && tell({ ...known, progress_percent: percent }) },
    );
    if (signal.aborted) break;
    if (next.job === undefined) {
      if (next.error?.code !== 'offline') return failed(work, next.error);
      await pause(RETRY_MS, signal);
    } else {
      work = next;
      tell(work);
    }
  }
  return work;
}

function failed(work: Work, error: Problem | undefined): Work {
  return error === undefined ? work : { ...work, error };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/**
 * Sends a paid call, and answers with its job at once. Where the server wants a person's word first, the person is asked;
 * no other way leads to `confirm`.
 */
export async function spend(studio: Studio, tool: PaidTool | 'resubmit_job', args: Arguments): Promise<Work> {
  const started = await ordered(studio, tool, args);
  if (started.job !== undefined) studio.tell('job', studio.t.card.toldSpent(tool, started.job));
  return started;
}

async function ordered(studio: Studio, tool: string, args: Arguments): Promise<Work> {
  const call = { ...args, wait_seconds: 0 };
  const first = await studio.call<Work>(tool, call);
  if (first.error?.code !== DECLINED) return first;
  const { confirm } = studio.t;
  const agreed = await studio.ask({
    title: confirm.title,
    note: `${confirm.note} ${first.error.message}`,
    yes: confirm.yesPlain,
    no: confirm.no,
  });
  return agreed ? studio.call<Work>(tool, { ...call, confirm: true }) : first;
}

/**
 * Finds the job of a call that the host has made and that has not answered yet, so that its progress can be shown: the
 * newest one under way that has its prompt.
 */
export function jobOfCall(overview: Overview, args: Arguments): string | undefined {
  const prompt = typeof args['prompt'] === 'string' ? args['prompt'] : undefined;
  const running = (overview.jobs ?? []).filter(({ state }) => !isOver(state));
  const found = running.find((job) => prompt === undefined || sameStart(job.prompt ?? '', prompt));
  return found?.job;
}

/** Whether a prompt is the one that a list may have shortened. */
function sameStart(shortened: string, prompt: string): boolean {
  const start = shortened.replace(/…$/, '').trim();
  return start !== '' && prompt.replace(/\s+/g, ' ').trim().startsWith(start);
}
