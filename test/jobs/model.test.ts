import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFinal, JOB_STATES, type JobState } from '../../src/jobs/states.ts';
import { mayMove } from '../../src/jobs/transitions.ts';
import type { SubmitOutcome } from '../../src/firefly/types.ts';
import { ALICE, aRequest, BOB, Installation, type Member } from './harness.ts';
import { A_PROBLEM } from './scripted-adobe.ts';

/** What a run may do, in any order. */
type Step =
  | { readonly kind: 'enqueue'; readonly who: number; readonly again: boolean; readonly prompt: number }
  | { readonly kind: 'cancel'; readonly job: number }
  | { readonly kind: 'resubmit'; readonly job: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'jump'; readonly ms: number }
  | { readonly kind: 'kill' }
  | { readonly kind: 'start' }
  | { readonly kind: 'script'; readonly outcome: SubmitOutcome | 'lost' };

const problem = A_PROBLEM;
const outcomes: readonly (SubmitOutcome | 'lost')[] = [
  'lost',
  { kind: 'unknown', problem },
  { kind: 'not_sent', problem },
  { kind: 'refused', problem },
  { kind: 'unauthorized', problem },
  { kind: 'rate_limited', retryAfterMs: 20_000, problem },
];

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('enqueue'), who: fc.nat(1), again: fc.boolean(), prompt: fc.nat(2) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('cancel', 'resubmit'), job: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass'), ms: fc.integer({ min: 1, max: 20_000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('jump'), ms: fc.integer({ min: 1, max: 90_000 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('kill', 'start') }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('script'), outcome: fc.constantFrom(...outcomes) }) },
) as fc.Arbitrary<Step>;

const PER_MINUTE = 6;

/** One run: takes the steps on a real installation, and holds what it sees against the rules. */
class Run {
  readonly home: Installation;
  members: Member[] = [];
  readonly seen = new Map<string, JobState>();

  constructor(home: Installation) {
    this.home = home;
  }

  async take(next: Step): Promise<void> {
    const { clock, adobe } = this.home;
    const [member] = this.members;
    if (next.kind === 'start' || !member)
      return void this.members.push(await this.home.member({ perMinute: PER_MINUTE }));
    if (next.kind === 'pass') return clock.pass(next.ms);
    if (next.kind === 'jump') return clock.jump(next.ms);
    if (next.kind === 'script') return void adobe.script.push(next.outcome);
    if (next.kind === 'kill') return this.members.shift()?.kill();
    if (next.kind === 'enqueue') return this.#enqueue(next, member);
    const id = [...this.seen.keys()][next.job];
    if (id === undefined) return;
    const action = next.kind === 'cancel' ? member.jobs.cancel(id, ALICE) : member.jobs.resubmit(id, ALICE);
    const job = await clock.run(action).catch(() => undefined);
    if (job) this.#note(job.id, job.state);
  }

  async #enqueue({ who, again, prompt }: Extract<Step, { kind: 'enqueue' }>, { jobs }: Member): Promise<void> {
    const caller = who === 0 ? ALICE : BOB;
    const { job, attached } = await this.home.clock.run(jobs.enqueue(aRequest(`p${prompt}`), caller, { again }));
    expect(attached && again).toBe(false);
    if (caller === ALICE) this.#note(job.id, job.state);
  }

  /** A state that was seen can only be followed by one that the table of moves leads to. */
  #note(id: string, state: JobState): void {
    const before = this.seen.get(id);
    if (before !== undefined && before !== state) expect(reachable(before)).toContain(state);
    this.seen.set(id, state);
  }

  async check(member: Member | undefined): Promise<void> {
    if (!member) return;
    for (const id of this.seen.keys()) this.#note(id, (await member.jobs.get(id, ALICE)).state);
  }

  async finish(): Promise<void> {
    const { clock, adobe } = this.home;
    adobe.script.length = 0;
    const judge = await this.home.member({ perMinute: PER_MINUTE });
    for (const id of this.seen.keys()) {
      const done = await clock.run(judge.jobs.wait(id, ALICE, { waitMs: 3 * 3_600_000 }));
      expect(isFinal(done.state)).toBe(true);
      this.#note(id, done.state);
      if (done.state === 'succeeded') expect(done.images.length).toBeGreaterThan(0);
      const permits = await judge.db.all('SELECT outcome FROM permits WHERE job = ?', [id]);
      // At most one attempt that Adobe may have taken: nothing else is ever repeated.
      const taken = permits.filter(
        ({ outcome }) => outcome === 'accepted' || outcome === 'unknown' || outcome === null,
      );
      expect(taken.length).toBeLessThanOrEqual(1);
    }
    const at = adobe.submits.map((submit) => submit.at).sort((a, b) => a - b);
    for (const [n, start] of at.entries()) {
      expect(at.slice(n).filter((time) => time - start <= 60_000).length).toBeLessThanOrEqual(PER_MINUTE);
    }
  }
}

/** Every state that can follow, however many moves were not seen in between. */
function reachable(from: JobState): readonly JobState[] {
  const found = new Set<JobState>([from]);
  for (const state of found) {
    for (const next of JOB_STATES) if (state !== next && mayMove(state, next)) found.add(next);
  }
  return [...found];
}

describe('the state machine against its model', () => {
  it('keeps every rule through any sequence of calls, kills, clocks and answers', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const home = await Installation.create();
        try {
          const run = new Run(home);
          for (const next of [{ kind: 'start' } as const, ...steps]) {
            await run.take(next);
            await run.check(run.members[0]);
          }
          await run.finish();
        } finally {
          await home.close();
        }
      }),
      { numRuns: Number(process.env['RUNS'] ?? 25), endOnFailure: true },
    );
  });
});
