import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Still } from '../../../src/images/types.ts';
import { UPLOAD_LIFE_MS } from '../../../src/jobs/engine/uploads.ts';
import { fillPlaces, placeOf } from '../../../src/jobs/model/requests/adobe-request.ts';
import { ALICE, aRequestWith, BOB, TestCluster, type TestProcess } from '../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';

const picture = (name: string): Still => ({
  sha256: name,
  mimeType: 'image/png',
  bytes: 10,
  width: 600,
  height: 600,
});
const LAPSED = { kind: 'refused', problem: { ...A_PROBLEM, code: 'upload_lapsed' } } as const;

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

describe('the uploads of a request', () => {
  test('a picture is uploaded once, however many calls use it', async () => {
    const { jobs } = await cluster.member({ perMinute: 60 });
    const calls = [1, 2, 3, 4, 5].map(async (n) => {
      const { job } = await jobs.enqueue(aRequestWith([picture('a'), picture('b')], `n${n}`), ALICE);
      return jobs.wait(job.id, ALICE, { waitMs: 600_000 });
    });
    const done = await cluster.clock.run(Promise.all(calls));
    expect(done.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'succeeded'));
    expect(cluster.adobe.uploads).toHaveLength(2);
    expect(cluster.adobe.bodies[0]).toMatchObject({
      style: { imageReference: { source: { uploadId: expect.stringMatching(/1$/) } } },
      structure: { imageReference: { source: { uploadId: expect.stringMatching(/2$/) } } },
    });
  });

  test('a picture is uploaded by one process of all, and by another where that one dies', async () => {
    const members: TestProcess[] = [];
    for (let n = 0; n < 3; n += 1) members.push(await cluster.member({ perMinute: 60 }));
    const upload = cluster.adobe.upload.bind(cluster.adobe);
    const begun: (() => void)[] = [];
    cluster.adobe.upload = async (...args) => {
      await new Promise<void>((resolve) => begun.push(resolve));
      return upload(...args);
    };
    const calls = members.map(async ({ jobs }, n) => {
      const { job } = await jobs.enqueue(aRequestWith([picture('a')], `n${n}`), ALICE);
      return job.id;
    });
    const ids = await cluster.clock.run(Promise.all(calls));
    await cluster.clock.pass(5_000);
    expect(begun).toHaveLength(1);
    const claim = await members[0]?.db.first('SELECT lease_owner FROM upload_claims');
    const dying = members.findIndex((_, n) => String(claim?.['lease_owner']).includes(`/${101 + n}/`));
    members[dying]?.kill();
    await cluster.clock.pass(5_000);
    expect(begun).toHaveLength(2);
    begun[1]?.();
    const judge = members.find((_, n) => n !== dying);
    for (const id of ids) {
      const done = await cluster.clock.run(
        judge?.jobs.wait(id, ALICE, { waitMs: 600_000 }) ?? Promise.resolve(undefined),
      );
      expect(done).toMatchObject({ state: 'succeeded' });
    }
    expect(cluster.adobe.uploads).toHaveLength(1);
    expect(await judge?.db.all('SELECT * FROM upload_claims')).toEqual([]);
  });

  test('a picture is uploaded anew for another principal, and once its id may have lapsed', async () => {
    const { jobs } = await cluster.member();
    const run = async (prompt: string, caller = ALICE) => {
      const { job } = await jobs.enqueue(aRequestWith([picture('a')], prompt), caller);
      await cluster.clock.run(jobs.wait(job.id, caller, { waitMs: 600_000 }));
      return cluster.adobe.uploads.length;
    };
    expect(await run('first')).toBe(1);
    expect(await run('second')).toBe(1);
    expect(await run('bob', BOB)).toBe(2);
    cluster.clock.jump(UPLOAD_LIFE_MS);
    expect(await run('third')).toBe(3);
  });

  test('a picture that Adobe no longer has is uploaded once more, with a permit of its own', async () => {
    const { jobs } = await cluster.member();
    cluster.adobe.script.push(LAPSED);
    const run = async (prompt: string) => {
      const { job } = await jobs.enqueue(aRequestWith([picture('a')], prompt), ALICE);
      return cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: 600_000 }));
    };
    expect(await run('lapsed')).toMatchObject({ state: 'succeeded', cost: { operations: 1, requests: 1 } });
    expect(cluster.adobe.uploads).toHaveLength(2);
    cluster.adobe.script.push(LAPSED, LAPSED);
    expect(await run('gone for good')).toMatchObject({ state: 'failed', problem: { code: 'upload_lapsed' } });
    expect(cluster.adobe.submits).toHaveLength(4);
  });

  test('a refused upload fails the job for free, and a failed one is retried', async () => {
    const { jobs } = await cluster.member();
    const refused = { kind: 'refused', problem: { ...A_PROBLEM, code: 'content_policy' } } as const;
    cluster.adobe.uploadScript.push(refused, { kind: 'transient', problem: A_PROBLEM });
    const first = await jobs.enqueue(aRequestWith([picture('a')], 'refused'), ALICE);
    const done = await cluster.clock.run(jobs.wait(first.job.id, ALICE, { waitMs: 600_000 }));
    expect(done).toMatchObject({
      state: 'failed',
      cost: { operations: 0, requests: 0 },
      problem: { code: 'content_policy' },
    });
    const second = await jobs.enqueue(aRequestWith([picture('a')], 'flaky'), ALICE);
    expect(await cluster.clock.run(jobs.wait(second.job.id, ALICE, { waitMs: 600_000 }))).toMatchObject({
      state: 'succeeded',
    });
  });
});

describe('fillPlaces', () => {
  test('fillPlaces puts an upload id in every placeholder and changes nothing else', () => {
    const body = { a: [placeOf({ sha256: 'x' }), 1, null], b: { c: placeOf({ sha256: 'y' }) }, d: 'text' };
    const ids = new Map([
      ['x', 'id-x'],
      ['y', 'id-y'],
    ]);
    expect(fillPlaces(body, ids)).toEqual({
      a: [{ uploadId: 'id-x' }, 1, null],
      b: { c: { uploadId: 'id-y' } },
      d: 'text',
    });
    expect(() => fillPlaces(body, new Map())).toThrow('not uploaded');
  });
});
