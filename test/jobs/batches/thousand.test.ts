import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endedItems } from '../../../src/jobs/batches/model/batch-counts.ts';
import { ALICE, TestCluster } from '../../support/cluster/test-cluster.ts';
import { aPlan, prompts } from './a-plan.ts';

/** A quarter of an hour of quota shows what a whole night shows; `thousand.soak.ts` plays the night. */
const ITEMS = Number(process.env['ITEMS'] ?? 200);
const MINUTE = 60_000;

let home: TestCluster;
beforeEach(async () => {
  home = await TestCluster.create();
});
afterEach(() => home.close());

describe(`${ITEMS} items at the default quota, on three processes, one of them killed in the middle`, () => {
  it('see no 429, lose less than 5 %, and none is done twice', { timeout: 240_000 }, async () => {
    home.adobe.perMinute = 4;
    const members = await Promise.all([home.member(), home.member(), home.member()]);
    const [first, second] = members;
    if (!first || !second) throw new Error('no member');
    const started = home.clock.now();
    const { id } = await home.clock.run(second.batches.submit(aPlan(prompts(ITEMS)), ALICE));
    const estimates: { at: number; endsAt: number }[] = [];
    const estimate = async () => {
      const { endsAt = 0 } = await second.batches.get(id, ALICE);
      estimates.push({ at: home.clock.now(), endsAt });
    };
    await home.clock.pass(1);
    await estimate();
    await home.clock.pass((ITEMS / 8) * MINUTE);
    first.kill();
    await estimate();
    await home.clock.pass((ITEMS / 12) * MINUTE);
    await estimate();
    const finished = async () => {
      for (;;) {
        const batch = await second.batches.get(id, ALICE);
        if (batch.state === 'finished') return batch;
        await home.clock.sleep(10_000);
      }
    };
    const batch = await home.clock.run(finished());

    expect(home.adobe.refusals).toBe(0);
    const seen = new Map<string, number>();
    for (const { prompt } of home.adobe.submits) seen.set(prompt, (seen.get(prompt) ?? 0) + 1);
    expect(Math.max(...seen.values())).toBe(1);
    expect(endedItems(batch.counts)).toBe(ITEMS);
    // Whoever dies while a request is on its way cannot tell what became of it; nothing else may fail.
    expect(batch.counts.succeeded + batch.counts.unknown).toBe(ITEMS);
    expect(batch.counts.unknown).toBeLessThanOrEqual(4);
    expect(new Set(home.images.records.map(({ job }) => job)).size).toBe(batch.counts.succeeded);

    const arrivals = home.adobe.submits.map(({ at }) => at);
    const inAnyMinute = arrivals.map((at) => arrivals.filter((other) => other >= at && other - at < MINUTE).length);
    expect(Math.max(...inAnyMinute)).toBeLessThanOrEqual(4);
    const took = (arrivals.at(-1) ?? 0) - started;
    const ideal = (Math.ceil(ITEMS / 4) - 1) * MINUTE;
    console.info(`${ITEMS} items: ${((100 * ideal) / took).toFixed(1)} % of the ideal throughput`);
    expect(ideal / took).toBeGreaterThanOrEqual(0.95);

    const end = home.clock.now();
    for (const { at, endsAt } of estimates) {
      expect(Math.abs(endsAt - end) / (end - at)).toBeLessThan(0.1);
    }
  });
});
