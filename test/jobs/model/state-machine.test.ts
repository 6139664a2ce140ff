import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SubmitOutcome } from '../../../src/firefly/types.ts';
import { isFinal, JOB_STATES, type JobState } from '../../../src/jobs/model/states.ts';
import { mayMove } from '../../../src/jobs/model/transitions.ts';
import type { JobView } from '../../../src/jobs/model/types.ts';
import { Problem } from '../../../src/shared/errors.ts';
import { ALICE, aRequest, BOB, TestCluster, type TestProcess } from '../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';

const PER_MINUTE = 6;
const MOST_MEMBERS = 4;
const UNDELIVERED_WINDOW_MS = 120_000;

/** A job in the model. */
interface ModelJob {
  readonly who: number;
  readonly prompt: number;
  state: JobState;
  isReplaced: boolean;
}

/** The expected state of the installation. */
class Model {
  alive = 1;
  readonly jobs = new Map<string, ModelJob>();
}

/** The installation. */
interface Real {
  readonly cluster: TestCluster;
  readonly members: TestProcess[];
}

type Step = fc.AsyncCommand<Model, Real>;

/** Records a state that was read, which the table of transitions must lead to from the one before. */
function record(model: Model, id: string, state: JobState): void {
  const job = model.jobs.get(id);
  if (!job) throw new Error(`${id} is not in the model`);
  if (job.state !== state) expect(reachable(job.state)).toContain(state);
  job.state = state;
}

function reachable(from: JobState): readonly JobState[] {
  const found = new Set<JobState>([from]);
  for (const state of found) {
    for (const next of JOB_STATES) if (state !== next && mayMove(state, next)) found.add(next);
  }
  return [...found];
}

const callerOf = (who: number) => (who === 0 ? ALICE : BOB);

/** Reads a job through the first living process. In simulated time: the store may wait for the lock of another process. */
async function read({ cluster, members }: Real, id: string, who: number): Promise<JobView> {
  const [member] = members;
  if (!member) throw new Error('no process lives');
  return cluster.clock.run(member.jobs.get(id, callerOf(who)));
}

async function readAll(model: Model, real: Real): Promise<void> {
  if (model.alive === 0) return;
  for (const [id, { who }] of model.jobs) record(model, id, (await read(real, id, who)).state);
}

/** A step of the model, after which every job is read. */
function step(
  name: string,
  run: (model: Model, real: Real) => Promise<void>,
  check: (model: Model) => boolean = () => true,
): Step {
  return {
    toString: () => name,
    check,
    run: async (model, real) => {
      await run(model, real);
      await readAll(model, real);
    },
  };
}

const hasJobs = ({ jobs, alive }: Model) => jobs.size > 0 && alive > 0;

/** No answer is delivered here, so an identical call attaches to a job for the whole window after its end. */
const isFound = ({ state, finishedAt }: JobView, now: number) =>
  finishedAt === undefined || state === 'submit_unknown' || finishedAt > now - UNDELIVERED_WINDOW_MS;

const enqueue = (who: number, prompt: number, newJob: boolean) =>
  step(
    `enqueue(${who}, ${prompt}, ${newJob})`,
    async (model, real) => {
      const { cluster } = real;
      const [member] = real.members;
      if (!member) throw new Error('no process lives');
      const caller = callerOf(who);
      const same = [...model.jobs].filter(([, job]) => job.who === who && job.prompt === prompt && !job.isReplaced);
      const views = await Promise.all(same.map(([id]) => read(real, id, who)));
      const expectedAt = (now: number) => !newJob && views.some((view) => isFound(view, now));
      const before = expectedAt(cluster.clock.now());
      const { job, attached } = await cluster.clock.run(
        member.jobs.enqueue(aRequest(`p${prompt}`), caller, { newJob }),
      );
      // The two minutes may end while the call is made.
      if (before === expectedAt(cluster.clock.now())) expect(attached).toBe(before);
      expect(model.jobs.has(job.id)).toBe(attached);
      if (attached) expect(same.map(([id]) => id)).toContain(job.id);
      else model.jobs.set(job.id, { who, prompt, state: job.state, isReplaced: false });
    },
    ({ alive }) => alive > 0,
  );

const cancel = (index: number) =>
  step(
    `cancel(${index})`,
    async (model, real) => {
      const { cluster, members } = real;
      const [id, job] = [...model.jobs][index % model.jobs.size] ?? [];
      if (id === undefined || !job) return;
      const wasFinal = isFinal((await read(real, id, job.who)).state);
      const asked = await cluster.clock.run(
        members[0]?.jobs.cancel(id, callerOf(job.who)).catch(codeOf) ?? Promise.resolve(''),
      );
      if (wasFinal) expect(asked).toBe('job_finished');
    },
    hasJobs,
  );

const resubmit = (index: number) =>
  step(
    `resubmit(${index})`,
    async (model, real) => {
      const { cluster } = real;
      const [member] = real.members;
      const [id, job] = [...model.jobs][index % model.jobs.size] ?? [];
      if (id === undefined || !job || !member) return;
      const caller = callerOf(job.who);
      const before = (await read(real, id, job.who)).state;
      const fresh = await cluster.clock.run(member.jobs.resubmit(id, caller).catch(codeOf));
      if (before === 'succeeded') return expect(fresh).toBe('not_resubmittable');
      if (!isFinal(before)) {
        if (fresh === 'not_resubmittable') return;
        // The job ended while the call was made.
        expect(reachable('queued').filter((state) => isFinal(state) && state !== 'succeeded')).toContain(
          (await read(real, id, job.who)).state,
        );
      }
      if (typeof fresh === 'string') return expect(fresh).toBe('already_resubmitted');
      if (model.jobs.has(fresh.id)) return expect(job.isReplaced).toBe(true);
      job.isReplaced = true;
      model.jobs.set(fresh.id, { ...job, state: fresh.state, isReplaced: false });
    },
    hasJobs,
  );

const pass = (ms: number) => step(`pass(${ms})`, (_, { cluster }) => cluster.clock.pass(ms));
const jump = (ms: number) =>
  step(`jump(${ms})`, async (_, { cluster }) => {
    // A request that a process sent before it died arrives now: no network delays it for a minute.
    await cluster.clock.pass(cluster.adobe.latencyMs);
    cluster.clock.jump(ms);
  });

const kill = step(
  'kill',
  async (model, { members }) => {
    members.shift()?.kill();
    model.alive -= 1;
  },
  ({ alive }) => alive > 0,
);

const start = step(
  'start',
  async (model, { cluster, members }) => {
    members.push(await cluster.member({ perMinute: PER_MINUTE }));
    model.alive += 1;
  },
  ({ alive }) => alive < MOST_MEMBERS,
);

const problem = A_PROBLEM;
const OUTCOMES: readonly (SubmitOutcome | 'lost')[] = [
  'lost',
  { kind: 'unknown', problem },
  { kind: 'not_sent', problem },
  { kind: 'refused', problem },
  { kind: 'unauthorized', problem },
  { kind: 'rate_limited', retryAfterMs: 20_000, problem },
];
const answer = (outcome: SubmitOutcome | 'lost') =>
  step(`answer(${typeof outcome === 'string' ? outcome : outcome.kind})`, async (_, { cluster }) => {
    cluster.adobe.script.push(outcome);
  });

const enqueues = fc.tuple(fc.nat(1), fc.nat(2), fc.boolean()).map((given) => enqueue(...given));
const passes = fc.integer({ min: 1, max: 20_000 }).map(pass);
/** Kinds of steps; repetitions are weights. */
const STEPS: fc.Arbitrary<Step>[] = [
  ...Array.from({ length: 4 }, () => enqueues),
  ...Array.from({ length: 4 }, () => passes),
  fc.nat(20).map(cancel),
  fc.nat(20).map(resubmit),
  fc.integer({ min: 1, max: 90_000 }).map(jump),
  fc.constant(kill),
  fc.constant(start),
  ...Array.from({ length: 2 }, () => fc.constantFrom(...OUTCOMES).map(answer)),
];

/** Every job ends, at most one of its requests was accepted or is unknown, and no minute had more than the quota. */
async function finish(model: Model, { cluster }: Real): Promise<void> {
  cluster.adobe.script.length = 0;
  const checker = await cluster.member({ perMinute: PER_MINUTE });
  for (const [id, { who }] of model.jobs) {
    const done = await cluster.clock.run(checker.jobs.wait(id, callerOf(who), { waitMs: 3 * 3_600_000 }));
    expect(isFinal(done.state)).toBe(true);
    record(model, id, done.state);
    if (done.state === 'succeeded') expect(done.images.length).toBeGreaterThan(0);
    const permits = await checker.db.all('SELECT outcome FROM permits WHERE job = ?', [id]);
    const taken = permits.filter(({ outcome }) => outcome === 'accepted' || outcome === 'unknown' || outcome === null);
    expect(taken.length).toBeLessThanOrEqual(1);
  }
  const at = cluster.adobe.submits.map((submit) => submit.at).sort((a, b) => a - b);
  for (const [n, begun] of at.entries()) {
    expect(at.slice(n).filter((time) => time - begun <= 60_000).length).toBeLessThanOrEqual(PER_MINUTE);
  }
}

function codeOf(error: unknown): string {
  if (error instanceof Problem) return error.code;
  throw error;
}

describe('the state machine', () => {
  test(
    'agrees with its model after any sequence of calls, kills, clock changes and outcomes',
    { tags: 'long', timeout: 300_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.commands(STEPS, { maxCommands: 60, size: 'max' }), async (steps) => {
          const cluster = await TestCluster.create();
          try {
            const model = new Model();
            const real = { cluster, members: [await cluster.member({ perMinute: PER_MINUTE })] };
            await fc.asyncModelRun(() => ({ model, real }), steps);
            await finish(model, real);
          } finally {
            await cluster.close();
          }
        }),
        // A sequence that hangs is named, with its seed.
        { numRuns: Number(process.env['RUNS'] ?? 25), endOnFailure: true, timeout: 120_000 },
      );
    },
  );
});
