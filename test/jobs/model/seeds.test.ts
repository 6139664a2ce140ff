import { expect, test } from 'vitest';
import { drawSeeds, sentSeed } from '../../../src/jobs/model/requests/adobe-request.ts';

test('seeds are drawn in place of their placeholder, all of them different, and nothing else changes', () => {
  const body = { image: { source: { $picture: 'a' } }, seeds: { $seeds: 3 } };
  expect(drawSeeds(body, () => 0.5)).toEqual({
    image: { source: { $picture: 'a' } },
    seeds: [2 ** 30, 2 ** 30 + 1, 2 ** 30 + 2],
  });
  expect(drawSeeds({ seeds: { $seeds: 2 } }, () => 1 - 2 ** -53)).toEqual({ seeds: [2 ** 31 - 1, 0] });
  const given = { seeds: [1, 2], prompt: 'a fox' };
  expect(drawSeeds(given, () => 0.5)).toEqual(given);
});

test('the seed of a result without one is that which was sent for its place', () => {
  expect([0, 1, 2].map((place) => sentSeed({ seeds: [7, 8] }, place))).toEqual([7, 8, undefined]);
  expect([{}, { seeds: 'x' }, { seeds: ['x'] }, undefined].map((body) => sentSeed(body, 0))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
