import { describe, expect, test } from 'vitest';
import { API, mockAdobe, testFirefly, type Reply } from '../harness.ts';

const SHARD = 'https://firefly-epo854211.adobe.io';
const HANDLE = { jobId: 'urn:1', statusUrl: `${SHARD}/v3/status/urn:1`, cancelUrl: undefined };
const LINK = 'https://pre-signed-firefly-prod.s3-accelerate.amazonaws.com/images/1?X-Amz-Expires=3600';

const statusOf = (outputs: readonly object[]) => {
  const reply: Reply = { status: 200, body: { status: 'succeeded', result: { outputs, version: 'v' } } };
  const adobe = mockAdobe(() => reply, [API, SHARD]);
  return testFirefly({ connect: adobe.connect }).status(HANDLE, 'preciseUpsamplerV3Async');
};

describe('the result of an upscale', () => {
  test('is read by its presigned URL, and keeps its place beside one that has none', async () => {
    const status = await statusOf([{ id: 'asset-1' }, { id: 'asset-2', presignedUrl: LINK }]);
    expect(status).toMatchObject({ kind: 'succeeded', outputs: [{ url: LINK, place: 1 }] });
  });

  test('with the id of an asset alone says which, and is asked for again', async () => {
    const status = await statusOf([{ id: 'urn:aaid:sc:1', name: 'a.png' }]);
    expect(status).toMatchObject({
      kind: 'unreadable',
      problem: {
        code: 'result_unreadable',
        actor: 'operator',
        message: expect.stringContaining('only the id of an asset'),
        upstream: expect.stringContaining('urn:aaid:sc:1'),
      },
    });
  });

  test('without anything is unreadable as any other', async () => {
    expect(await statusOf([{}])).toMatchObject({ kind: 'unreadable', problem: { actor: 'us' } });
  });
});
