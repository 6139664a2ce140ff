/** @module-tag long */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { USUAL_DRIFT } from '../../src/emulator/drawing/edits/drift.ts';
import type { WireAnswer } from '../../src/emulator/http/answer.ts';
import { emulatorEnv, startEmulator, type Emulator, type Fault } from '../../src/emulator/index.ts';
import type { Report } from '../../src/verify/report.ts';
import { systemClock, type Clock } from '../../src/shared/time/clock.ts';
import { fakeTerminal } from '../cli/fake-terminal.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';

/** Ten times as fast, since most of a run is pauses between status requests. */
const SPEED = 10;
const started = { now: systemClock.now(), monotonic: systemClock.monotonic() };
const clock: Clock = {
  now: () => started.now + (systemClock.now() - started.now) * SPEED,
  monotonic: () => started.monotonic + (systemClock.monotonic() - started.monotonic) * SPEED,
  sleep: (ms, signal) => systemClock.sleep(ms / SPEED, signal),
};

let folder = '';
let plain: Emulator;
let jpegOnly: Emulator;
beforeAll(async () => {
  plain = await startEmulator({ latencyMs: 20, clock });
  jpegOnly = await startEmulator({ latencyMs: 20, mimeTypeHeader: false, clock });
});
beforeEach(() => (folder = temporaryFolder('firefly-verify-')));
afterEach(() => {
  plain.control.reset();
  removeFolder(folder);
});
afterAll(async () => {
  await plain.close();
  await jpegOnly.close();
});

async function verify(args: readonly string[], emulator = plain, env: Record<string, string> = {}) {
  const out = join(folder, 'report.json');
  const terminal = fakeTerminal(['verify', '--out', out, ...args], {
    clock,
    cwd: folder,
    home: folder,
    env: { FIREFLY_HOME: join(folder, 'home'), FIREFLY_RPM: '60', ...emulatorEnv(emulator), ...env },
  });
  const code = await main(terminal);
  const { out: text, err } = terminal.output;
  const file = code === 2 ? '' : readFileSync(out, 'utf8');
  const report = (file === '' ? undefined : JSON.parse(file)) as Report;
  const verdict = (id: string) => report.questions.find((question) => question.id === id);
  return { code, text, err, file, report, verdict };
}

test('without --spend nothing is paid, and what free requests tell is settled', async () => {
  const { code, verdict, report, text } = await verify([]);
  expect(code).toBe(0);
  expect(plain.control.submits()).toEqual([]);
  expect(report).toMatchObject({ operations: 0, allowed: 0, asked: 'another address', differences: [] });
  for (const id of ['token-lifetime', 'custom-model-id', 'upload-id-form', 'unknown-job', 'request-id-echo'])
    expect({ id, verdict: verdict(id)?.verdict }).toEqual({ id, verdict: 'settled' });
  expect(verdict('fill-drift')).toMatchObject({ verdict: 'open', why: expect.stringContaining('--spend') });
  expect(text).toContain('0 operations may have been charged');
});

test('with --spend each request says what it settles, is a job that counts, and every question that has one is settled', async () => {
  const { code, verdict, report, err, file } = await verify(['--spend', '10', '--json']);
  const asked = report.questions.filter((question) => question.asked !== 'nothing');
  expect(asked.filter((question) => question.verdict !== 'settled')).toEqual([]);
  expect(code).toBe(0);
  expect(report).toMatchObject({ operations: 7, differences: [] });
  expect(plain.control.submits()).toHaveLength(8);
  expect(verdict('composite-masks')).toMatchObject({ value: expect.stringMatching(/^white changed by \d{2,}/) });
  expect(verdict('video-form')).toMatchObject({ value: expect.stringMatching(/^960x540, video\/mp4, [45]\.\d s$/) });
  expect(verdict('charges')).toMatchObject({ why: expect.stringContaining('was refused lost-upload, upscale') });
  expect(verdict('png-answer')).toMatchObject({ value: 'yes' });
  expect(verdict('fill-bleed')).toMatchObject({ value: expect.stringMatching(/^[0-4] pixels$/) });
  expect(verdict('fill-shift')).toMatchObject({ value: expect.stringMatching(/^[+-]0\.\d, [+-]0\.\d pixels$/) });
  expect(err).toMatch(/^fill: .*at most 1 operation; settles .*fill-drift/m);
  for (const origin of [plain.apiOrigin, plain.storageOrigin, plain.shardOrigin]) expect(file).not.toContain(origin);
  expect(file).not.toMatch(/X-Amz|urn:ff|red paint/);
});

test('--spend and the daily budget both limit what is asked, and the most valuable comes first', async () => {
  const { verdict, report } = await verify(['--spend', '9'], plain, { FIREFLY_DAILY_BUDGET: '1' });
  expect(plain.control.jobs()).toHaveLength(1);
  expect(report.operations).toBe(1);
  expect(verdict('fill-drift')?.verdict).toBe('settled');
  expect(verdict('image5-pixels')).toMatchObject({ verdict: 'open', why: expect.stringMatching(/budget/i) });
});

test('deviations of every group are found, and unknown fields are named without their values', async () => {
  const { control } = jpegOnly;
  control.setDrift({ ...USUAL_DRIFT, brighter: [45, 45] });
  control.next(rewriting('token', (body) => ({ ...body, expires_in: 86_399_000 })));
  control.next(rewriting('custom-models', () => ({ custom_models: [{ 'repo:assetId': 'urn:1' }] })));
  control.next(rewriting('upload', () => ({ images: [{ id: 'blob-17' }] })));
  control.next(refusing('status', 404, { error_code: 'nothing_here' }));
  const address = 'https://tracker.example/?X-Amz-Signature=0123';
  control.next(rewriting('submit', (body) => ({ ...body, trackingUrl: address, [address]: true, jobId: undefined })));
  control.next(refusing('submit', 422, { error_code: 'validation_error', message: 'no' }));
  control.next(
    rewriting('submit', (body) => body),
    2,
  );
  control.next(refusing('submit', 400, { error_code: 'bad_request', message: 'Size must be one of {}' }));
  const { code, verdict, report, file } = await verify(['--spend', '6'], jpegOnly);
  expect(code).toBe(1);
  for (const id of ['token-lifetime', 'custom-model-id', 'upload-id-form', 'unknown-job', 'lost-upload', 'fill-drift'])
    expect({ id, verdict: verdict(id)?.verdict }).toEqual({ id, verdict: 'contradicted' });
  expect(verdict('png-answer')).toMatchObject({ value: 'no: image/jpeg came' });
  expect(verdict('similar-small-sizes')).toMatchObject({ value: 'no' });
  const fill = { operation: 'fillImagesV3Async', status: 202 };
  expect(report.differences).toContainEqual({ ...fill, kind: 'unknown', field: 'trackingUrl', type: 'string' });
  expect(report.differences).toContainEqual({ ...fill, kind: 'unknown', field: '(another name)', type: 'boolean' });
  expect(report.differences).toContainEqual({ ...fill, kind: 'missing', field: 'jobId', type: 'string' });
  expect(file).not.toContain('tracker');
});

test('a wrong number and a file that exists are refused before anything is asked', async () => {
  for (const args of [
    ['--spend', 'all'],
    ['--spend', '-1'],
    ['--out', folder],
  ])
    expect(await verify(args)).toMatchObject({ code: 2 });
  expect(plain.control.requests()).toEqual([]);
});

/** The next answer of a phase with another body. */
function rewriting(on: Fault['on'], change: (body: Record<string, unknown>) => unknown): Fault {
  const rewrite = (answer: WireAnswer): WireAnswer => {
    const body = JSON.parse(String(answer.body)) as Record<string, unknown>;
    const changed = Buffer.from(JSON.stringify(change(body)));
    return { ...answer, headers: { ...answer.headers, 'content-length': String(changed.length) }, body: changed };
  };
  return { on, action: { kind: 'rewrite', rewrite } };
}

function refusing(on: Fault['on'], status: number, body: unknown): Fault {
  return { on, action: { kind: 'status', status, body } };
}
