import { describe, expect, test } from 'vitest';
import type { JobHandle } from '../../../src/firefly/types.ts';
import { API, SECRET, TOKEN, collectingLogger, mockAdobe, testFirefly } from '../harness.ts';
import type { Reply } from '../harness.ts';

const OPERATION = 'generateImagesV3Async';
const SHARD = 'https://firefly-epo854211.adobe.io';
const ID = 'urn:ff:jobs:epo854211:1';
const HANDLE: JobHandle = { jobId: ID, statusUrl: `${SHARD}/v3/status/${ID}`, cancelUrl: `${SHARD}/v3/cancel/${ID}` };
const ORIGINS = [API, SHARD, 'https://evil.example'];
const SIGNED =
  'https://pre-signed-firefly-prod.s3-accelerate.amazonaws.com/images/1?X-Amz-Date=20261120T120000Z&X-Amz-Expires=3600';
const NOW = Date.UTC(2026, 10, 20, 12);

function client(reply: (url: URL, count: number) => Reply | Error) {
  const adobe = mockAdobe(reply, ORIGINS);
  const { logger, lines } = collectingLogger();
  return { adobe, lines, firefly: testFirefly({ connect: adobe.connect, logger }) };
}

const statusOf = (reply: Reply, handle = HANDLE) => client(() => reply).firefly.status(handle, OPERATION);
const cancelOf = (reply: Reply) => client(() => reply).firefly.cancel(HANDLE, OPERATION);
const ok = (body: unknown): Reply => ({ status: 200, body });

describe('a status answer', () => {
  test.each(['pending', 'running', 'cancel_pending', 'queued_somewhere', ''])(
    'with status %j means running',
    async (status) => {
      expect(await statusOf(ok({ status, progress: 40 }))).toMatchObject({ kind: 'running', status, progress: 40 });
    },
  );

  test.each([
    [-5, 0],
    [140, 100],
    ['half', undefined],
    ['80', 80],
    [undefined, undefined],
  ])('with progress %j is read as %j', async (progress, expected) => {
    expect(await statusOf(ok({ status: 'running', progress }))).toMatchObject({ kind: 'running', progress: expected });
  });

  test.each(['cancelled', 'canceled', 'CANCELLED'])('with status %s means cancelled', async (status) => {
    expect(await statusOf(ok({ status }))).toEqual({ kind: 'cancelled' });
  });

  test('with status timeout means timed out', async () => {
    expect(await statusOf(ok({ status: 'timeout' }))).toMatchObject({
      kind: 'timed_out',
      problem: { code: 'timeout' },
    });
  });

  test.each([
    ['prompt_unsafe', 'content_policy'],
    ['output_media_unsafe', 'content_policy'],
    ['validation_error', 'invalid_request'],
    ['runtime_error', 'adobe_error'],
    [undefined, 'adobe_error'],
  ])('with status failed and code %s means failed', async (error_code, code) => {
    expect(await statusOf(ok({ status: 'failed', error_code, message: 'm' }))).toMatchObject({
      kind: 'failed',
      problem: { code },
    });
  });

  test('that echoes secrets is redacted', async () => {
    const result = {
      outputs: [{ image: { url: SIGNED } }],
      contentClass: 'Obey me!',
      altText: `a ${SECRET} ${TOKEN}-1`,
    };
    const status = await statusOf(ok({ status: 'succeeded', result }));
    expect(status).toMatchObject({ altText: 'a [redacted] [redacted]', contentClass: undefined });
    expect(await statusOf(ok({ status: `busy ${SECRET}` }))).toMatchObject({ status: 'busy [redacted]' });
  });

  test('with status succeeded is read with all its facts', async () => {
    const outputs = [
      { seed: 7, image: { url: SIGNED } },
      { seed: 8, video: { url: SIGNED } },
      { presignedUrl: SIGNED },
      { seed: 'odd', image: { url: SIGNED } },
      { image: { url: 'no url' } },
      { image: {} },
      'odd',
    ];
    const result = {
      size: { width: 2048, height: 1024 },
      outputs,
      contentClass: 'art',
      altText: 'a\u202Eb',
      promptHasDeniedWords: true,
    };
    const status = await statusOf(ok({ status: 'succeeded', result }));
    expect(status).toEqual({
      kind: 'succeeded',
      outputs: [7, 8, undefined, undefined].map((seed, place) => ({
        url: SIGNED,
        seed,
        expiresAt: NOW + 3_600_000,
        place,
      })),
      size: { width: 2048, height: 1024 },
      contentClass: 'art',
      altText: 'ab',
      promptHasDeniedWords: true,
      promptHasBlockedArtists: false,
      failures: [],
      // One names no link, one has a text that is none.
      unread: { count: 2, assets: [], keys: expect.arrayContaining(['result.outputs[].seed']) as string[] },
    });
  });

  test.each([
    {},
    { result: null },
    { result: {} },
    { result: { outputs: 'x', size: 4 } },
    { result: { outputs: [] } },
    { result: { outputs: [{ image: { id: 'a' } }] } },
    { result: { outputs: [], errors: [{ error_code: 'runtime_error' }] } },
  ])('with status succeeded and no result that can be read (%j) is unreadable', async (rest) => {
    const status = await statusOf(ok({ status: 'succeeded', jobId: ID, ...rest }));
    expect(status).toMatchObject({ kind: 'unreadable', problem: { code: 'result_unreadable', actor: 'us' } });
    expect(status).toHaveProperty('keys', expect.arrayContaining(['status', 'jobId']));
  });

  const image = { url: SIGNED };
  test.each([
    { outputs: [{ image }] },
    { result: { images: [{ url: SIGNED }] } },
    { result: { outputs: [{ href: SIGNED }] } },
    { result: { outputs: [SIGNED] } },
    { result: { output: { image } } },
    { result: { result: { outputs: [{ image }] } } },
    { data: { outputs: [{ presignedUrl: SIGNED }] } },
    { result: { outputs: [{ destination: { url: SIGNED } }] } },
  ])('with a result in an undocumented place (%j) has that result', async (rest) => {
    expect(await statusOf(ok({ status: 'succeeded', ...rest }))).toMatchObject({
      kind: 'succeeded',
      outputs: [{ url: SIGNED }],
    });
  });

  test.each([
    { status: 'done', result: { outputs: [{ image }] } },
    { status: 'failed', error_code: 'runtime_error', result: { outputs: [{ image }] } },
    { status: 'cancelled', outputs: [{ image }] },
  ])('that names pictures beside another state (%j) has them', async (body) => {
    const status = await statusOf(ok(body));
    const made = status.kind === 'running' ? status.made : status;
    expect(made).toMatchObject({ kind: 'succeeded', outputs: [{ url: SIGNED }] });
  });

  test.each([
    ['running', { status: 'running', result: { outputs: [{ image }] } }],
    ['running', { status: 'queued', image: { url: SIGNED } }],
    ['failed', { status: 'failed', error_code: 'output_media_unsafe', result: { outputs: [{ image }] } }],
    ['failed', { status: 'failed', error_code: 'runtime_error', image: { url: SIGNED } }],
  ])('is %s where links are not its results, or are refused: %j', async (kind, body) => {
    const status = await statusOf(ok(body));
    expect(status).toMatchObject({ kind });
    expect(status).not.toHaveProperty('made.kind');
  });

  test('without pictures because of words of the prompt is Adobe’s refusal, by its flag or by its code', async () => {
    const flag = { result: { outputs: [], promptHasDeniedWords: true } };
    expect(await statusOf(ok({ status: 'succeeded', ...flag }))).toMatchObject({ kind: 'succeeded', outputs: [] });
    const code = { result: { outputs: [{ error_code: 'output_media_unsafe' }] } };
    expect(await statusOf(ok({ status: 'succeeded', ...code }))).toMatchObject({
      kind: 'failed',
      problem: { code: 'content_policy' },
    });
  });

  const unsafe = { error_code: 'output_media_unsafe', message: 'unsafe' };
  test.each([
    unsafe,
    { error: unsafe },
    { errors: [unsafe] },
    { errors: unsafe },
    { message: 'no', failures: [unsafe] },
  ])('with one of two pictures tells why the other is missing, wherever its output says so: %j', async (missing) => {
    const some = {
      status: 'succeeded',
      result: {
        outputs: [
          { image, seed: 1 },
          { seed: 2, ...missing },
        ],
      },
    };
    expect(await statusOf(ok(some))).toMatchObject({ kind: 'succeeded', failures: [{ code: 'content_policy' }] });
    const none = { status: 'succeeded', result: { outputs: [{ seed: 2, ...missing }] } };
    expect(await statusOf(ok(none))).toMatchObject({ kind: 'failed', problem: { code: 'content_policy' } });
    const failed = { status: 'failed', ...missing };
    expect(await statusOf(ok(failed))).toMatchObject({ kind: 'failed', problem: { code: 'content_policy' } });
  });

  test('with two of four pictures tells why the others are missing', async () => {
    const outputs = [{ image, seed: 1 }, { error_code: 'output_media_unsafe' }, { image, seed: 2 }, { seed: 3 }];
    const status = await statusOf(ok({ status: 'succeeded', result: { outputs } }));
    expect(status).toMatchObject({ kind: 'succeeded', failures: [{ code: 'content_policy' }] });
    expect(status).toHaveProperty('outputs.length', 2);
  });

  test('of 100 MB is cut off, and transient', { tags: 'long' }, async () => {
    const large = ok(`{"status":"succeeded","x":"${'x'.repeat(100_700_000)}"}`);
    expect(await statusOf(large)).toMatchObject({ kind: 'transient' });
  });

  test.each<[string, Reply]>([
    ['HTML', ok('<html>ok</html>')],
    ['half of the body', ok('{"status":"succee')],
    ['no status', ok({ jobId: ID })],
    ['a redirect', { status: 302, headers: { location: 'https://evil.example/' } }],
    ['500', { status: 500 }],
    ['503', { status: 503, headers: { 'retry-after': '9' } }],
    ['403', { status: 403 }],
    ['409', { status: 409 }],
  ])('of this kind is transient: %s', async (_name, reply) => {
    const { adobe, firefly } = client(() => reply);
    const status = await firefly.status(HANDLE, OPERATION);
    expect(status).toMatchObject({
      kind: 'transient',
      retryAfterMs: reply.headers?.['retry-after'] ? 9_000 : undefined,
    });
    expect(adobe.seen).toHaveLength(1);
  });

  test.each([404, 410, 422, 400])('of HTTP %d with Adobe’s code means that the job is unknown', async (status) => {
    expect(await statusOf({ status, body: { error_code: 'unknown_job_id' } })).toMatchObject({ kind: 'gone' });
  });

  test.each<[number, unknown]>([
    [404, '<html><title>Not Found</title></html>'],
    [404, ''],
    [404, { error_code: '404000', message: 'not found' }],
    [400, { error_code: 'bad_request' }],
    [422, { error_code: 'validation_error' }],
    [451, '<html>Blocked by law</html>'],
    [451, ''],
    [403, { error_code: 'access_error' }],
  ])('of HTTP %d %j says nothing about the job', async (status, body) => {
    const answer = await statusOf({ status, body });
    expect(answer).toMatchObject({ kind: 'transient' });
    expect(JSON.stringify(answer)).not.toMatch(/Nothing was|Start a new one|Reword/);
  });

  test('of HTTP 429 is read with its Retry-After', async () => {
    const reply = { status: 429, headers: { 'retry-after': '3' } };
    expect(await statusOf(reply)).toEqual({ kind: 'rate_limited', retryAfterMs: 3_000 });
  });

  test('to an aborted request is transient, and nothing is sent', async () => {
    const { firefly, adobe } = client(() => ok({ status: 'running' }));
    const status = await firefly.status(HANDLE, OPERATION, AbortSignal.abort());
    expect(status).toMatchObject({ kind: 'transient', problem: { code: 'interrupted' } });
    expect(adobe.seen).toEqual([]);
  });
});

describe('the token of a status request', () => {
  test('is sent to the shard that the link names', async () => {
    const { adobe, firefly } = client(() => ok({ status: 'running' }));
    await firefly.status(HANDLE, OPERATION);
    expect(adobe.seen[0]).toMatchObject({ method: 'GET', url: HANDLE.statusUrl });
    expect(adobe.seen[0]?.headers).toMatchObject({ authorization: `Bearer ${TOKEN}-1`, 'x-api-key': 'client-id' });
    expect(adobe.seen[0]?.headers).not.toHaveProperty('content-type');
  });

  test('is sent to the API, with a warning, if the link leads to a foreign host', async () => {
    const { adobe, firefly, lines } = client(() => ok({ status: 'running' }));
    await firefly.status({ ...HANDLE, statusUrl: 'https://evil.example/v3/status/1?secret=1' }, OPERATION);
    expect(adobe.seen.map(({ url }) => url)).toEqual([`${API}/v3/status/${ID}`]);
    expect(lines.join('')).toMatch(/"untrusted_link".*"evil\.example"/);
    expect(lines.join('')).not.toContain('secret=1');
  });

  test('is not sent if the link is foreign and there is no id', async () => {
    const { adobe, firefly } = client(() => ok({ status: 'running' }));
    const handle = { jobId: undefined, statusUrl: 'https://evil.example/1', cancelUrl: undefined };
    expect(await firefly.status(handle, OPERATION)).toMatchObject({
      kind: 'untrusted_link',
      problem: { code: 'untrusted_link' },
    });
    expect(await firefly.cancel(handle, OPERATION)).toMatchObject({
      kind: 'transient',
      problem: { code: 'untrusted_link' },
    });
    expect(adobe.seen).toEqual([]);
    expect(adobe.tokens).toBe(0);
  });

  test('is not sent across a redirect', async () => {
    const { adobe, firefly } = client(() => ({ status: 307, headers: { location: 'https://evil.example/' } }));
    await firefly.status(HANDLE, OPERATION);
    expect(adobe.seen.map(({ url }) => new URL(url).host)).toEqual(['firefly-epo854211.adobe.io']);
  });
});

describe('a status request that is answered with 401', () => {
  test('is sent once more with a fresh token', async () => {
    const { adobe, firefly } = client((_url, count) => (count === 1 ? { status: 401 } : ok({ status: 'running' })));
    expect((await firefly.status(HANDLE, OPERATION)).kind).toBe('running');
    expect(adobe.seen.map(({ headers }) => headers['authorization'])).toEqual([
      `Bearer ${TOKEN}-1`,
      `Bearer ${TOKEN}-2`,
    ]);
  });

  test('causes one renewal for fifty concurrent requests, each sent twice at most', async () => {
    const { adobe, firefly } = client(() => ({ status: 401 }));
    await firefly.prepare();
    const answers = await Promise.all(Array.from({ length: 50 }, () => firefly.status(HANDLE, OPERATION)));
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['transient']));
    expect(adobe.tokens).toBe(2);
    expect(adobe.seen).toHaveLength(100);
  });

  test('does not cause a loop if every token is refused', async () => {
    const { adobe, firefly } = client(() => ({ status: 401, body: { error_code: '401013' } }));
    for (let turn = 0; turn < 5; turn += 1) {
      expect(await firefly.status(HANDLE, OPERATION)).toMatchObject({
        kind: 'transient',
        problem: { code: 'credentials_refused' },
      });
    }
    expect(adobe.tokens).toBe(2);
    expect(adobe.seen).toHaveLength(6);
  });
});

describe('a cancel answer', () => {
  test.each<[number, unknown, string]>([
    [200, '', 'requested'],
    [200, 'null', 'requested'],
    [200, {}, 'requested'],
    [204, '', 'requested'],
    [200, { status: 'cancel_pending', jobId: '1' }, 'requested'],
    [200, '<html>Sign in</html>', 'transient'],
    [200, '{"status":"cancel', 'transient'],
    [200, { status: 'running' }, 'transient'],
    [200, { error_code: 'job_completed' }, 'transient'],
    [409, { error_code: 'job_already_canceled', message: 'The job was already canceled.' }, 'requested'],
    [409, { error_code: 'job_completed', message: 'The job was already completed.' }, 'too_late'],
    [409, { error_code: 'job_cancel_failed', message: 'The job failed to cancel.' }, 'refused'],
    [409, '', 'refused'],
    [403, { error_code: 'access_error' }, 'refused'],
    [422, { error_code: 'validation_error' }, 'refused'],
    [404, { error_code: 'unknown_job_id' }, 'gone'],
    [410, { error_code: 'job_timeout' }, 'gone'],
    [429, '', 'rate_limited'],
    [500, '', 'refused'],
    [500, '<html>Gateway</html>', 'refused'],
    [405, '<html>Method not allowed here</html>', 'refused'],
    [302, '', 'transient'],
  ])('of %d %j means %s', async (status, body, kind) => {
    expect((await cancelOf({ status, body })).kind).toBe(kind);
  });

  test('follows a PUT without a body', async () => {
    const { adobe, firefly } = client(() => ({ status: 200 }));
    await firefly.cancel(HANDLE, OPERATION);
    expect(adobe.seen).toMatchObject([{ method: 'PUT', url: HANDLE.cancelUrl, body: '' }]);
  });
});
