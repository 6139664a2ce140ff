import { expect, test } from 'vitest';
import { RecordedInstallation, sleep } from '../history/recorded-installation.ts';
import { violations } from '../history/invariants.ts';

const MINUTES = Math.min(Number(process.env['MINUTES'] ?? 10), 5);
/** Longer than a lease. */
const STALL_MS = 34_000;
const STALLED = 4;

test(
  'processes that are stopped past their leases, and go on, send and write nothing wrong',
  { timeout: (MINUTES + 5) * 60_000 },
  async () => {
    const installation = await RecordedInstallation.create({ perMinute: 1_000, latencyMs: 400 });
    try {
      const end = performance.now() + MINUTES * 60_000;
      let stalls = 0;
      const awake = installation.start();
      awake.call('job_status', {});
      do {
        const servers = Array.from({ length: STALLED }, () => installation.start());
        await Promise.all(
          servers.map(async (server, n) => {
            await server.call('job_status', {}).answer;
            for (let job = 0; job < 3; job += 1) server.generate(`stall ${stalls} ${n} ${job}`, 0);
            await sleep(Math.random() * 1_500);
            server.child.kill('SIGSTOP');
          }),
        );
        stalls += servers.length;
        await sleep(STALL_MS);
        for (const { child } of servers) child.kill('SIGCONT');
        await sleep(2_000);
        await Promise.all(servers.map((server) => server.kill()));
      } while (performance.now() < end);
      awake.child.stdin?.end();
      await awake.exited;
      expect(await installation.drain(60_000)).toEqual([]);
      const history = await installation.history();
      const takenOver = history.moves.filter(({ fromFence, toFence }) => fromFence > 0 && toFence > fromFence).length;
      console.log(`stalls: ${stalls}, jobs taken over: ${takenOver} of ${history.jobs.length}`);
      expect(takenOver).toBeGreaterThan(0);
      expect([...violations(history), ...installation.impure]).toEqual([]);
    } finally {
      await installation.end();
    }
  },
);
