import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredBytes } from '../../src/images/types.ts';
import { fillPlaces, placeOf, UPLOAD_LIFE_MS } from '../../src/jobs/engine/uploads.ts';
import { ALICE, aRequest, BOB, TestCluster, type TestProcess } from '../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../support/doubles/scripted-adobe.ts';

const picture = (name: string): StoredBytes => ({
  sha256: name,
  mimeType: 'image/png',
  bytes: 10,
  width: 600,
  height: 600,
});
const LAPSED = { kind: 'refused', problem: { ...A_PROBLEM, code: 'upload_lapsed' } } as const;

let home: TestCluster;
beforeEach(async () => {
  home = await TestCluster.create();
});
afterEach(() => home.close());

function anEdit(prompt: string, ...pictures: readonly StoredBytes[]) {
  const body = { prompt, image: { source: pictures.map(placeOf) } };
  return { ...aRequest(prompt), body, pictures };
}

describe('pictures of a request', () => {
  it('are uploaded once per content, however many calls use them', async () => {
    const { jobs } = await home.member({ perMinute: 60 });
    const calls = [1, 2, 3, 4, 5].map(async (n) => {
      const { job } = await jobs.enqueue(anEdit(`n${n}`, picture('a'), picture('b')), ALICE);
      return jobs.wait(job.id, ALICE, { waitMs: 600_000 });
    });
    const done = await home.clock.run(Promise.all(calls));
    expect(done.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'succeeded'));
    expect(home.adobe.uploads).toHaveLength(2);
    expect(home.adobe.bodies[0]).toMatchObject({
      image: { source: [{ uploadId: expect.stringMatching(/1$/) }, { uploadId: expect.stringMatching(/2$/) }] },
    });
  });

  it('are uploaded once by all processes together, and by the next one where one died over it', async () => {
    const members: TestProcess[] = [];
    for (let n = 0; n < 3; n += 1) members.push(await home.member({ perMinute: 60 }));
    const upload = home.adobe.upload.bind(home.adobe);
    const begun: (() => void)[] = [];
    home.adobe.upload = async (...args) => {
      await new Promise<void>((resolve) => begun.push(resolve));
      return upload(...args);
    };
    const calls = members.map(async ({ jobs }, n) => {
      const { job } = await jobs.enqueue(anEdit(`n${n}`, picture('a')), ALICE);
      return job.id;
    });
    const ids = await home.clock.run(Promise.all(calls));
    await home.clock.pass(5_000);
    expect(begun).toHaveLength(1);
    const claim = await members[0]?.db.first('SELECT owner FROM upload_claims');
    const dying = members.findIndex((_, n) => String(claim?.['owner']).includes(`/${101 + n}/`));
    members[dying]?.kill();
    await home.clock.pass(5_000);
    expect(begun).toHaveLength(2);
    begun[1]?.();
    const judge = members.find((_, n) => n !== dying);
    for (const id of ids) {
      const done = await home.clock.run(judge?.jobs.wait(id, ALICE, { waitMs: 600_000 }) ?? Promise.resolve(undefined));
      expect(done).toMatchObject({ state: 'succeeded' });
    }
    expect(home.adobe.uploads).toHaveLength(1);
    expect(await judge?.db.all('SELECT * FROM upload_claims')).toEqual([]);
  });

  it('are uploaded anew when their id may have lapsed, and by each principal for itself', async () => {
    const { jobs } = await home.member();
    const run = async (prompt: string, caller = ALICE) => {
      const { job } = await jobs.enqueue(anEdit(prompt, picture('a')), caller);
      await home.clock.run(jobs.wait(job.id, caller, { waitMs: 600_000 }));
      return home.adobe.uploads.length;
    };
    expect(await run('first')).toBe(1);
    expect(await run('second')).toBe(1);
    expect(await run('bob', BOB)).toBe(2);
    home.clock.jump(UPLOAD_LIFE_MS);
    expect(await run('third')).toBe(3);
  });

  it('that Adobe no longer has are uploaded afresh, once, with a permit of its own', async () => {
    const { jobs } = await home.member();
    home.adobe.script.push(LAPSED);
    const run = async (prompt: string) => {
      const { job } = await jobs.enqueue(anEdit(prompt, picture('a')), ALICE);
      return home.clock.run(jobs.wait(job.id, ALICE, { waitMs: 600_000 }));
    };
    expect(await run('lapsed')).toMatchObject({ state: 'succeeded', paidRequests: 1 });
    expect(home.adobe.uploads).toHaveLength(2);
    home.adobe.script.push(LAPSED, LAPSED);
    expect(await run('gone for good')).toMatchObject({ state: 'failed', problem: { code: 'upload_lapsed' } });
    expect(home.adobe.submits).toHaveLength(4);
  });

  it('cost nothing when they are refused, and are tried again when the network fails', async () => {
    const { jobs } = await home.member();
    const refused = { kind: 'refused', problem: { ...A_PROBLEM, code: 'content_policy' } } as const;
    home.adobe.uploadScript.push(refused, { kind: 'transient', problem: A_PROBLEM });
    const first = await jobs.enqueue(anEdit('refused', picture('a')), ALICE);
    const done = await home.clock.run(jobs.wait(first.job.id, ALICE, { waitMs: 600_000 }));
    expect(done).toMatchObject({ state: 'failed', paidRequests: 0, problem: { code: 'content_policy' } });
    const second = await jobs.enqueue(anEdit('flaky', picture('a')), ALICE);
    expect(await home.clock.run(jobs.wait(second.job.id, ALICE, { waitMs: 600_000 }))).toMatchObject({
      state: 'succeeded',
    });
  });
});

describe('fillPlaces', () => {
  it('fills every place and touches nothing else', () => {
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
