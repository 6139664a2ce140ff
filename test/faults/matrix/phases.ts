import type { Fault } from '../../../src/emulator/index.ts';
import type { JobView } from '../../../src/jobs/model/types.ts';
import type { LineFault } from '../lines/fault-proxy.ts';
import { ALICE, type ProxiedRooms } from './proxied-rooms.ts';

/** Phases of a paid picture. `renewal` is the token again, in the middle of a job whose submit met a 401. */
export const PHASES = ['token', 'renewal', 'upload', 'submit', 'status', 'cancel', 'download'] as const;
export type Phase = (typeof PHASES)[number];

/** A fault: an answer of the emulator, or what the proxy does to the connection. */
export type InjectedFault =
  | { readonly action: (context: { now: number; bait: string }) => Fault['action'] }
  | { readonly line: LineFault | 'refused' };

/** A fault, the phase whose requests meet it, and how many of them. */
export interface Injection {
  readonly phase: Phase;
  readonly fault: InjectedFault;
  readonly times: number;
}

/** For each phase: the route of the emulator, the proxy in front of it, and how that recognises the request. */
const TARGETS = {
  token: { on: 'token', way: 'ims', at: 'POST /ims' },
  renewal: { on: 'token', way: 'ims', at: 'POST /ims' },
  upload: { on: 'upload', way: 'api', at: 'POST /v2/storage' },
  submit: { on: 'submit', way: 'api', at: 'POST /v3/images' },
  status: { on: 'status', way: 'shard', at: 'GET /v3/status' },
  cancel: { on: 'cancel', way: 'shard', at: 'PUT /v3/cancel' },
  download: { on: 'download', way: 'storage', at: 'GET /images' },
} as const;

/** How long a proxy refuses connections, in simulated milliseconds. */
const REFUSED_FOR_MS = 2_000;
/** Longer than any cooldown but the longest. */
const LONG_JOB_MS = 150_000;
/** A cooldown longer than this is the longest one, whose end the clock jumps to. */
const PARKED_MS = 8 * 60_000;
const MOST_JUMPS = 40;

/** Whether the fault is a missing answer, which only a timeout ends. */
export function isSilent({ fault }: Injection): boolean {
  if ('line' in fault) return typeof fault.line === 'object' && fault.line.kind === 'stall';
  return fault.action({ now: 0, bait: 'http://localhost' }).kind === 'hang';
}

async function inject(setup: ProxiedRooms, { phase, fault, times }: Injection): Promise<void> {
  const { on, way: name, at } = TARGETS[phase];
  if ('action' in fault) {
    // An untrusted host name of the emulator, whose log shows what is sent there.
    // Without a token, a result may come from each of the usual names of this machine (`namesOfLoopback`).
    const bait = setup.emulator.storageOrigin.replace('127.0.0.1', on === 'download' ? '127.0.0.2' : 'localhost');
    return setup.emulator.control.next({ on, action: fault.action({ now: setup.clock.now(), bait }) }, times);
  }
  const way = setup.proxies[name];
  if (fault.line !== 'refused') return way.next(fault.line, { times, at });
  await way.down();
  if (times === 1) void setup.clock.sleep(REFUSED_FOR_MS).then(() => setup.clock.hold(way.up()));
}

/**
 * Makes a picture while the fault is injected, and gives the outcome in one line: `refused: code` without a job, else
 * the state with its problem's code, and the number of paid requests unless that is one.
 */
export async function outcomeOf(setup: ProxiedRooms, injection: Injection): Promise<string> {
  const { phase, fault } = injection;
  const { control } = setup.emulator;
  if ('line' in fault && (phase === 'status' || phase === 'cancel')) setup.routeThrough('shard');
  if ('line' in fault && phase === 'download') setup.routeThrough('storage');
  if (phase !== 'token') await setup.rooms.firefly.prepare();
  const picture = phase === 'upload' ? await setup.picture() : undefined;
  if (phase === 'cancel') control.setLatency(LONG_JOB_MS);
  if (phase === 'renewal') control.next({ on: 'submit', action: { kind: 'status', status: 401 } });
  if (phase !== 'cancel') await inject(setup, injection);
  const job = await setup.generate('a chair', picture).catch(codeOf);
  if (typeof job === 'string') return `refused: ${job}`;
  if (phase === 'cancel') {
    await setup.until(job.id, ({ state }) => state === 'running');
    await inject(setup, injection);
    await setup.cancel(job.id);
  }
  return injection.times === 1
    ? described(setup, ...(await pastTheGate(setup, job.id)))
    : described(setup, await atLast(setup, job.id));
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  throw error;
}

/** The job at its end. The state in which it waited for the longest cooldown is noted, and time jumps to its end. */
async function pastTheGate(setup: ProxiedRooms, id: string): Promise<[done: JobView, parked: string]> {
  const { jobs } = setup.rooms;
  for (;;) {
    const { state, finishedAt } = await jobs.get(id, ALICE);
    if (finishedAt !== undefined) return [await setup.wait(id), ''];
    const { quota } = await jobs.overview(ALICE, { limit: 1 });
    const heldMs = (quota.cooldownUntil ?? 0) - setup.clock.now();
    if (heldMs > PARKED_MS) {
      setup.clock.jump(heldMs);
      return [await setup.wait(id), `${state} for ${heldMs < 17 * 60_000 ? 'a quarter of an hour' : 'longer'}, then `];
    }
    await setup.clock.sleep(600);
  }
}

/**
 * The job at its end, however long that takes. Once it is accepted time jumps over what does not change; before, a
 * jump would be the deadline of a request that is on its way.
 */
async function atLast(setup: ProxiedRooms, id: string): Promise<JobView> {
  for (let jump = 0; jump < MOST_JUMPS; jump += 1) {
    const view = await setup.wait(id, 20_000);
    if (view.finishedAt !== undefined) return view;
    // Not past the deadline where Adobe answers: one of its answers may be on its way.
    if (view.state === 'accepted' || view.state === 'running') setup.clock.jump((view.cancelling ? 4 : 11) * 60_000);
    if (view.state === 'saving') setup.clock.jump(30 * 60_000);
  }
  throw new Error('the job does not end');
}

function described(setup: ProxiedRooms, done: JobView, parked = ''): string {
  const requests = setup.emulator.control.submits().length;
  const code = done.problem && done.state !== 'submit_unknown' ? ` ${done.problem.code}` : '';
  const late = done.warnings.some((warning) => warning.includes('too late')) ? ', too late to cancel' : '';
  const refused = done.cancelRefused ? ', cancel refused' : '';
  return `${parked}${done.state}${code}${late}${refused}${requests === 1 ? '' : `, ${requests} requests`}`;
}
