import { AsyncResource } from 'node:async_hooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inTurn } from '../../../../src/images/decodable.ts';
import { Problem } from '../../../../src/shared/errors.ts';
import { fingerprint } from '../../../../src/jobs/deduplication/fingerprint.ts';
import type { PaidRequest } from '../../../../src/jobs/model/types.ts';
import { ALICE, anEdit, TestCluster, type TestProcess } from '../../../support/cluster/test-cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

async function finished({ jobs }: TestProcess, request: PaidRequest) {
  const { job } = await cluster.clock.run(jobs.enqueue(request, ALICE));
  return cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: 20 * 60_000 }));
}

/** What the store keeps from deletion for a job. */
async function held({ db }: TestProcess, job: string): Promise<readonly string[]> {
  const rows = await db.all('SELECT target FROM content_references WHERE needed_by = ? ORDER BY target', [job]);
  return rows.map(({ target }) => String(target));
}

test('a composite that cannot be made fails no paid job, and is made again, free, from what is kept', async () => {
  const member = await cluster.member();
  cluster.composites.failure = new Problem('undecodable_picture', 'The picture is broken.', { next: 'Nothing.' });
  const done = await finished(member, anEdit('a lake', 2));
  expect(done).toMatchObject({ state: 'succeeded', missesComposite: true, problem: undefined });
  expect(done.images.map(({ kind, index }) => [kind, index])).toEqual([
    ['painted', 1],
    ['painted', 2],
  ]);
  expect(done.warnings.join()).toContain(
    'could not be put into the picture: The picture is broken. It is shown as Adobe',
  );
  expect(await held(member, done.id)).toContain('source of a lake');
  const submits = cluster.adobe.submits.length;
  await cluster.clock.run(member.jobs.finishEdit(done.id, ALICE));
  expect((await member.jobs.get(done.id, ALICE)).missesComposite).toBe(true);
  cluster.composites.failure = undefined;
  await cluster.clock.run(member.jobs.finishEdit(done.id, ALICE));
  const again = await member.jobs.get(done.id, ALICE);
  expect(again).toMatchObject({ state: 'succeeded', warnings: [], missesComposite: undefined, cost: done.cost });
  expect(again.images.map(({ kind, index, facts }) => [kind, index, facts.painted])).toEqual([
    ['generated', 1, done.images[0]?.id],
    ['generated', 2, done.images[1]?.id],
  ]);
  expect(await held(member, done.id)).toEqual([]);
  expect(cluster.adobe.submits).toHaveLength(submits);
  await cluster.clock.run(member.jobs.finishEdit(done.id, ALICE));
  expect(cluster.images.records).toHaveLength(4);
});

test('a composite that ends its process again and again is given up, and its job ends with what Adobe painted', async () => {
  for (let life = 1; life <= 3; life += 1) {
    const { member, died } = await cluster.mortal('composite-made');
    if (life === 1) void member.jobs.enqueue(anEdit('a bomb'), ALICE);
    await cluster.clock.run(died);
  }
  const { jobs } = await cluster.member();
  const [job] = await jobs.list({ limit: 1 }, ALICE);
  const done = await cluster.clock.run(jobs.wait(job?.id ?? '', ALICE, { waitMs: 20 * 60_000 }));
  expect(done).toMatchObject({ state: 'succeeded', missesComposite: true, images: [{ kind: 'painted' }] });
  expect(done.warnings.join()).toContain('ended several times');
  expect([cluster.composites.made, cluster.adobe.submits.length, cluster.adobe.downloads]).toEqual([3, 1, 1]);
});

test('no large picture is decoded beside a composite, which takes its turn like every other work on pixels', async () => {
  const order: string[] = [];
  // Work of another call, which is in no turn.
  const decode = AsyncResource.bind(() => inTurn({ width: 8_000, height: 8_000 }, async () => order.push('decoded')));
  let decoding: Promise<unknown> | undefined;
  cluster.composites.meanwhile = async () => {
    decoding = decode();
    for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve));
    order.push('made');
  };
  await finished(await cluster.member(), anEdit('a lake'));
  await decoding;
  expect(order).toEqual(['made', 'decoded']);
});

test('what Adobe has painted is no result of a job before its composites are made', async () => {
  let isSeen: (images: number) => void = () => undefined;
  const seen = new Promise<number>((resolve) => (isSeen = resolve));
  const member: TestProcess = await cluster.member({
    failpoint: async (point) => {
      if (point !== 'composite-made') return;
      const [job] = await member.jobs.list({ limit: 1 }, ALICE);
      isSeen((await member.jobs.get(job?.id ?? '', ALICE)).images.length);
    },
  });
  const done = await finished(member, anEdit('a lake'));
  expect([await seen, done.images.length]).toEqual([0, 1]);
});

test('the source of an edit is kept from the moment at which the job is stored until it ends', async () => {
  const member = await cluster.member({ idle: true });
  const { job } = await member.jobs.enqueue(anEdit('a lake'), ALICE);
  expect(await held(member, job.id)).toContain('source of a lake');
  member.engine.start();
  await cluster.clock.run(member.jobs.wait(job.id, ALICE, { waitMs: 20 * 60_000 }));
  expect(await held(member, job.id)).toEqual([]);
});

test('an edit is known by what it is made from, not by the copy that is sent, and not as the whole picture', () => {
  const { edit, ...whole } = anEdit('a lake');
  const copy = (sha256: string) => ({ sha256, mimeType: 'image/png', bytes: 9, width: 1, height: 1 }) as const;
  const sent = (sha256: string) => ({
    ...whole,
    body: { prompt: 'a lake', style: { imageReference: { source: { $picture: sha256 } } } },
    pictures: [copy(sha256)],
  });
  if (edit === undefined) return expect.unreachable('no edit');
  const of = (name: string, cut = name) => fingerprint({ ...sent(name), edit: { ...edit, sent: [cut] } });
  const known = of('one');
  expect(of('another')).toBe(known);
  expect(fingerprint(sent('one'))).not.toBe(known);
  expect(fingerprint({ ...sent('one'), edit: { ...(anEdit('a river').edit ?? edit), sent: ['one'] } })).not.toBe(known);
  // A picture beside the copy, such as the object of a composite, tells requests apart.
  expect(of('a vase', 'one')).not.toBe(of('a cup', 'one'));
});

test('stops of the program during a composite do not count against it', async () => {
  for (let life = 1; life <= 4; life += 1) {
    let isBegun: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (isBegun = resolve));
    let abort: (error: Error) => void = () => undefined;
    const aborted = new Promise<never>((_, reject) => (abort = reject));
    aborted.catch(() => undefined);
    const member: TestProcess = await cluster.member({
      failpoint: async (point) => {
        if (point !== 'composite-made') return;
        isBegun();
        await aborted;
      },
    });
    if (life === 1) void member.jobs.enqueue(anEdit('a large picture'), ALICE);
    await cluster.clock.run(begun);
    const stopped = member.engine.stop();
    abort(new Error('The program is stopping.'));
    await cluster.clock.run(stopped);
  }
  const { jobs } = await cluster.member();
  const [job] = await jobs.list({ limit: 1 }, ALICE);
  const done = await cluster.clock.run(jobs.wait(job?.id ?? '', ALICE, { waitMs: 20 * 60_000 }));
  expect(done).toMatchObject({ state: 'succeeded', missesComposite: undefined, images: [{ kind: 'generated' }] });
});
