import { test } from 'vitest';
import { inputs, WAYS_IN } from './ways-in.ts';

const MINUTES = Number(process.env['MINUTES'] ?? 60);
/** Inputs of one round, after which the next way in has its turn. */
const ROUND = 10;

test(
  `no crash, no hang and nothing paid by odd inputs, for ${MINUTES} minutes`,
  { timeout: (MINUTES + 10) * 60_000 },
  async () => {
    const end = performance.now() + MINUTES * 60_000;
    let seed = Date.now() % 2 ** 31;
    const tried = new Map<string, number>();
    console.log(`fuzz: first seed ${seed}`);
    while (performance.now() < end) {
      for (const [name, way, runs] of WAYS_IN) {
        await way(inputs(runs * ROUND, seed));
        tried.set(name, (tried.get(name) ?? 0) + runs * ROUND);
      }
      seed += 1;
    }
    for (const [name, count] of tried) console.log(`fuzz: ${count} ${name}`);
  },
);
