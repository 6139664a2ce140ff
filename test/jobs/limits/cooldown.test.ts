import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RateLimited } from '../../../src/firefly/problems.ts';
import type { PaidRequest } from '../../../src/jobs/model/types.ts';
import { placeOf } from '../../../src/jobs/engine/uploads.ts';
import { ALICE, aRequest, TestCluster, type TestProcess } from '../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';

let home: TestCluster;
let one: TestProcess;
let two: TestProcess;
beforeEach(async () => {
  home = await TestCluster.create();
  [one, two] = [await home.member(), await home.member()];
});
afterEach(() => home.close());

const PICTURE = { sha256: 'a'.repeat(64), mimeType: 'image/png', bytes: 10, width: 1, height: 1 } as const;

function withPicture(prompt: string): PaidRequest {
  return { ...aRequest(prompt), body: { prompt, style: placeOf(PICTURE) }, pictures: [PICTURE] };
}

async function made(request: PaidRequest) {
  const { job } = await two.jobs.enqueue(request, ALICE);
  return home.clock.run(two.jobs.wait(job.id, ALICE, { waitMs: 10 * 60_000 }));
}

/** Adobe asks one process, outside of any job, for two minutes of quiet. */
async function askedForQuiet() {
  home.adobe.listingScript.push(new RateLimited(120_000));
  return one.gatedQueries.customModels({}).catch((error: unknown) => error);
}

describe('a 429 on a question', () => {
  it('is told with how long to wait, and closes the gate for the submits of every process', async () => {
    const error = await askedForQuiet();
    expect(error).toMatchObject({
      code: 'rate_limited',
      actor: 'wait',
      next: expect.stringMatching(/^Wait 1[23]\d sec/) as string,
    });
    const from = home.clock.now();
    expect(await made(aRequest('later'))).toMatchObject({ state: 'succeeded' });
    expect((home.adobe.submits[0]?.at ?? 0) - from).toBeGreaterThanOrEqual(120_000);
  });

  it('keeps the questions of every process from being sent, and its uploads', async () => {
    await askedForQuiet();
    await home.clock.pass(30_000);
    await expect(two.gatedQueries.customModels({})).rejects.toMatchObject({
      next: expect.stringMatching(/^Wait (9|10)\d sec/) as string,
    });
    expect(home.adobe.listings).toBe(1);
    const { job } = await two.jobs.enqueue(withPicture('uploaded later'), ALICE);
    await home.clock.pass(60_000);
    expect(home.adobe.uploads).toHaveLength(0);
    const done = await home.clock.run(two.jobs.wait(job.id, ALICE, { waitMs: 5 * 60_000 }));
    expect(done).toMatchObject({ state: 'succeeded' });
    expect(await two.gatedQueries.customModels({})).toMatchObject({ models: [] });
  });
});

describe('a gate', () => {
  it.each([
    [20_000, 20_000],
    [undefined, 15_000],
    [0, 15_000],
    [1e12, 15 * 60_000],
  ])('after a 429 that asks for %s ms is closed for %d, and a tenth more at most', async (asked, closedMs) => {
    home.adobe.listingScript.push(new RateLimited(asked));
    await one.gatedQueries.customModels({}).catch(() => undefined);
    const { quota } = await two.jobs.overview(ALICE, { limit: 1 });
    const forMs = (quota.cooldownUntil ?? 0) - home.clock.now();
    expect(forMs).toBeGreaterThanOrEqual(closedMs);
    expect(forMs).toBeLessThanOrEqual(closedMs * 1.1 + 1);
  });
});

describe('a clock that is set back', () => {
  it('lets no more requests through than the quota has room for', async () => {
    const { clock } = home;
    const wall = clock.now.bind(clock);
    const sent: number[] = [];
    const submit = home.adobe.submit.bind(home.adobe);
    home.adobe.submit = (request, options) => {
      sent.push(clock.monotonic());
      return submit(request, options);
    };
    for (let n = 0; n < 4; n += 1) await clock.run(one.jobs.enqueue(aRequest(`n${n}`), ALICE));
    await clock.pass(5_000);
    clock.now = () => wall() - 2 * 60_000;
    for (let n = 4; n < 8; n += 1) await clock.run(two.jobs.enqueue(aRequest(`n${n}`), ALICE));
    await clock.pass(5 * 60_000);
    expect(sent).toHaveLength(8);
    expect((sent[4] ?? 0) - (sent[0] ?? 0)).toBeGreaterThanOrEqual(60_000);
  });
});

describe('a 429 on anything of a job', () => {
  it.each<[string, () => void]>([
    ['an upload', () => home.adobe.uploadScript.push({ kind: 'rate_limited', retryAfterMs: 60_000 })],
    ['a status', () => home.adobe.statusScript.push({ kind: 'rate_limited', retryAfterMs: 60_000 })],
  ])('(%s) closes the gate for every process', async (_name, strike) => {
    strike();
    await one.jobs.enqueue(withPicture('first'), ALICE);
    await home.clock.pass(10_000);
    await expect(two.gatedQueries.customModels({})).rejects.toMatchObject({ code: 'rate_limited' });
    expect(home.adobe.listings).toBe(0);
  });
});

describe('a storm of 429s', () => {
  it('lets one request through at a time to see whether it is over, and is left behind within a minute', async () => {
    for (let more = 0; more < 2; more += 1) await home.member();
    const problem = { ...A_PROBLEM, code: 'rate_limited' };
    home.adobe.script.push(
      ...Array.from({ length: 1_000 }, () => ({ kind: 'rate_limited', retryAfterMs: undefined, problem }) as const),
    );
    for (let n = 0; n < 8; n += 1) await home.clock.run((n % 2 ? one : two).jobs.enqueue(aRequest(`n${n}`), ALICE));
    await home.clock.pass(150_000);
    const at = home.adobe.submits.map((submit) => submit.at);
    const gaps = at.slice(1).map((time, n) => time - (at[n] ?? 0));
    // Those of the first moment were under way together.
    const together = gaps.findIndex((gap) => gap >= 15_000);
    expect(together).toBeLessThan(4);
    expect(Math.min(...gaps.slice(together))).toBeGreaterThanOrEqual(15_000);
    const over = home.clock.now();
    home.adobe.script.length = 0;
    const before = home.adobe.submits.length;
    await home.clock.pass(60_000);
    expect(home.adobe.submits.length).toBeGreaterThan(before);
    expect((home.adobe.submits[before]?.at ?? 0) - over).toBeLessThanOrEqual(60_000);
  });
});
