import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KillPoint } from '../../../src/jobs/engine/engine-context.ts';
import { ALICE, aRequest, BOB, TestCluster, type TestProcess } from '../../support/cluster/test-cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

const SAME = aRequest('same');
const FREE = { operations: 0, requests: 0 };

/** A process that stops at this point until it is told to go on. */
async function stoppedAt(point: KillPoint): Promise<TestProcess & { readonly goOn: () => void }> {
  let goOn: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  const member = await cluster.member({ failpoint: (reached) => (reached === point ? gate : undefined) });
  return { ...member, goOn };
}

describe('a call that its client takes back', () => {
  test.each(['uploaded', 'before-permit', 'permitted'] as const)(
    'before its job was sent (%s) costs nothing, from any process',
    async (point) => {
      const working = await stoppedAt(point);
      const other = await cluster.member({ idle: true, host: 'other' });
      await cluster.clock.run(working.jobs.enqueue(SAME, ALICE));
      await cluster.clock.pass(2_000);
      const [job] = await cluster.clock.run(other.jobs.list({ limit: 1 }, ALICE));
      expect(await cluster.clock.run(other.jobs.takeBack(job?.id ?? '', ALICE))).toBe(true);
      // A second cancel finds nothing to do.
      expect(await cluster.clock.run(other.jobs.takeBack(job?.id ?? '', ALICE))).toBe(false);
      working.goOn();
      await cluster.clock.pass(30_000);
      expect(await other.jobs.get(job?.id ?? '', ALICE)).toMatchObject({ state: 'cancelled', cost: FREE });
      expect(cluster.adobe.submits).toHaveLength(0);
    },
  );

  test.each(['submitting', 'answered', 'accepted'] as const)('after that (%s) goes on', async (point) => {
    const { jobs, goOn } = await stoppedAt(point);
    const { id } = (await cluster.clock.run(jobs.enqueue(SAME, ALICE))).job;
    await cluster.clock.pass(2_000);
    expect(await cluster.clock.run(jobs.takeBack(id, ALICE))).toBe(false);
    goOn();
    await cluster.clock.pass(60_000);
    expect(await jobs.get(id, ALICE)).toMatchObject({ state: 'succeeded' });
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test('keeps its job where an identical call has attached, in either order and from another process', async () => {
    const one = await stoppedAt('before-permit');
    const two = await cluster.member({ idle: true, host: 'other' });
    const { id } = (await cluster.clock.run(one.jobs.enqueue(SAME, ALICE))).job;
    expect(await cluster.clock.run(two.jobs.attach(SAME, { ...ALICE, conversation: 'other' }, {}))).toMatchObject({
      id,
    });
    expect(await cluster.clock.run(one.jobs.takeBack(id, ALICE))).toBe(false);
    expect(await cluster.clock.run(two.jobs.takeBack(id, ALICE))).toBe(false);
    one.goOn();
    await cluster.clock.pass(60_000);
    expect(await one.jobs.get(id, ALICE)).toMatchObject({ state: 'succeeded' });
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test('keeps its job where the second of two that were stored at once attached to it', async () => {
    const [one, two] = await Promise.all([
      cluster.member({ idle: true }),
      cluster.member({ idle: true, host: 'other' }),
    ]);
    const calls = await cluster.clock.run(Promise.all([one, two].map(({ jobs }) => jobs.enqueue(SAME, ALICE))));
    const { id } = calls[0]?.job ?? { id: '' };
    expect(await cluster.clock.run(one.jobs.takeBack(id, ALICE))).toBe(false);
  });

  test.each([['queued'], ['preparing']])(
    'leaves the next identical call a job of its own, at once (%s)',
    async (state) => {
      const stopped = await stoppedAt('before-permit');
      const one = state === 'queued' ? await cluster.member({ idle: true }) : stopped;
      if (state === 'queued') await cluster.clock.run(stopped.engine.stop());
      const { id } = (await cluster.clock.run(one.jobs.enqueue(SAME, ALICE))).job;
      await cluster.clock.pass(2_000);
      expect(await one.jobs.get(id, ALICE)).toMatchObject({ state });
      await cluster.clock.run(one.jobs.takeBack(id, ALICE));
      expect(await cluster.clock.run(one.jobs.attach(SAME, ALICE, {}))).toBeUndefined();
      const next = await cluster.clock.run(one.jobs.enqueue(SAME, ALICE));
      expect(next).toMatchObject({ attached: false });
      expect(next.job.id).not.toBe(id);
      stopped.goOn();
    },
  );

  test('is unknown to another principal', async () => {
    const { jobs } = await cluster.member({ idle: true });
    const { id } = (await cluster.clock.run(jobs.enqueue(SAME, ALICE))).job;
    await expect(cluster.clock.run(jobs.takeBack(id, BOB))).rejects.toMatchObject({ code: 'unknown_job' });
    expect(await jobs.get(id, ALICE)).toMatchObject({ state: 'queued' });
  });
});

test('a hundred calls, each dispatched twice over two connections of two servers, are paid for once each', async () => {
  cluster.adobe.durationMs = 1_000;
  const servers = await Promise.all([1, 2].map((host) => cluster.member({ host: String(host), perMinute: 1_000 })));
  const dispatch = async ({ jobs }: TestProcess, prompt: string, conversation: string) => {
    const caller = { ...ALICE, conversation };
    const request = aRequest(prompt);
    return (await jobs.attach(request, caller, {})) ?? (await jobs.enqueue(request, caller)).job;
  };
  const prompts = Array.from({ length: Number(process.env['REQUESTS'] ?? 100) }, (_, n) => `prompt ${n}`);
  // Every third pair is dispatched at once, every third by one server; the others come later, as after a time-out.
  const pairs = prompts.map(async (prompt, n) => {
    const [first, second] = n % 3 === 1 ? [servers[0], servers[0]] : servers;
    const one = dispatch(first as TestProcess, prompt, 'one');
    if (n % 3 === 2) await cluster.clock.sleep(n * 20);
    const [a, b] = await Promise.all([one, dispatch(second as TestProcess, prompt, 'two')]);
    expect(b.id).toBe(a.id);
  });
  await cluster.clock.run(Promise.all(pairs));
  await cluster.clock.pass(20_000);
  expect(cluster.adobe.submits).toHaveLength(prompts.length);
});
