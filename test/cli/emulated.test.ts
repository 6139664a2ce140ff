import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JobResult } from '../../src/render/schemas.ts';
import { runProgram, start, type Running } from '../support/program/command.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';

let folder = '';
let emulator: Running | undefined;
beforeEach(() => (folder = temporaryFolder('firefly-emulated-')));
afterEach(async () => {
  emulator?.child.kill('SIGTERM');
  await emulator?.ended;
  emulator = undefined;
  removeFolder(folder);
});

/** Starts the emulator command and takes the variables that it prints. */
async function emulatorEnv(...flags: string[]): Promise<Record<string, string>> {
  emulator = start(['emulator', ...flags], { cwd: folder });
  const [text] = await emulator.shows(/FIREFLY_API_URL=[\s\S]*FIREFLY_RPM=\d+\n/);
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );
}

describe('with the emulator beside it', { timeout: 60_000 }, () => {
  test('call makes a picture, and jobs and list_images know of it', async () => {
    const env = await emulatorEnv('--latency', '200');
    const args = ['call', 'generate_image', '--prompt', 'a fox', '--count', '2', '--size', '2048x2048'];
    const { code, out, err } = await runProgram(args, { cwd: folder, env });
    expect(code, out + err).toBe(0);
    expect(err).not.toContain('"level"');
    const result = JSON.parse(out) as JobResult;
    expect(result).toMatchObject({ state: 'succeeded', paid_requests: 1 });
    expect(result.demo).toBeUndefined();
    expect(result.images?.every(({ path }) => existsSync(path ?? ''))).toBe(true);

    const jobs = await runProgram(['jobs'], { cwd: folder, env });
    expect(jobs.out + jobs.err).toContain(result.job);
    expect(jobs.out).toContain('1 of 60 this minute');
    const saved = await runProgram(['call', 'save_image', '--images', 'last'], { cwd: folder, env });
    expect(saved.out).toContain(join(folder, 'firefly'));
    const seen = await runProgram(['call', 'view_image', '--max-side', '64'], { cwd: folder, env });
    const look = JSON.parse(seen.out) as { text: string; pictures: { mime_type: string; data: string }[] };
    expect(look.pictures).toHaveLength(1);
    expect(look.text).toContain(result.images?.[1]?.image);
  });

  test('--no-wait answers with a job, and jobs --wait finishes it', async () => {
    const env = await emulatorEnv('--latency', '300');
    const { code, out } = await runProgram(['call', 'generate_image', '--prompt', 'x', '--no-wait'], {
      cwd: folder,
      env,
    });
    const { job, state } = JSON.parse(out) as JobResult;
    expect(code).toBe(0);
    expect(state).not.toBe('succeeded');
    const waited = await runProgram(['jobs', '--wait'], { cwd: folder, env });
    expect(waited.code).toBe(0);
    expect(waited.out).toMatch(new RegExp(`${job} +succeeded`));
  });

  test('Ctrl-C ends the waiting, says the job, and never the job', async () => {
    const env = await emulatorEnv('--latency', '3000');
    const running = start(['call', 'generate_image', '--prompt', 'x'], { cwd: folder, env });
    running.child.stdin.end();
    await running.shows(/running at Adobe/);
    running.child.kill('SIGINT');
    const { code, out, err } = await running.ended;
    const { job } = JSON.parse(out) as JobResult;
    expect(code).toBe(130);
    expect(err).toContain(`${job} is not ended by this.`);
    const waited = await runProgram(['jobs', '--wait'], { cwd: folder, env });
    expect(waited.out).toMatch(new RegExp(`${job} +succeeded`));
  });

  test('a tool’s error ends with 1, and the result says why', async () => {
    const env = await emulatorEnv();
    const args = ['call', 'generate_image', '--prompt', 'x', '--size', '17x17'];
    const { code, out } = await runProgram(args, { cwd: folder, env });
    expect(code).toBe(1);
    expect((JSON.parse(out) as JobResult).error?.message).toBeTruthy();
  });

  test('the emulator ends on SIGTERM, with 0', async () => {
    await emulatorEnv();
    emulator?.child.kill('SIGTERM');
    expect(await emulator?.ended).toMatchObject({ code: 0, signal: null, err: '' });
  });
});

describe('--demo', { timeout: 60_000 }, () => {
  test('needs no credentials, keeps its own data, and says so', async () => {
    const env = { FIREFLY_CLIENT_ID: 'real-id', FIREFLY_CLIENT_SECRET: 'real-secret', FIREFLY_RPM: '1' };
    const args = ['call', 'generate_image', '--prompt', 'a fox', '--demo'];
    const { code, out, err } = await runProgram(args, { cwd: folder, env });
    expect(code, out + err).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ state: 'succeeded', demo: true });
    expect(existsSync(join(folder, 'home', 'demo', 'firefly.sqlite'))).toBe(true);
    expect(existsSync(join(folder, 'home', 'firefly.sqlite'))).toBe(false);
  });

  test('does not go with --no-wait', async () => {
    const args = ['call', 'generate_image', '--prompt', 'x', '--demo', '--no-wait'];
    expect(await runProgram(args, { cwd: folder })).toMatchObject({ code: 2, out: '' });
  });

  test('doctor finds everything right', async () => {
    const { code, out } = await runProgram(['doctor', '--demo'], { cwd: folder });
    expect(out).not.toMatch(/^(fail|warn)/m);
    expect(code).toBe(0);
  });
});
