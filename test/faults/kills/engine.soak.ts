import { expect, test } from 'vitest';
import { manyKills } from '../../jobs/engine/crashes/random-kills.ts';

const KILLS = Number(process.env['KILLS'] ?? 10_000);
const MINUTES = Number(process.env['MINUTES'] ?? 10);

test(
  `an engine that is killed at its kill points keeps its rules: ${KILLS} kills, or ${MINUTES} minutes`,
  { timeout: (MINUTES + 10) * 60_000 },
  async () => {
    const sum = await manyKills(KILLS, performance.now() + MINUTES * 60_000);
    console.log(`engine soak: ${JSON.stringify(sum)}; each run was held to its rules`);
    expect(sum.killed).toBeGreaterThan(0);
  },
);
