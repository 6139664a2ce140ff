/** @module-tag long */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aPlan, prompts } from '../batches/a-plan.ts';
import { ALICE, aRequest, BOB, TestCluster } from '../../support/cluster/test-cluster.ts';

const PROCESSES = 4;
const MINUTE = 60_000;

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

/** The first two of four processes, and the number of requests that each of the four has sent. */
async function processes() {
  const sent = Array.from({ length: PROCESSES }, () => 0);
  const members = await Promise.all(
    sent.map((_, place) =>
      cluster.member({
        perMinute: 4,
        failpoint: (point) => void (point === 'submitting' && (sent[place] = (sent[place] ?? 0) + 1)),
      }),
    ),
  );
  const [first, second] = members;
  if (!first || !second) throw new Error('no process');
  return { first, second, sent };
}

test('a batch that one process was given is shared by all: none of four sends less than 15 % of it', async () => {
  const { first, sent } = await processes();
  await cluster.clock.run(first.batches.submit(aPlan(prompts(64)), ALICE));
  await cluster.clock.pass(17 * MINUTE);
  const all = sent.reduce((sum, own) => sum + own, 0);
  expect(all).toBe(64);
  console.info(`requests by process: ${sent.join(', ')}`);
  expect(Math.min(...sent) / all).toBeGreaterThanOrEqual(0.15);
});

test('principals alternate across processes as within one', async () => {
  const { first, second } = await processes();
  for (let n = 0; n < 16; n += 1) await cluster.clock.run(first.jobs.enqueue(aRequest(`greedy ${n}`), ALICE));
  await cluster.clock.pass(1_000);
  for (let n = 0; n < 3; n += 1) await cluster.clock.run(second.jobs.enqueue(aRequest(`modest ${n}`), BOB));
  await cluster.clock.pass(6 * MINUTE);
  const order = cluster.adobe.submits.map(({ prompt }) => prompt.split(' ')[0]);
  expect(order).toHaveLength(19);
  // Four were sent already. Each process holds up to eight jobs; from then on the turns decide.
  expect(order.slice(0, 12).filter((who) => who === 'modest')).toHaveLength(3);
});
