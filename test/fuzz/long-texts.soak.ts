import { expect, test } from 'vitest';
import { tormented } from './long-texts.ts';

const INPUTS = Number(process.env['INPUTS'] ?? 40_000);
/** Resident memory that a server without pictures may have, MB. */
const MOST_MB = 190;

test.each(['stdio', 'HTTP'] as const)(
  `a server takes at most ${MOST_MB} MB over %s for ${INPUTS} odd inputs with texts of up to 1 MB among them`,
  { timeout: 60 * 60_000 },
  async (way) => {
    const seed = Date.now() % 2 ** 30;
    console.log(`texts: ${way}, seed ${seed}`);
    const { megabytes, mostMb } = await tormented(way, INPUTS, seed);
    console.log(`texts: ${INPUTS} inputs of ${megabytes} MB over ${way} took ${mostMb} MB`);
    expect(mostMb).toBeLessThan(MOST_MB);
  },
);
