import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFinal } from '../../../../src/jobs/model/states.ts';
import { ALICE, aRequest, TestCluster } from '../../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../../support/doubles/scripted-adobe.ts';

const PER_MINUTE = 6;
const RATE_LIMITED = { kind: 'rate_limited', retryAfterMs: 20_000, problem: A_PROBLEM } as const;

/** A call of one of two callers: a new job, or a cancel of an earlier one. */
const call = fc.record({ member: fc.nat(1), cancels: fc.boolean(), after: fc.nat(3) });
const outcome = fc.constantFrom('accepted', 'lost', 'rate_limited');

/**
 * Every call of two processes to the store waits until the schedule releases it: a claim beside a cancel, a permit beside
 * another, an end beside a cancel.
 */
test(
  'two processes keep the quota and pay for no job twice in every order of their calls to the store',
  { timeout: 300_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(call, { minLength: 2, maxLength: 8 }),
        fc.array(outcome, { maxLength: 4 }),
        async (schedule, calls, outcomes) => {
          const cluster = await TestCluster.create();
          try {
            for (const next of outcomes) {
              if (next !== 'accepted') cluster.adobe.script.push(next === 'lost' ? 'lost' : RATE_LIMITED);
            }
            // Time is held while a call waits, so that only the order changes.
            const turn = () => cluster.clock.hold(schedule.schedule(Promise.resolve()));
            const members = await Promise.all([1, 2].map(() => cluster.member({ perMinute: PER_MINUTE, turn })));
            const jobs: string[] = [];
            const act = async ({ member, cancels, after }: (typeof calls)[number], n: number) => {
              // Full seconds, at which the engines poll as well.
              await cluster.clock.sleep(after * 1_000);
              const queue = members[member]?.jobs;
              const earlier = jobs[n % Math.max(1, jobs.length)];
              if (cancels && earlier !== undefined)
                return void (await queue?.cancel(earlier, ALICE).catch(() => undefined));
              const enqueued = await queue?.enqueue(aRequest(`n${n}`), ALICE);
              if (enqueued) jobs.push(enqueued.job.id);
            };
            const ends = async () => {
              await Promise.all(calls.map(act));
              const [judge] = members;
              if (!judge) throw new Error('no process');
              return Promise.all(jobs.map((id) => judge.jobs.wait(id, ALICE, { waitMs: 3 * 3_600_000 })));
            };
            const done = await schedule.waitFor(cluster.clock.run(ends()));
            for (const job of done) expect(isFinal(job.state)).toBe(true);
            await schedule.waitFor(cluster.clock.run(Promise.all(members.map(({ engine }) => engine.stop()))));
            const prompts = cluster.adobe.submits.map(({ prompt }) => prompt);
            const refused = outcomes.filter((next) => next === 'rate_limited').length;
            expect(prompts.length - new Set(prompts).size).toBeLessThanOrEqual(refused);
            const at = cluster.adobe.submits.map((submit) => submit.at);
            const within = at.map((start) => at.filter((time) => time >= start && time - start <= 60_000).length);
            expect(Math.max(0, ...within)).toBeLessThanOrEqual(PER_MINUTE);
          } finally {
            await schedule.waitFor(cluster.close());
          }
        },
      ),
      { numRuns: Number(process.env['RUNS'] ?? 25), endOnFailure: true },
    );
  },
);
