import { expect, it } from 'vitest';
import { Installation } from '../jobs/harness.ts';
import { randomKills, type KillRun } from '../jobs/random-kills.ts';

const KILLS = Number(process.env['KILLS'] ?? 10_000);
const MINUTES = Number(process.env['MINUTES'] ?? 10);
/** Kills of one home: the dead keep their connections open for as long as it lives. */
const A_ROUND = 150;

it(
  `the engine, killed at its kill points: ${KILLS} times, or for ${MINUTES} minutes`,
  { timeout: (MINUTES + 10) * 60_000 },
  async () => {
    const end = performance.now() + MINUTES * 60_000;
    const sum = { killed: 0, jobs: 0, requests: 0, unknown: 0 };
    while (sum.killed < KILLS && performance.now() < end) {
      const home = await Installation.create();
      try {
        add(sum, await randomKills(home, Math.min(A_ROUND, KILLS - sum.killed)));
      } finally {
        await home.close();
      }
      if (sum.killed % (A_ROUND * 10) === 0) console.log(`so far: ${JSON.stringify(sum)}`);
    }
    console.log(`engine soak: ${JSON.stringify(sum)}; each run was held to its rules`);
    expect(sum.killed).toBeGreaterThan(0);
  },
);

function add(sum: { -readonly [Key in keyof KillRun]: KillRun[Key] }, run: KillRun): void {
  sum.killed += run.killed;
  sum.jobs += run.jobs;
  sum.requests += run.requests;
  sum.unknown += run.unknown;
}
