import { describe, expect, test } from 'vitest';
import type { SubmitRequest } from '../../src/firefly/types.ts';
import { API, SECRET, TOKEN, V3, V4, collectingLogger, mockAdobe, testFirefly } from './harness.ts';
import type { Reply } from './harness.ts';

const JOB = {
  jobId: 'urn:ff:jobs:a:1',
  statusUrl: `${API}/v3/status/urn:ff:jobs:a:1`,
  cancelUrl: `${API}/v3/cancel/urn:ff:jobs:a:1`,
};

async function submitTo(reply: Reply, request: SubmitRequest = V3) {
  const adobe = mockAdobe(() => reply);
  const { logger, lines } = collectingLogger();
  const firefly = testFirefly({ connect: adobe.connect, logger });
  const outcome = await firefly.submit(request, { requestId: 'request-1' });
  return { adobe, firefly, outcome, lines };
}

describe('a submit', () => {
  test('has the specified path, headers and body on v3', async () => {
    const { adobe } = await submitTo({ status: 202, body: JOB });
    expect(adobe.seen).toHaveLength(1);
    expect(adobe.seen[0]).toMatchObject({ method: 'POST', url: `${API}/v3/images/generate-async` });
    expect(adobe.seen[0]?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}-1`,
      'x-api-key': 'client-id',
      'x-model-version': 'image4_standard',
      'content-type': 'application/json',
      accept: 'application/json',
      'x-request-id': 'request-1',
    });
    expect(JSON.parse(adobe.seen[0]?.body ?? '')).toEqual(V3.body);
  });

  test('has the model header image5 on v4', async () => {
    const { adobe, outcome } = await submitTo(
      { status: 200, body: { links: { result: { href: JOB.statusUrl } } } },
      V4,
    );
    expect(adobe.seen[0]).toMatchObject({ url: `${API}/v4/images/generate-async` });
    expect(adobe.seen[0]?.headers['x-model-version']).toBe('image5');
    expect(outcome).toEqual({ kind: 'accepted', handle: { ...JOB, cancelUrl: undefined } });
  });
});

describe('an answer to a submit', () => {
  test.each([200, 201, 202, 203, 206, 299])('of HTTP %d with a handle means accepted', async (status) => {
    const { outcome } = await submitTo({ status, body: JOB });
    expect(outcome).toEqual({ kind: 'accepted', handle: JOB });
  });

  test.each([200, 202, 204])('of HTTP %d without a handle means unknown', async (status) => {
    const { outcome } = await submitTo({ status, body: status === 204 ? '' : { hello: 1 } });
    expect(outcome.kind).toBe('unknown');
  });

  test('is read to its end to find the handle', async () => {
    const { outcome } = await submitTo({ status: 202, body: { filler: 'x'.repeat(2_000_000), ...JOB } });
    expect(outcome).toEqual({ kind: 'accepted', handle: JOB });
  });

  test(
    'over the limit is cut off, and its beginning and headers are searched for the handle',
    { tags: 'long' },
    async () => {
      const filler = 'x'.repeat(101_000_000);
      const early = await submitTo({ status: 202, body: { ...JOB, filler } });
      expect(early.outcome).toEqual({ kind: 'accepted', handle: JOB });
      const link = `<${JOB.statusUrl}>; rel="status", <${JOB.cancelUrl}>; rel="cancel"`;
      const late = await submitTo({ status: 202, body: { filler, ...JOB }, headers: { link } });
      expect(late.outcome).toEqual({ kind: 'accepted', handle: JOB });
      const lost = await submitTo({ status: 202, body: { filler, ...JOB } });
      expect(lost.outcome.kind).toBe('unknown');
    },
  );

  test.each([400, 403, 404, 413, 415, 422, 451])('of HTTP %d means refused', async (status) => {
    const { outcome, adobe } = await submitTo({ status, body: { error_code: 'x' } });
    expect(outcome.kind).toBe('refused');
    expect(adobe.seen).toHaveLength(1);
  });

  test.each([
    300, 301, 302, 303, 307, 308, 402, 405, 406, 408, 409, 410, 411, 412, 418, 423, 425, 431, 499, 500, 501, 502, 503,
    504, 520, 599,
  ])('of HTTP %d means unknown, and the submit is not repeated', async (status) => {
    const { outcome, adobe } = await submitTo({
      status,
      headers: { 'retry-after': '1', location: `${API}/elsewhere` },
    });
    expect(outcome).toMatchObject({ kind: 'unknown', problem: { code: 'outcome_unknown' } });
    expect(adobe.seen).toHaveLength(1);
  });

  test('that is unknown is reported as possibly charged and not to be repeated', async () => {
    const { outcome } = await submitTo({ status: 503 });
    expect(outcome).toMatchObject({
      problem: {
        message: expect.stringMatching(/^Adobe may have accepted and charged .* must not simply be repeated/) as string,
        next: expect.stringContaining('resubmit_job') as string,
      },
    });
  });

  test.each<[string | undefined, number | undefined]>([
    ['7', 7_000],
    ['1e9', undefined],
    [undefined, undefined],
    ['Fri, 20 Nov 2020 12:00:00 GMT', 0],
  ])('of HTTP 429 is read with its Retry-After %s', async (retryAfter, retryAfterMs) => {
    const { outcome } = await submitTo({
      status: 429,
      headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
    });
    expect(outcome).toMatchObject({
      kind: 'rate_limited',
      retryAfterMs,
      problem: { code: 'rate_limited', actor: 'wait' },
    });
  });

  test('of HTTP 401 drops the token, and the submit is not repeated', async () => {
    const adobe = mockAdobe((_url, count) => (count === 1 ? { status: 401 } : { status: 202, body: JOB }));
    const firefly = testFirefly({ connect: adobe.connect });
    expect((await firefly.submit(V3, { requestId: 'r1' })).kind).toBe('unauthorized');
    expect(adobe.seen).toHaveLength(1);
    expect((await firefly.submit(V3, { requestId: 'r2' })).kind).toBe('accepted');
    expect(adobe.seen.map(({ headers }) => headers['authorization'])).toEqual([
      `Bearer ${TOKEN}-1`,
      `Bearer ${TOKEN}-2`,
    ]);
  });

  test('with a hostile link is kept unchanged, since links are checked when they are followed', async () => {
    const hostile = { ...JOB, statusUrl: 'http://169.254.169.254/latest' };
    const { outcome } = await submitTo({ status: 202, body: hostile });
    expect(outcome).toEqual({ kind: 'accepted', handle: hostile });
  });
});

describe('a submit is not sent', () => {
  test.each<[string, SubmitRequest]>([
    ['an unknown field', { ...V3, body: { prompt: 'x', tileable: true } }],
    ['an empty prompt', { ...V3, body: { prompt: '' } }],
    ['a missing body', { ...V3, body: undefined }],
    ['an unknown model', { ...V3, model: 'image9' }],
    ['a missing model', { ...V3, model: undefined }],
    ['the model of another operation', { ...V4, model: 'image4_standard' }],
  ])('with %s, which is reported as a defect of ours', async (_name, request) => {
    const { adobe, outcome } = await submitTo({ status: 202, body: JOB }, request);
    expect(outcome).toMatchObject({ kind: 'refused', problem: { code: 'internal_error', actor: 'us' } });
    expect(adobe.seen).toEqual([]);
    expect(adobe.tokens).toBe(0);
  });

  test('without credentials', async () => {
    const adobe = mockAdobe(() => ({ status: 202, body: JOB }));
    const firefly = testFirefly({ connect: adobe.connect, credentials: undefined });
    const outcome = await firefly.submit(V3, { requestId: 'r' });
    expect(outcome).toMatchObject({ kind: 'not_sent', problem: { code: 'credentials_missing' } });
    await expect(firefly.prepare()).rejects.toMatchObject({ code: 'credentials_missing' });
    expect(adobe.seen).toEqual([]);
  });

  test('if the caller has aborted before', async () => {
    const adobe = mockAdobe(() => ({ status: 202, body: JOB }));
    const firefly = testFirefly({ connect: adobe.connect });
    const outcome = await firefly.submit(V3, { requestId: 'r', signal: AbortSignal.abort() });
    expect(outcome).toMatchObject({ kind: 'not_sent', problem: { code: 'interrupted' } });
    expect(adobe.seen).toEqual([]);
  });
});

describe('the log of a submit', () => {
  test.each([200, 401, 422, 500])('holds no token, prompt, secret or echoed text after HTTP %d', async (status) => {
    const echo = { error_code: 'x', message: `secret ${SECRET} a lighthouse ${TOKEN}-1`, ...JOB };
    const { lines, outcome, firefly } = await submitTo({ status, body: echo });
    expect(lines.join('')).toContain('generateImagesV3Async');
    expect(lines.join('')).not.toContain('lighthouse');
    for (const secret of [SECRET, TOKEN]) expect(lines.join('') + JSON.stringify(outcome)).not.toContain(secret);
    expect(firefly.secrets()).toEqual(expect.arrayContaining([SECRET, `${TOKEN}-1`]));
  });
});
