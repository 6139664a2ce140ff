import { afterEach, beforeEach, expect, it } from 'vitest';
import { aPlan, prompts } from '../batches/a-plan.ts';
import { ALICE, aRequest, BOB, TestCluster } from '../../support/cluster/test-cluster.ts';

const PROCESSES = 4;
const MINUTE = 60_000;

let home: TestCluster;
beforeEach(async () => {
  home = await TestCluster.create();
});
afterEach(() => home.close());

/** Four processes, and how many requests each of them has sent. */
async function processes() {
  const sent = Array.from({ length: PROCESSES }, () => 0);
  const members = await Promise.all(
    sent.map((_, place) =>
      home.member({
        perMinute: 4,
        failpoint: (point) => void (point === 'submitting' && (sent[place] = (sent[place] ?? 0) + 1)),
      }),
    ),
  );
  const [first, second] = members;
  if (!first || !second) throw new Error('no process');
  return { first, second, sent };
}

it('a long queue is shared by all processes: none of four sends less than 15 % (L04)', async () => {
  const { first, sent } = await processes();
  // Handed in at one of them, which notices first.
  await home.clock.run(first.batches.submit(aPlan(prompts(64)), ALICE));
  await home.clock.pass(17 * MINUTE);
  const all = sent.reduce((sum, own) => sum + own, 0);
  expect(all).toBe(64);
  console.info(`requests by process: ${sent.join(', ')}`);
  expect(Math.min(...sent) / all).toBeGreaterThanOrEqual(0.15);
});

it('turns pass between principals across processes as within one', async () => {
  const { first, second } = await processes();
  for (let n = 0; n < 16; n += 1) await home.clock.run(first.jobs.enqueue(aRequest(`greedy ${n}`), ALICE));
  await home.clock.pass(1_000);
  for (let n = 0; n < 3; n += 1) await home.clock.run(second.jobs.enqueue(aRequest(`modest ${n}`), BOB));
  await home.clock.pass(6 * MINUTE);
  const order = home.adobe.submits.map(({ prompt }) => prompt.split(' ')[0]);
  expect(order).toHaveLength(19);
  // Four were on their way already. Each process has up to eight in its hands; from then on the turns decide.
  expect(order.slice(0, 12).filter((who) => who === 'modest')).toHaveLength(3);
});
