import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SubmitOutcome, SubmitRequest } from '../../../src/firefly/types.ts';
import type { Clock } from '../../../src/shared/time/clock.ts';
import { ALICE, aRequest, TestCluster } from '../../support/cluster/test-cluster.ts';
import { ScriptedAdobe } from '../../support/doubles/scripted-adobe.ts';

const PER_MINUTE = 8;
const PROCESSES = 8;
const CALLS_EACH = 2;
const MINUTE = 60_000;

/** Every request takes a different time to arrive, up to four seconds, so that their order changes on the way. */
class SlowAdobe extends ScriptedAdobe {
  readonly #clock: Clock;
  #requests = 0;

  constructor(clock: Clock) {
    super(clock);
    this.#clock = clock;
    this.perMinute = PER_MINUTE;
  }

  override async submit(request: SubmitRequest, options: { requestId: string }): Promise<SubmitOutcome> {
    await this.#clock.sleep((((this.#requests += 1) * 7919) % 41) * 100);
    return super.submit(request, options);
  }
}

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

describe('eight processes that share one quota over slow connections', () => {
  test('send no more requests than the quota in any 60 seconds, and use it well', { tags: 'long' }, async () => {
    const adobe = new SlowAdobe(cluster.clock);
    const processes = await Promise.all(
      Array.from({ length: PROCESSES }, () => cluster.member({ perMinute: PER_MINUTE, adobe })),
    );
    const calls = processes.flatMap(({ jobs }, place) =>
      Array.from({ length: CALLS_EACH }, async (_, n) => {
        const { job } = await jobs.enqueue(aRequest(`chair ${place} ${n}`), ALICE);
        return jobs.wait(job.id, ALICE, { waitMs: 10 * MINUTE });
      }),
    );
    const done = await cluster.clock.run(Promise.all(calls));
    expect(done.map(({ state }) => state)).toEqual(calls.map(() => 'succeeded'));
    expect(adobe.refusals).toBe(0);
    const arrived = adobe.submits.map(({ at }) => at).sort((a, b) => a - b);
    expect(arrived).toHaveLength(PROCESSES * CALLS_EACH);
    const most = Math.max(...arrived.map((start) => arrived.filter((t) => t >= start && t - start <= MINUTE).length));
    expect(most).toBeLessThanOrEqual(PER_MINUTE);
    // The second block starts as soon as the first one has left the window.
    expect((arrived[PER_MINUTE] ?? 0) - (arrived[0] ?? 0)).toBeLessThan(62_000 + 12_000);
  });
});
