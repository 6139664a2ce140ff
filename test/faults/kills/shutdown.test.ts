import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RecordedInstallation, type RecordedProcess } from '../history/recorded-installation.ts';
import { turnsMs } from '../../support/work.ts';
import { violations } from '../history/invariants.ts';

let installation: RecordedInstallation;
beforeEach(async () => {
  installation = await RecordedInstallation.create({ perMinute: 60, latencyMs: 1_500 });
});
afterEach(() => installation.end());

/** The ways in which a host asks a server to end. */
const ENDINGS: Readonly<Record<string, (server: RecordedProcess) => void>> = {
  SIGTERM: ({ child }) => void child.kill('SIGTERM'),
  SIGINT: ({ child }) => void child.kill('SIGINT'),
  'the end of stdin': ({ child }) => void child.stdin?.end(),
  'a closed stdout': (server) => {
    server.child.stdout?.destroy();
    // The server learns of it with its next message.
    server.call('list_images', {});
  },
};

const JOBS = 6;

async function submits(least: number): Promise<void> {
  const sent = () => installation.emulator.control.submits().length;
  await expect.poll(sent, { interval: 30 }).toBeGreaterThanOrEqual(least);
}

/** Ends the process this way; how long that took. Fails unless it ended by itself, with 0. */
function ended(server: RecordedProcess, end: (server: RecordedProcess) => void): Promise<number> {
  return turnsMs(async () => {
    end(server);
    const [code, signal] = await server.exited;
    expect({ code, signal }).toEqual({ code: 0, signal: null });
  });
}

describe('a server with jobs in flight', () => {
  test.each(Object.entries(ENDINGS))(
    'ends within 5 s on %s, and the next server finishes its jobs',
    { tags: 'long' },
    async (_name, end) => {
      // Some are being sent, some run, some wait.
      installation.emulator.control.next(
        { on: 'submit', action: { kind: 'delay', ms: 1_200, when: 'after-processing' } },
        2,
      );
      const server = installation.start();
      for (let n = 0; n < JOBS; n += 1) server.generate(`a chair ${n}`, 30);
      await submits(3);
      expect(await ended(server, end)).toBeLessThan(5_000);
      const sent = installation.emulator.control.submits();
      expect(sent.every(({ completeAt, json }) => completeAt !== undefined && json !== undefined)).toBe(true);
      const rows = await installation.db.all(`SELECT state, lease_owner FROM jobs WHERE finished_at IS NULL`);
      expect(rows.filter((row) => row['state'] === 'submitting' || row['lease_owner'] !== null)).toEqual([]);
      expect(await installation.drain(120_000)).toEqual([]);
      const history = await installation.history();
      expect(history.jobs.map(({ state }) => state)).toEqual(Array.from({ length: JOBS }, () => 'succeeded'));
      expect(installation.emulator.control.submits()).toHaveLength(JOBS);
      expect([...violations(history), ...installation.impure]).toEqual([]);
    },
  );

  test(
    'does not wait for an answer that does not come, and the outcome of that job is unknown',
    { tags: 'long' },
    async () => {
      installation.emulator.control.next({ on: 'submit', action: { kind: 'hang', when: 'after-processing' } });
      const server = installation.start();
      const asked = server.generate('a chair', 30);
      await submits(1);
      expect(await ended(server, ({ child }) => void child.kill('SIGTERM'))).toBeLessThan(5_000);
      await asked.answer;
      expect(await installation.drain(120_000)).toEqual([]);
      const history = await installation.history();
      expect(history.jobs.map(({ state }) => state)).toEqual(['submit_unknown']);
      expect(installation.emulator.control.submits()).toHaveLength(1);
      expect(violations(history)).toEqual([]);
    },
  );
});
