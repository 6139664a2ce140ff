import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, linksIn, openSession, urlsIn, type Session } from './raw.ts';

let session: Session;
beforeEach(async () => {
  session = await openSession({ latencyMs: 10_000 });
});
afterEach(() => session.close());

const submit = async (prompt = 'a lighthouse', extra: object = {}) =>
  linksIn(await session.v3({ prompt, ...extra }, { 'x-model-version': 'image3' }));
const statusOf = async (url: string) => (await session.get(url)).json as Record<string, unknown>;

describe('the life of a job', () => {
  it('is pending, then running with progress, then succeeded, by the clock', async () => {
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

  it('is told by URN or bare UUID, on the shard and on the base origin', async () => {
    const { jobId } = await submit();
    const uuid = jobId.split(':').at(-1) ?? '';
    const { apiOrigin, shardOrigin } = session.emulator;
    for (const origin of [apiOrigin, shardOrigin]) {
      for (const id of [jobId, encodeURIComponent(jobId), uuid]) {
        expect(await statusOf(`${origin}/v3/status/${id}`)).toMatchObject({ status: 'pending', jobId });
      }
    }
  });

  it('unknown ids are 404, nonsense is 422', async () => {
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

  it('a new latency is for new jobs', async () => {
    const slow = await submit();
    session.emulator.control.setLatency(1_000);
    const fast = await submit();
    session.clock.advance(1_000);
    expect((await statusOf(slow.statusUrl))['status']).not.toBe('succeeded');
    expect((await statusOf(fast.statusUrl))['status']).toBe('succeeded');
  });
});

describe('cancelling', () => {
  it.each([
    ['while pending', 100],
    ['while running', 5_000],
  ])('%s: 200 with nothing, cancel_pending once, then cancelled for ever', async (_name, after) => {
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

  it.each([
    ['after success', 'a', 409, 'job_completed', 'The job was already completed.'],
    ['after failure', '[fail]', 409, 'job_completed', 'The job was already completed.'],
    ['after a timeout', '[timeout]', 410, 'job_timeout', 'The job timed out.'],
  ])('%s', async (_name, prompt, status, error_code, message) => {
    const { cancelUrl } = await submit(prompt);
    session.clock.advance(10_000);
    const answer = await session.put(cancelUrl);
    expect([answer.status, answer.json]).toEqual([status, { error_code, message }]);
  });

  it('twice: 409 job_already_canceled, before and after the status has said so', async () => {
    const { cancelUrl, statusUrl } = await submit();
    await session.put(cancelUrl);
    const refused = { error_code: 'job_already_canceled', message: 'The job was already canceled.' };
    const early = await session.put(cancelUrl);
    await statusOf(statusUrl);
    await statusOf(statusUrl);
    const late = await session.put(cancelUrl);
    expect([early.status, early.json, late.status, late.json]).toEqual([409, refused, 409, refused]);
  });

  it('unknown jobs: 404', async () => {
    const answer = await session.put(`${session.emulator.shardOrigin}/v3/cancel/${crypto.randomUUID()}`);
    expect([answer.status, answer.json]).toMatchObject([404, { error_code: 'unknown_job_id' }]);
  });

  it('works on the base origin and with a body, as some examples send one', async () => {
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

describe('results', () => {
  const finished = async (headers: Record<string, string> = {}) => {
    const body = { prompt: 'a', size: { width: 1152, height: 896 } };
    const { statusUrl } = linksIn(await session.v3(body, { 'x-model-version': 'image3', ...headers }));
    session.clock.advance(10_000);
    const [url = ''] = urlsIn(await session.get(statusUrl));
    return { statusUrl, url };
  };

  it.each([
    [undefined, 'image/jpeg', 'ffd8ff'],
    ['image/png', 'image/png', '89504e47'],
    ['image/webp', 'image/webp', '52494646'],
  ])('x-accept-mimetype %s gives %s', async (wish, type, magic) => {
    const { url } = await finished(wish === undefined ? {} : { 'x-accept-mimetype': wish });
    const response = await fetch(url);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    expect(bytes.subarray(0, magic.length / 2).toString('hex')).toBe(magic);
    expect(Number(response.headers.get('content-length'))).toBe(bytes.length);
  });

  it('are signed for an hour, in the manner of S3', async () => {
    const { url } = await finished();
    const { origin, searchParams } = new URL(url);
    expect(origin).toBe(session.emulator.storageOrigin);
    expect(searchParams.get('X-Amz-Algorithm')).toBe('AWS4-HMAC-SHA256');
    expect(searchParams.get('X-Amz-Date')).toBe('20261120T120010Z');
    expect(searchParams.get('X-Amz-Expires')).toBe('3600');
    expect(url.length).toBeLessThan(2083);
  });

  it('expire, and a status read signs them afresh', async () => {
    const { url, statusUrl } = await finished();
    session.clock.advance(3_599_000);
    expect((await ask(url)).status).toBe(200);
    session.clock.advance(1_000);
    const expired = await ask(url);
    expect([expired.status, expired.headers.get('content-type')]).toEqual([403, 'application/xml']);
    expect(expired.text).toContain('<Code>AccessDenied</Code><Message>Request has expired</Message>');
    const [fresh = ''] = urlsIn(await session.get(statusUrl));
    expect((await ask(fresh)).status).toBe(200);
  });

  it('can be made to expire', async () => {
    const { url, statusUrl } = await finished();
    session.emulator.control.expireUrls();
    expect((await ask(url)).text).toContain('Request has expired');
    const [fresh = ''] = urlsIn(await session.get(statusUrl));
    expect((await ask(fresh)).status).toBe(200);
  });

  it('need the signature that belongs to the path and the time', async () => {
    const { url } = await finished();
    const changed = (name: string, value: string) => {
      const copy = new URL(url);
      copy.searchParams.set(name, value);
      return copy.href;
    };
    expect((await ask(url.split('?')[0] ?? '')).text).toContain('<Code>AccessDenied</Code>');
    expect((await ask(changed('X-Amz-Expires', '99999'))).text).toContain('SignatureDoesNotMatch');
    expect((await ask(changed('X-Amz-Signature', '0'.repeat(64)))).text).toContain('SignatureDoesNotMatch');
    expect((await ask(url.replace(/images\/[^?]+/, `images/${crypto.randomUUID()}`))).status).toBe(403);
  });

  it('refuse a token beside the signature, as S3 does', async () => {
    const { url } = await finished();
    const answer = await ask(url, { headers: session.auth });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('Only one auth mechanism allowed');
    expect(answer.text).not.toContain('Bearer');
  });

  it('of another emulator mean nothing here', async () => {
    const { url } = await finished();
    const other = await openSession();
    const { pathname, search } = new URL(url);
    const answer = await ask(other.emulator.storageOrigin + pathname + search);
    await other.close();
    expect(answer.text).toContain('SignatureDoesNotMatch');
  });
});
