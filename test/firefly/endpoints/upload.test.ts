import { afterEach, describe, expect, test } from 'vitest';
import { PAID_ENDPOINTS } from '../../../src/firefly/endpoints/registry.ts';
import type { SubmitRequest } from '../../../src/firefly/types.ts';
import { API, TOKEN, mockAdobe, testFirefly } from '../harness.ts';
import type { Reply } from '../harness.ts';
import { closeServers, http } from '../loopback.ts';

afterEach(closeServers);

const BYTES = Buffer.from('a picture');
const ID = '3e1ea3e4-7b1b-4a8c-a1ae-2c4b6d0a0a11';

function uploadTo(reply: (url: URL, count: number) => Reply | Error) {
  const adobe = mockAdobe(reply);
  const firefly = testFirefly({ connect: adobe.connect });
  return { adobe, outcome: firefly.upload(BYTES, 'image/png') };
}

describe('an upload', () => {
  test('sends the bytes unchanged, with their type', async () => {
    const got: { readonly type: string | undefined; readonly body: Buffer }[] = [];
    const apiUrl = await http((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        got.push({ type: request.headers['content-type'], body: Buffer.concat(parts) });
        response.end(JSON.stringify({ images: [{ id: ID }] }));
      });
    });
    const firefly = testFirefly({ apiUrl, credentials: { clientId: 'id', accessToken: TOKEN } });
    expect(await firefly.upload(BYTES, 'image/png')).toEqual({ kind: 'stored', uploadId: ID });
    expect(got).toEqual([{ type: 'image/png', body: BYTES }]);
    await firefly.close();
  });

  test('is sent once more after a 401', async () => {
    const { adobe, outcome } = uploadTo((_url, count) =>
      count === 1 ? { status: 401 } : { status: 200, body: { images: [{ id: ID }] } },
    );
    expect((await outcome).kind).toBe('stored');
    expect(adobe.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(
      Array(2).fill(`POST ${API}/v2/storage/image`),
    );
  });

  test.each<[Reply, string]>([
    [{ status: 429, headers: { 'retry-after': '2' } }, 'rate_limited'],
    [{ status: 451, body: { error_code: 'input_media_unsafe' } }, 'refused'],
    [{ status: 413 }, 'refused'],
    [{ status: 500 }, 'transient'],
    [{ status: 200, body: { images: [] } }, 'transient'],
    [{ status: 200, body: 'nothing' }, 'transient'],
  ])('that is answered with %j is %s', async (reply, kind) => {
    expect((await uploadTo(() => reply).outcome).kind).toBe(kind);
  });
});

describe('every paid operation', () => {
  test.each(Object.entries(PAID_ENDPOINTS))('%s is a POST that is never retried', (operation, endpoint) => {
    expect(endpoint).toMatchObject({ operation, method: 'POST', retryable: false });
    expect(endpoint.path).toMatch(/^\/v[34]\/\S+$/);
  });

  test.each<SubmitRequest>([
    {
      operation: 'fillImagesV3Async',
      model: undefined,
      body: { image: { source: { uploadId: ID } }, mask: { source: { uploadId: ID } } },
    },
    {
      operation: 'expandImagesV3Async',
      model: undefined,
      body: { image: { source: { uploadId: ID } }, size: { width: 3000, height: 2000 } },
    },
  ])('$operation is sent without a model header', async (request) => {
    const adobe = mockAdobe(() => ({ status: 202, body: { jobId: 'a', statusUrl: 'b', cancelUrl: 'c' } }));
    const outcome = await testFirefly({ connect: adobe.connect }).submit(request, { requestId: 'r' });
    expect(outcome.kind).toBe('accepted');
    expect(adobe.seen[0]?.headers).not.toHaveProperty('x-model-version');
    expect(JSON.parse(adobe.seen[0]?.body ?? '')).toEqual(request.body);
  });
});
