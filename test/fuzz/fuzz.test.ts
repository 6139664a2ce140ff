import { test } from 'vitest';
import { inputs, WAYS_IN } from './ways-in.ts';

// The seed is fixed, so that a failure is a change; the soak draws new ones.
test.each(WAYS_IN)('no crash, no hang and nothing paid by odd %s', { tags: 'long' }, async (_name, way, runs) => {
  await way(inputs(runs, 20_261_126));
});
