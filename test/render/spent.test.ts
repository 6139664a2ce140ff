import { expect, test } from 'vitest';
import { spentFacts, spentSentence } from '../../src/render/account/spent.ts';

const cost = (operations: number, requests: number) => ({ operations, requests, estimate: false });

test('what calls have cost is told of this day and of thirty, in operations and requests', () => {
  const days = [
    { day: '2026-11-27', cost: cost(10, 9) },
    { day: '2026-11-20', cost: cost(15, 12) },
  ];
  const facts = spentFacts({ days }, Date.UTC(2026, 10, 27, 12));
  expect(facts).toMatchObject({
    today: { operations: 10, requests: 9 },
    last_30_days: { operations: 25, requests: 21 },
  });
  expect(spentSentence(facts)).toBe(
    'Your calls cost 10 operations (9 requests) today (UTC), 25 operations (21 requests) in the last 30 days.',
  );
  expect(spentFacts({ days }, Date.UTC(2026, 10, 28, 12)).today.operations).toBe(0);
});

test('a sum says which part of it is an estimate, and only where one is', () => {
  const sure = cost(3, 3);
  const assumed = { ...sure, estimate: true };
  expect(spentSentence({ today: sure, last_30_days: sure })).not.toContain('Estimated');
  expect(spentSentence({ today: sure, last_30_days: assumed })).toContain('Estimated are only Image 5, upscaling');
});
