import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JobResult } from '../../../src/render/schemas.ts';
import { runProgram, start, type Running } from '../../support/program/command.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

let folder = '';
beforeEach(() => (folder = temporaryFolder('firefly-emulated-')));
afterEach(() => removeFolder(folder));

/** Starts the emulator command. */
async function emulator(...flags: string[]): Promise<{ running: Running; env: Record<string, string> }> {
  const running = start(['emulator', ...flags], { cwd: folder });
  const [text] = await running.shows(/FIREFLY_API_URL=[\s\S]*FIREFLY_RPM=\d+\n/);
  const lines = text.trim().split('\n');
  return { running, env: Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2))) };
}

describe('call, on an emulator in another process', { timeout: 180_000 }, () => {
  let shared: Running;
  let env: Record<string, string>;
  let emulatorFolder = '';
  beforeAll(async () => {
    folder = emulatorFolder = temporaryFolder('firefly-emulator-');
    ({ running: shared, env } = await emulator('--latency', '200'));
  });
  afterAll(async () => {
    shared.child.kill('SIGTERM');
    const { code, signal, err } = await shared.ended;
    removeFolder(emulatorFolder);
    expect({ code, signal, err }).toEqual({ code: 0, signal: null, err: '' });
  });

  test('makes pictures that jobs, save_image and show_images find', { tags: 'long' }, async () => {
    const args = ['call', 'generate_image', '--prompt', 'a fox', '--count', '2', '--size', '2048x2048'];
    const { code, out, err } = await runProgram(args, { cwd: folder, env });
    expect(code, out + err).toBe(0);
    expect(err).not.toContain('"level"');
    const result = JSON.parse(out) as JobResult;
    expect(result).toMatchObject({ state: 'succeeded', cost: { operations: 2, requests: 1 } });
    expect(result.demo).toBeUndefined();
    expect(result.images?.every(({ path }) => existsSync(path ?? ''))).toBe(true);

    const jobs = await runProgram(['jobs'], { cwd: folder, env });
    expect(jobs.out + jobs.err).toContain(result.job);
    // None, where the machine has taken a minute for it.
    expect(jobs.out).toMatch(/[01] of 60 requests used this minute, (59|60) left/);
    const here = { ...env, FIREFLY_OUTPUT_DIR: join(folder, 'firefly') };
    const saved = await runProgram(['call', 'save_image', '--images', 'last'], { cwd: folder, env: here });
    expect(saved.out).toContain(join(folder, 'firefly'));
    const seen = await runProgram(['call', 'show_images', '--max-side', '64'], { cwd: folder, env });
    const shown = JSON.parse(seen.out) as { text: string; pictures: { mime_type: string; data: string }[] };
    expect(shown.pictures).toHaveLength(1);
    expect(shown.text).toContain(result.images?.[1]?.image);
  });

  test('saves the pictures under the name of --save, and prints where', { tags: 'long' }, async () => {
    const here = { ...env, FIREFLY_OUTPUT_DIR: folder };
    const args = ['call', 'generate_image', '--prompt', 'two foxes', '--count', '2', '--save', 'assets/fox.png'];
    const { code, out, err } = await runProgram(args, { cwd: folder, env: here });
    expect(code, out + err).toBe(0);
    const { saved } = JSON.parse(out) as { saved: { path: string; mime_type: string }[] };
    expect(saved.map(({ path }) => path)).toEqual([
      join(folder, 'assets', 'fox.png'),
      join(folder, 'assets', 'fox-2.png'),
    ]);
    expect(saved.every(({ path, mime_type }) => existsSync(path) && mime_type === 'image/png')).toBe(true);
  });

  test.each(['../fox.png', 'assets/{colour}.png', '{n}/fox.png', 'fox.gif', 'fox.mp4'])(
    'refuses --save %s before anything is spent',
    { tags: 'long' },
    async (name) => {
      const args = ['call', 'generate_image', '--prompt', `three foxes ${name}`, '--save', name];
      const { code, out, err } = await runProgram(args, { cwd: folder, env });
      expect(code, out + err).toBe(2);
      expect(err).toMatch(/--save: .*(output folder|token|is not saved as)/);
      const jobs = await runProgram(['jobs'], { cwd: folder, env });
      expect(jobs.out).not.toContain('three foxes');
    },
  );

  test('returns a job with --no-wait, which jobs --wait finishes', { tags: 'long' }, async () => {
    const { code, out } = await runProgram(['call', 'generate_image', '--prompt', 'x', '--no-wait'], {
      cwd: folder,
      env,
    });
    const { job, state, next } = JSON.parse(out) as JobResult;
    expect(code).toBe(0);
    expect(state).not.toBe('succeeded');
    expect(next).toContain('"firefly-mcp jobs --wait" continues it');
    const waited = await runProgram(['jobs', '--wait'], { cwd: folder, env });
    expect(waited.code).toBe(0);
    expect(waited.out).toMatch(new RegExp(`${job} +succeeded`));
  });

  test('ends at Ctrl-C with the id of the job, which is not cancelled', { tags: 'long' }, async () => {
    const slow = await emulator('--latency', '2000');
    const running = start(['call', 'generate_image', '--prompt', 'x'], { cwd: folder, env: slow.env });
    running.child.stdin.end();
    await running.shows(/running at Adobe/);
    running.child.kill('SIGINT');
    const { code, out, err } = await running.ended;
    const { job } = JSON.parse(out) as JobResult;
    expect(code).toBe(130);
    expect(err).toContain(`${job} is not cancelled.`);
    const waited = await runProgram(['jobs', '--wait'], { cwd: folder, env: slow.env });
    expect(waited.out).toMatch(new RegExp(`${job} +succeeded`));
    slow.running.child.kill('SIGTERM');
    await slow.running.ended;
  });

  test('ends with 1 where the tool answers with an error, which is the result', { tags: 'long' }, async () => {
    const args = ['call', 'generate_image', '--prompt', 'x', '--size', '17x17'];
    const { code, out } = await runProgram(args, { cwd: folder, env });
    expect(code).toBe(1);
    expect((JSON.parse(out) as JobResult).error?.message).toBeTruthy();
  });
});

describe('--demo', { timeout: 180_000 }, () => {
  test('needs no credentials, uses separate data, and marks its results', { tags: 'long' }, async () => {
    const env = { FIREFLY_CLIENT_ID: 'real-id', FIREFLY_CLIENT_SECRET: 'real-secret', FIREFLY_RPM: '1' };
    const args = ['call', 'generate_image', '--prompt', 'a fox', '--demo'];
    const { code, out, err } = await runProgram(args, { cwd: folder, env });
    expect(code, out + err).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ state: 'succeeded', demo: true });
    expect(existsSync(join(folder, 'home', 'demo', 'firefly.sqlite'))).toBe(true);
    expect(existsSync(join(folder, 'home', 'firefly.sqlite'))).toBe(false);
  });

  test('lets the doctor find nothing to fix', { tags: 'long' }, async () => {
    const { code, out } = await runProgram(['doctor', '--demo'], { cwd: folder });
    expect(out).not.toMatch(/^(fail|warn)/m);
    expect(code).toBe(0);
  });
});
