import type { Fault } from '../../src/emulator/index.ts';
import type { JobView } from '../../src/jobs/model/types.ts';
import type { LineFault } from './fault-proxy.ts';
import { ALICE, type Rig } from './rig.ts';

/** Phases of a paid picture. `renewal` is the token again, in the middle of a job whose submit met a 401. */
export const PHASES = ['token', 'renewal', 'upload', 'submit', 'status', 'cancel', 'download'] as const;
export type Phase = (typeof PHASES)[number];

/** What strikes: an answer of the emulator, or a line of the proxy on the way to it. */
export type Strike =
  | { readonly action: (context: { now: number; bait: string }) => Fault['action'] }
  | { readonly line: LineFault | 'refused' };

/** A strike, where it hits and how often. */
export interface Blow {
  readonly phase: Phase;
  readonly strike: Strike;
  readonly times: number;
}

/** For each phase: where the emulator strikes, on which way the proxy does, and by what it knows the request. */
const AIMS = {
  token: { on: 'token', way: 'ims', at: 'POST /ims' },
  renewal: { on: 'token', way: 'ims', at: 'POST /ims' },
  upload: { on: 'upload', way: 'api', at: 'POST /v2/storage' },
  submit: { on: 'submit', way: 'api', at: 'POST /v3/images' },
  status: { on: 'status', way: 'shard', at: 'GET /v3/status' },
  cancel: { on: 'cancel', way: 'shard', at: 'PUT /v3/cancel' },
  download: { on: 'download', way: 'storage', at: 'GET /images' },
} as const;

/** How long a way stays closed that refuses connections for once, in simulated time. */
const REFUSED_FOR_MS = 2_000;
/** Longer than any gate but the longest. */
const LONG_JOB_MS = 150_000;
/** From here on it is the longest gate, which is looked at and then jumped over. */
const PARKED_MS = 8 * 60_000;
const MOST_JUMPS = 40;

/** Whether the blow is that no answer comes, which only a timeout ends. */
export function isSilent({ strike }: Blow): boolean {
  if ('line' in strike) return typeof strike.line === 'object' && strike.line.kind === 'stall';
  return strike.action({ now: 0, bait: 'http://localhost' }).kind === 'hang';
}

async function aim(rig: Rig, { phase, strike, times }: Blow): Promise<void> {
  const { on, way: name, at } = AIMS[phase];
  if ('action' in strike) {
    // The name of a host that nobody trusts, where whatever comes would be seen.
    const bait = rig.emulator.storageOrigin.replace('127.0.0.1', 'localhost');
    return rig.emulator.control.next({ on, action: strike.action({ now: rig.clock.now(), bait }) }, times);
  }
  const way = rig.ways[name];
  if (strike.line !== 'refused') return way.next(strike.line, { times, at });
  await way.down();
  if (times === 1) void rig.clock.sleep(REFUSED_FOR_MS).then(() => rig.clock.hold(way.up()));
}

/**
 * Makes a picture while the blow falls, and says what became of it in one line: `refused: code` where there is no job,
 * else the state with its code, and how many requests Adobe got where it is not one.
 */
export async function outcomeOf(rig: Rig, blow: Blow): Promise<string> {
  const { phase, strike } = blow;
  const { control } = rig.emulator;
  if ('line' in strike && (phase === 'status' || phase === 'cancel')) rig.leadThrough('shard');
  if ('line' in strike && phase === 'download') rig.leadThrough('storage');
  if (phase !== 'token') await rig.rooms.firefly.prepare();
  const picture = phase === 'upload' ? await rig.picture() : undefined;
  if (phase === 'cancel') control.setLatency(LONG_JOB_MS);
  if (phase === 'renewal') control.next({ on: 'submit', action: { kind: 'status', status: 401 } });
  if (phase !== 'cancel') await aim(rig, blow);
  const job = await rig.generate('a chair', picture).catch(codeOf);
  if (typeof job === 'string') return `refused: ${job}`;
  if (phase === 'cancel') {
    await rig.until(job.id, ({ state }) => state === 'running');
    await aim(rig, blow);
    await rig.cancel(job.id);
  }
  return blow.times === 1
    ? described(rig, ...(await pastTheGate(rig, job.id)))
    : described(rig, await atLast(rig, job.id));
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  throw error;
}

/** The job at its end; where it stands before the longest gate, that is noted, and time jumps to its opening. */
async function pastTheGate(rig: Rig, id: string): Promise<[done: JobView, parked: string]> {
  const { jobs } = rig.rooms;
  for (;;) {
    const { state, finishedAt } = await jobs.get(id, ALICE);
    if (finishedAt !== undefined) return [await rig.wait(id), ''];
    const { quota } = await jobs.overview(ALICE, { limit: 1 });
    const heldMs = (quota.cooldownUntil ?? 0) - rig.clock.now();
    if (heldMs > PARKED_MS) {
      rig.clock.jump(heldMs);
      return [await rig.wait(id), `${state} for ${heldMs < 17 * 60_000 ? 'a quarter of an hour' : 'longer'}, then `];
    }
    await rig.clock.sleep(600);
  }
}

/**
 * The job at its end, however long that takes. Once it is accepted time jumps over what does not change; before, a
 * jump would be the deadline of a request that is on its way.
 */
async function atLast(rig: Rig, id: string): Promise<JobView> {
  for (let jump = 0; jump < MOST_JUMPS; jump += 1) {
    const view = await rig.wait(id, 20_000);
    if (view.finishedAt !== undefined) return view;
    // Not past the deadline where Adobe answers: one of its answers may be on its way.
    if (view.state === 'accepted' || view.state === 'running') rig.clock.jump((view.cancelling ? 4 : 11) * 60_000);
    if (view.state === 'saving') rig.clock.jump(30 * 60_000);
  }
  throw new Error('the job does not end');
}

function described(rig: Rig, done: JobView, parked = ''): string {
  const requests = rig.emulator.control.submits().length;
  const code = done.problem && done.state !== 'submit_unknown' ? ` ${done.problem.code}` : '';
  const late = done.warnings.some((warning) => warning.includes('too late')) ? ', too late to cancel' : '';
  return `${parked}${done.state}${code}${late}${requests === 1 ? '' : `, ${requests} requests`}`;
}
