import { expect, test } from 'vitest';
import { tormented } from './long-texts.ts';

/** As in the soak, whose inputs are more. */
const MOST_MB = 190;

test.skipIf(process.platform !== 'linux').each(['stdio', 'HTTP'] as const)(
  `texts of up to 1 MB among odd inputs leave a server over %s below ${MOST_MB} MB`,
  { tags: 'long' },
  async (way) => {
    expect((await tormented(way, 3_000, 20_261_127)).mostMb).toBeLessThan(MOST_MB);
  },
);
