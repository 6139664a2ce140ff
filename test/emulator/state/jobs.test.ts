import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask, linksIn, openSession, type Session } from '../raw.ts';

let session: Session;
beforeEach(async () => {
  session = await openSession({ latencyMs: 10_000 });
});
afterEach(() => session.close());

const submit = async (prompt = 'a lighthouse', extra: object = {}) =>
  linksIn(await session.v3({ prompt, ...extra }, { 'x-model-version': 'image3' }));
const statusOf = async (url: string) => (await session.get(url)).json as Record<string, unknown>;

describe('a job of the emulator', () => {
  test('is pending, then running with progress, then succeeded, by the clock', async () => {
    const { statusUrl, jobId } = await submit('a', { size: { width: 1152, height: 896 }, seeds: [3, 4] });
    expect(await statusOf(statusUrl)).toMatchObject({ status: 'pending', jobId });
    const seen: number[] = [];
    for (let step = 0; step < 4; step += 1) {
      session.clock.advance(2_400);
      const { status, progress } = await statusOf(statusUrl);
      expect(status).toBe('running');
      seen.push(Number(progress));
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBe(4);
    expect(Math.max(...seen)).toBeLessThan(100);
    session.clock.advance(400);
    expect(await statusOf(statusUrl)).toEqual({
      status: 'succeeded',
      jobId,
      result: {
        size: { width: 1152, height: 896 },
        outputs: [3, 4].map((seed) => ({
          seed,
          image: { url: expect.stringContaining('X-Amz-Signature=') as string },
        })),
        contentClass: 'photo',
      },
    });
  });

  test('is found by URN or bare UUID, on the shard and on the API origin', async () => {
    const { jobId } = await submit();
    const uuid = jobId.split(':').at(-1) ?? '';
    const { apiOrigin, shardOrigin } = session.emulator;
    for (const origin of [apiOrigin, shardOrigin]) {
      for (const id of [jobId, encodeURIComponent(jobId), uuid]) {
        expect(await statusOf(`${origin}/v3/status/${id}`)).toMatchObject({ status: 'pending', jobId });
      }
    }
  });

  test('is 404 for an unknown id, 422 for a malformed one', async () => {
    const at = (id: string) => session.get(`${session.emulator.shardOrigin}/v3/status/${id}`);
    const unknown = await at(crypto.randomUUID());
    expect([unknown.status, unknown.json]).toEqual([
      404,
      { error_code: 'unknown_job_id', message: 'The job id is unknown.' },
    ]);
    const nonsense = await at('job-1');
    expect(nonsense.status).toBe(422);
    expect(nonsense.json).toMatchObject({ validation_errors: [{ loc: ['parameters', 'jobId'] }] });
  });

  test('ends at once with a latency of 0', async () => {
    session.emulator.control.setLatency(0);
    expect((await statusOf((await submit()).statusUrl))['status']).toBe('succeeded');
  });

  test('is forgotten after a day', async () => {
    const { statusUrl } = await submit();
    const answer = async () => {
      const authorization = `Bearer ${session.emulator.control.issueToken()}`;
      return (await ask(statusUrl, { headers: { ...session.auth, authorization } })).status;
    };
    session.clock.advance(24 * 3_600_000 - 1);
    expect(await answer()).toBe(200);
    session.clock.advance(1);
    expect(await answer()).toBe(404);
  });

  test('keeps its duration when the latency changes', async () => {
    const slow = await submit();
    session.emulator.control.setLatency(1_000);
    const fast = await submit();
    session.clock.advance(1_000);
    expect((await statusOf(slow.statusUrl))['status']).not.toBe('succeeded');
    expect((await statusOf(fast.statusUrl))['status']).toBe('succeeded');
  });
});

describe('a cancel request', () => {
  test.each([
    ['while pending', 100],
    ['while running', 5_000],
  ])('%s is answered with an empty 200; the status is cancel_pending once, then cancelled', async (_name, after) => {
    const { statusUrl, cancelUrl } = await submit();
    session.clock.advance(after);
    const answer = await session.put(cancelUrl);
    expect([answer.status, answer.text]).toEqual([200, '']);
    const statuses = [];
    for (let read = 0; read < 3; read += 1) statuses.push((await statusOf(statusUrl))['status']);
    session.clock.advance(60_000);
    statuses.push((await statusOf(statusUrl))['status']);
    expect(statuses).toEqual(['cancel_pending', 'cancelled', 'cancelled', 'cancelled']);
  });

  test.each([
    ['after success', 'a', 409, 'job_completed', 'The job was already completed.'],
    ['after failure', '[fail]', 409, 'job_completed', 'The job was already completed.'],
    ['after a timeout', '[timeout]', 410, 'job_timeout', 'The job timed out.'],
  ])('%s is refused with the reason', async (_name, prompt, status, error_code, message) => {
    const { cancelUrl } = await submit(prompt);
    session.clock.advance(10_000);
    const answer = await session.put(cancelUrl);
    expect([answer.status, answer.json]).toEqual([status, { error_code, message }]);
  });

  test('is 409 job_already_canceled the second time', async () => {
    const { cancelUrl, statusUrl } = await submit();
    await session.put(cancelUrl);
    const refused = { error_code: 'job_already_canceled', message: 'The job was already canceled.' };
    const early = await session.put(cancelUrl);
    await statusOf(statusUrl);
    await statusOf(statusUrl);
    const late = await session.put(cancelUrl);
    expect([early.status, early.json, late.status, late.json]).toEqual([409, refused, 409, refused]);
  });

  test('for an unknown job is 404', async () => {
    const answer = await session.put(`${session.emulator.shardOrigin}/v3/cancel/${crypto.randomUUID()}`);
    expect([answer.status, answer.json]).toMatchObject([404, { error_code: 'unknown_job_id' }]);
  });

  test('is accepted on the API origin and with a body, as some examples send one', async () => {
    const { jobId, statusUrl } = await submit();
    const answer = await ask(`${session.emulator.apiOrigin}/v3/cancel/${jobId}`, {
      method: 'PUT',
      headers: { ...session.auth, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer.status).toBe(200);
    expect((await statusOf(statusUrl))['status']).toBe('cancel_pending');
  });
});
