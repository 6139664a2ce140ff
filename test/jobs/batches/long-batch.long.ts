/** @module-tag long */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endedItems } from '../../../src/jobs/batches/model/batch-counts.ts';
import { ALICE, TestCluster } from '../../support/cluster/test-cluster.ts';
import { aPlan, prompts } from './a-plan.ts';

/** Fifty minutes of quota; `long-batch.soak.ts` runs 1000 items. */
const ITEMS = Number(process.env['ITEMS'] ?? 200);
const MINUTE = 60_000;

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

describe(`${ITEMS} items at the default quota, on three processes, one of them killed in the middle`, () => {
  test(
    'a batch gets no 429, wastes less than 5 % of the quota, and pays for no item twice',
    { timeout: 240_000 },
    async () => {
      cluster.adobe.perMinute = 4;
      const members = await Promise.all([cluster.member(), cluster.member(), cluster.member()]);
      const [first, second] = members;
      if (!first || !second) throw new Error('no member');
      const started = cluster.clock.now();
      const { id } = await cluster.clock.run(second.batches.submit(aPlan(prompts(ITEMS)), ALICE));
      const estimates: { at: number; endsAt: number }[] = [];
      const estimate = async () => {
        const { endsAt = 0 } = await second.batches.get(id, ALICE);
        estimates.push({ at: cluster.clock.now(), endsAt });
      };
      await cluster.clock.pass(1);
      await estimate();
      await cluster.clock.pass((ITEMS / 8) * MINUTE);
      first.kill();
      await estimate();
      await cluster.clock.pass((ITEMS / 12) * MINUTE);
      await estimate();
      const finished = async () => {
        for (;;) {
          const batch = await second.batches.get(id, ALICE);
          if (batch.state === 'finished') return batch;
          await cluster.clock.sleep(10_000);
        }
      };
      const batch = await cluster.clock.run(finished());

      expect(cluster.adobe.refusals).toBe(0);
      const seen = new Map<string, number>();
      for (const { prompt } of cluster.adobe.submits) seen.set(prompt, (seen.get(prompt) ?? 0) + 1);
      expect(Math.max(...seen.values())).toBe(1);
      expect(endedItems(batch.counts)).toBe(ITEMS);
      // Only requests in flight at the kill may have an unknown outcome; no item fails.
      expect(batch.counts.succeeded + batch.counts.unknown).toBe(ITEMS);
      expect(batch.counts.unknown).toBeLessThanOrEqual(4);
      expect(new Set(cluster.images.records.map(({ job }) => job)).size).toBe(batch.counts.succeeded);

      const arrivals = cluster.adobe.submits.map(({ at }) => at);
      const inAnyMinute = arrivals.map((at) => arrivals.filter((other) => other >= at && other - at < MINUTE).length);
      expect(Math.max(...inAnyMinute)).toBeLessThanOrEqual(4);
      const took = (arrivals.at(-1) ?? 0) - started;
      const ideal = (Math.ceil(ITEMS / 4) - 1) * MINUTE;
      console.info(`${ITEMS} items: ${((100 * ideal) / took).toFixed(1)} % of the ideal throughput`);
      expect(ideal / took).toBeGreaterThanOrEqual(0.95);

      const end = cluster.clock.now();
      for (const { at, endsAt } of estimates) {
        expect(Math.abs(endsAt - end) / (end - at)).toBeLessThan(0.1);
      }
    },
  );
});
