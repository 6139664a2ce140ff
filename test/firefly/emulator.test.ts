import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/index.ts';
import type { Emulator } from '../../src/emulator/index.ts';
import type { Firefly, JobHandle, RemoteStatus, SubmitRequest } from '../../src/firefly/types.ts';
import { V3, V4, collectingLogger, testFirefly } from './harness.ts';
import { canary } from '../support/canaries.ts';

let emulator: Emulator;
let firefly: Firefly;
const { logger, lines } = collectingLogger();

beforeAll(async () => {
  emulator = await startEmulator({ clientSecret: canary('secret'), latencyMs: 100 });
  firefly = testFirefly({
    apiUrl: emulator.apiOrigin,
    imsUrl: emulator.imsOrigin,
    trustedOrigins: [emulator.shardOrigin, emulator.storageOrigin],
    credentials: emulator.credentials,
    logger,
  });
});
afterAll(async () => {
  await firefly.close();
  await emulator.close();
});

async function submit(request: SubmitRequest): Promise<JobHandle> {
  const outcome = await firefly.submit(request, { requestId: crypto.randomUUID() });
  if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
  return outcome.handle;
}

async function finished(handle: JobHandle): Promise<RemoteStatus> {
  for (let turn = 0; turn < 100; turn += 1) {
    const status = await firefly.status(handle, 'generateImagesV3Async');
    if (status.kind !== 'running') return status;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the job does not end');
}

test.each([
  ['v3', V3, 2],
  ['v4', V4, 1],
])('a picture is generated and downloaded from the emulator (%s)', { tags: 'long' }, async (_name, request, count) => {
  const status = await finished(await submit(request));
  if (status.kind !== 'succeeded') throw new Error(JSON.stringify(status));
  expect(status.outputs).toHaveLength(count);
  for (const { url, expiresAt } of status.outputs) {
    expect(expiresAt).toBeGreaterThan(Date.now());
    const chunks: Uint8Array[] = [];
    const outcome = await firefly.download(url, (chunk) => void chunks.push(chunk), { maxBytes: 20_000_000 });
    expect(outcome).toMatchObject({ kind: 'complete', contentType: 'image/jpeg' });
    expect(Buffer.concat(chunks).subarray(0, 3).toString('hex')).toBe('ffd8ff');
  }
});

test('a job that is cancelled ends as cancelled', async () => {
  emulator.control.setLatency(60_000);
  const handle = await submit(V3);
  emulator.control.setLatency(100);
  expect(await firefly.cancel(handle, 'generateImagesV3Async')).toEqual({ kind: 'requested' });
  expect(await finished(handle)).toEqual({ kind: 'cancelled' });
});

test('a job that has already finished cannot be cancelled', async () => {
  const handle = await submit(V3);
  await finished(handle);
  expect(await firefly.cancel(handle, 'generateImagesV3Async')).toEqual({ kind: 'too_late' });
});

test('a token that is revoked while a job runs is renewed once', async () => {
  const handle = await submit(V3);
  const before = emulator.control.requests('token').length;
  emulator.control.revokeTokens();
  expect((await finished(handle)).kind).toBe('succeeded');
  expect(emulator.control.requests('token').length).toBe(before + 1);
});

test('a download by an expired URL is reported as expired', async () => {
  const status = await finished(await submit(V3));
  if (status.kind !== 'succeeded') throw new Error(JSON.stringify(status));
  emulator.control.expireUrls();
  const url = status.outputs[0]?.url ?? '';
  expect(await firefly.download(url, () => undefined, { maxBytes: 20_000_000 })).toEqual({ kind: 'expired' });
});

test('a submit that was accepted and whose answer is lost is unknown and sent once', async () => {
  const before = { jobs: emulator.control.jobs().length, submits: emulator.control.submits().length };
  emulator.control.next({ on: 'submit', action: { kind: 'reset', when: 'after-processing' } });
  expect((await firefly.submit(V3, { requestId: 'lost' })).kind).toBe('unknown');
  expect(emulator.control.jobs().length).toBe(before.jobs + 1);
  expect(emulator.control.submits().length).toBe(before.submits + 1);
});

test('custom models are listed page by page', async () => {
  const all = await firefly.customModels({});
  const first = await firefly.customModels({ limit: 1 });
  expect(first.models).toEqual(all.models.slice(0, 1));
  expect(first.nextStart).toBeDefined();
  const second = await firefly.customModels({ limit: 1, start: first.nextStart });
  expect(second.models).toEqual(all.models.slice(1, 2));
});

test('a wrong client secret is reported and nothing is sent', async () => {
  const { apiOrigin, imsOrigin, credentials } = emulator;
  const wrong = testFirefly({
    apiUrl: apiOrigin,
    imsUrl: imsOrigin,
    credentials: { ...credentials, clientSecret: 'quite-wrong-secret' },
  });
  await expect(wrong.prepare()).rejects.toMatchObject({ code: 'credentials_refused', actor: 'operator' });
  expect(await wrong.submit(V3, { requestId: 'r' })).toMatchObject({ kind: 'not_sent' });
  await wrong.close();
});

test('the log of all these requests holds no secret', () => {
  expect(lines.length).toBeGreaterThan(10);
  for (const secret of firefly.secrets()) expect(lines.join('')).not.toContain(secret);
  expect(lines.join('')).not.toContain('X-Amz-Signature=');
});
