import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../../../src/emulator/index.ts';
import { TestInstallation } from '../../support/program/test-installation.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';

let installation: TestInstallation;
beforeEach(async () => {
  installation = await TestInstallation.create();
});
afterEach(() => installation.end());

async function emulated(): Promise<Emulator> {
  const emulator = await installation.emulator({ draw: drawFlat, latencyMs: 100 });
  return emulator;
}

describe('two accounts with one data folder', () => {
  test(
    'are independent: one makes pictures during the cooldown of the other',
    { tags: 'long', timeout: 180_000 },
    async () => {
      const [paused, working] = [await emulated(), await emulated()];
      paused.control.next({
        on: 'submit',
        action: { kind: 'status', status: 429, headers: { 'retry-after': '300' }, body: {} },
      });
      const [one, other] = await Promise.all(
        [paused, working].map((each) => installation.client(installation.environment(each))),
      );
      const [waiting, made] = await Promise.all([
        one?.call('generate_image', { prompt: 'a fox', wait_seconds: 2 }),
        other?.call('generate_image', { prompt: 'a fox', wait_seconds: 30 }),
      ]);
      expect(made?.facts).toMatchObject({ state: 'succeeded', cost: { operations: 1, requests: 1 } });
      expect(made?.facts['attached']).toBeUndefined();
      expect(waiting?.facts).toMatchObject({ state: expect.stringMatching(/queued|preparing/) });
      expect((await one?.call('job_status'))?.facts).toMatchObject({
        jobs: [{ job: waiting?.facts['job'] }],
        quota: { held_for_seconds: expect.any(Number) },
      });
      const status = (await other?.call('job_status'))?.facts;
      expect(status).toMatchObject({ queued: 0, running: 0, jobs: [{ job: made?.facts['job'] }] });
      expect(status?.['quota']).not.toHaveProperty('held_for_seconds');
      const foreign = await other?.call('job_status', { job: waiting?.facts['job'] });
      const unknown = await other?.call('job_status', { job: `job_${'0'.repeat(26)}` });
      expect(foreign).toMatchObject({ isError: true, facts: { error: { code: 'unknown_job' } } });
      expect(foreign).toEqual(unknown);
      expect([paused, working].map((each) => each.control.submits().length)).toEqual([1, 1]);
    },
  );
});
