import { expect, test } from 'vitest';
import { inputs } from './inputs.ts';
import { WAYS_IN } from './ways-in.ts';
import { missedRoutes } from './ways/addresses.ts';

// The seed is fixed, so that a failure is a change; the soak draws new ones.
test.each(WAYS_IN)('no crash, no hang and nothing paid by odd %s', { tags: 'long' }, async (_name, way, runs) => {
  await way(inputs(runs, 20_261_126));
});

test('every address of the server is among those that odd requests are made to', () => {
  expect(missedRoutes()).toEqual([]);
});
