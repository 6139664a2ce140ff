import { expect, it } from 'vitest';
import { Fleet, sleep } from './fleet.ts';
import { violations } from './invariants.ts';

const MINUTES = Math.min(Number(process.env['MINUTES'] ?? 10), 5);
/** Longer than a lease. */
const STALL_MS = 34_000;
const STALLED = 4;

it('C06: processes that are stopped past their leases, and go on', { timeout: (MINUTES + 5) * 60_000 }, async () => {
  const fleet = await Fleet.create({ perMinute: 1_000, latencyMs: 400 });
  try {
    const end = performance.now() + MINUTES * 60_000;
    let stalls = 0;
    const awake = fleet.start();
    awake.call('job_status', {});
    do {
      const members = Array.from({ length: STALLED }, () => fleet.start());
      await Promise.all(
        members.map(async (member, n) => {
          await member.call('job_status', {}).answer;
          for (let job = 0; job < 3; job += 1) member.generate(`stall ${stalls} ${n} ${job}`, 0);
          await sleep(Math.random() * 1_500);
          member.child.kill('SIGSTOP');
        }),
      );
      stalls += members.length;
      await sleep(STALL_MS);
      for (const { child } of members) child.kill('SIGCONT');
      await sleep(2_000);
      await Promise.all(members.map((member) => member.kill()));
    } while (performance.now() < end);
    awake.child.stdin?.end();
    await awake.exited;
    expect(await fleet.drain(60_000)).toEqual([]);
    const history = await fleet.history();
    const takenOver = history.moves.filter(({ fromFence, toFence }) => fromFence > 0 && toFence > fromFence).length;
    console.log(`stalls: ${stalls}, jobs taken over: ${takenOver} of ${history.jobs.length}`);
    expect(takenOver).toBeGreaterThan(0);
    expect([...violations(history), ...fleet.impure]).toEqual([]);
  } finally {
    await fleet.end();
  }
});
