import { expect, test } from 'vitest';
import { RecordedInstallation, sleep } from '../history/recorded-installation.ts';
import { violations } from '../history/invariants.ts';
import { canTrace } from '../../support/program/strace.ts';

/**
 * Kills the program at its n-th call of each of these, for n = 1 until none fires any more, or until the time is
 * up. Needs strace, and the right to trace. `STRACE_STEP` leaves calls out.
 */
const CALLS = ['fsync', 'fdatasync', 'pwrite64', 'ftruncate', 'unlink', 'rename', 'connect'];
const STEP = Number(process.env['STRACE_STEP'] ?? 1);
const MINUTES = Number(process.env['MINUTES'] ?? 10);

const works = canTrace();

test.skipIf(!works)(
  'a program that is killed at any system call that matters loses nothing and pays nothing twice',
  { timeout: (MINUTES + 5) * 60_000 },
  async () => {
    const share = (MINUTES * 60_000) / CALLS.length;
    const kills: Record<string, number> = {};
    for (const call of CALLS) {
      const installation = await RecordedInstallation.create({ perMinute: 1_000, latencyMs: 200 });
      try {
        kills[call] = await killAtEach(call, installation, performance.now() + share);
        expect(await installation.drain(120_000)).toEqual([]);
        expect(await installation.integrity()).toBe('ok');
        expect(violations(await installation.history())).toEqual([]);
      } finally {
        await installation.end();
      }
    }
    console.log(`kills by system call: ${JSON.stringify(kills)}`);
  },
);

/** How many kills there were. */
async function killAtEach(call: string, installation: RecordedInstallation, end: number): Promise<number> {
  let kills = 0;
  for (let n = 1; performance.now() < end; n += STEP) {
    const inject = `inject=${call}:signal=KILL:when=${n}`;
    const server = installation.start(['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', inject]);
    const told = await Promise.race([server.generate(`${call} ${n}`, 30).answer, sleep(60_000)]);
    server.child.stdin?.end();
    await Promise.race([server.exited, sleep(10_000).then(() => server.kill())]);
    // Answered: no kill came before the picture was there.
    if (told !== undefined) return kills;
    kills += 1;
    // What is left is finished first, so that the next one counts the calls of one job.
    expect(await installation.drain(60_000)).toEqual([]);
  }
  return kills;
}
