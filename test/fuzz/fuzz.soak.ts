import { expect, test } from 'vitest';
import { inputs, type Worst } from './inputs.ts';
import { WAYS_IN } from './ways-in.ts';

/** Ways in that have this word in their names alone. */
const WAY = process.env['WAY'] ?? '';
const MINUTES = Number(process.env['MINUTES'] ?? 60);
/** Inputs of one round, after which the next way in has its turn. */
const ROUND = 10;
/** A round may take so much longer than the soak before it counts as hanging, minutes. */
const LAST_ROUND = 10;

test(
  `no crash, no hang and nothing paid by odd inputs, for ${MINUTES} minutes`,
  { timeout: (MINUTES + LAST_ROUND) * 60_000 },
  async () => {
    const end = performance.now() + MINUTES * 60_000;
    let seed = Date.now() % 2 ** 31;
    const tried = new Map<string, Worst & { count: number }>();
    const findings: string[] = [];
    console.log(`fuzz: first seed ${seed}`);
    while (performance.now() < end) {
      for (const [name, way, runs] of WAYS_IN.filter(([name]) => name.includes(WAY))) {
        const soFar = tried.get(name) ?? { count: 0, ms: 0, rss: 0 };
        tried.set(name, soFar);
        // A finding ends its round only: the hour goes on with other inputs.
        await way(inputs(runs * ROUND, seed, soFar)).catch((error: unknown) => {
          const cause = error instanceof Error && error.cause instanceof Error ? String(error.cause) : '';
          findings.push(`${name}, seed ${seed}: ${String(error).slice(0, 4_000)}\n${cause.slice(0, 2_000)}`);
          console.log(`fuzz: finding in ${findings.at(-1)}`);
        });
        soFar.count += runs * ROUND;
      }
      seed += 1;
    }
    for (const [name, { count, ms, rss }] of tried) {
      console.log(
        `fuzz: ${count} ${name}; the longest took ${Math.round(ms)} ms, the most memory ${Math.round(rss / 1e6)} MB`,
      );
    }
    expect(findings).toEqual([]);
  },
);
