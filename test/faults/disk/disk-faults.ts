import { expect, test } from 'vitest';
import { RecordedInstallation, sleep, type Told } from '../history/recorded-installation.ts';
import { violations } from '../history/invariants.ts';

/**
 * Which system calls fail, how, and which of them, counted for each thread. SQLite writes with pwrite64; pictures
 * are renamed into place.
 */
export const DISK_FAULTS: readonly (readonly [name: string, calls: string, error: string, which: string])[] = [
  ['the disk is full for the database', 'pwrite64', 'ENOSPC', '40..70'],
  ['nothing reaches the disk any more', 'fsync', 'EIO', '6..12'],
  ['the disk is full for pictures', 'rename', 'ENOSPC', '1'],
  ['the folder of pictures has become read-only', 'mkdir', 'EROFS', '3..5'],
];

/** Far more than meet a fault: each thread has no more than 31 of them. */
const MOST_CALLS = 100;

/** Defines a test for each of these faults, of a program under strace. */
export function testDiskFaults(faults: typeof DISK_FAULTS): void {
  test.concurrent.each(faults)('loses nothing that it has acknowledged: %s', async (_name, calls, error, which) => {
    const installation = await RecordedInstallation.create({ perMinute: 1_000, latencyMs: 100 });
    try {
      const inject = `inject=${calls}:error=${error}:when=${which}`;
      const server = installation.start([
        'strace',
        '-f',
        '-qq',
        '-o',
        '/dev/null',
        '-e',
        `trace=${calls}`,
        '-e',
        inject,
      ]);
      const codes = new Set<string | undefined>();
      let last: Told | undefined;
      for (let n = 0; n < MOST_CALLS && !(n > 1 && last?.state === 'succeeded'); n += 1) {
        last = await server.generate(`${calls} ${n}`, 5).answer;
        if (last?.isError) codes.add(last.code);
      }
      // The same process goes on once it can write again.
      expect(last?.state).toBe('succeeded');
      for (const code of codes) expect(['store_full', 'store_failed']).toContain(code);
      server.child.stdin?.end();
      await Promise.race([server.exited, sleep(6_000).then(() => server.kill())]);
      expect(await installation.drain(120_000)).toEqual([]);
      expect(await installation.integrity()).toBe('ok');
      const history = await installation.history();
      expect([...violations(history), ...installation.impure]).toEqual([]);
    } finally {
      await installation.end();
    }
  });
}
