import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { permitTime } from '../../../src/jobs/limits/quota.ts';
import { constantSteps, type CountedPermit, type Limit } from '../../../src/jobs/limits/sliding-window.ts';

const NOW = 1_000_000;
const WINDOW = 1_000;

const limitOf = (most: number, takes: readonly number[], oldest: readonly CountedPermit[] = []): Limit => ({
  windowMs: WINDOW,
  steps: constantSteps(most),
  used: oldest.reduce((sum, permit) => sum + permit.takes, 0),
  oldest,
  takes,
});

const timeOf = (limit: Limit, place: number, now = NOW) =>
  permitTime({ now, cooldownUntil: undefined, limits: [limit] }, place, 0);

describe('a limit by weight', () => {
  test('has room for a call as soon as its operations fit, not before', () => {
    const oldest = [
      { from: NOW - 900, takes: 1 },
      { from: NOW - 800, takes: 4 },
      { from: NOW - 700, takes: 2 },
    ];
    expect(timeOf(limitOf(8, [1], oldest), 0)).toBe(NOW);
    expect(timeOf(limitOf(8, [2], oldest), 0)).toBe(NOW + 100);
    expect(timeOf(limitOf(8, [3], oldest), 0)).toBe(NOW + 200);
    expect(timeOf(limitOf(8, [7], oldest), 0)).toBe(NOW + 300);
  });

  test('never has room for a call that takes more than all of it, which keeps no other call waiting', () => {
    const limit = limitOf(7, [8, 7]);
    expect(timeOf(limit, 0)).toBe(Infinity);
    expect(timeOf(limit, 1)).toBe(NOW);
  });

  test('lets no small call overtake a large one that waits before it', () => {
    const limit = limitOf(4, [4, 1], [{ from: NOW - 500, takes: 2 }]);
    expect(timeOf(limit, 0)).toBe(NOW + 500);
    expect(timeOf(limit, 1)).toBe(NOW + 500 + WINDOW);
  });

  test('counts nothing for a job that takes nothing of it', () => {
    const limit = limitOf(2, [0, 2, 0, 2], [{ from: NOW, takes: 2 }]);
    expect(timeOf(limit, 0)).toBe(NOW);
    expect(timeOf(limit, 2)).toBe(NOW + WINDOW);
    expect(timeOf(limit, 3)).toBe(NOW + 2 * WINDOW);
  });

  const weights = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 40 });
  const permits = fc
    .array(
      fc.record({ from: fc.integer({ min: NOW - WINDOW + 1, max: NOW }), takes: fc.integer({ min: 1, max: 5 }) }),
      {
        maxLength: 12,
      },
    )
    .map((list) => list.sort((a, b) => a.from - b.from));

  test('is never exceeded in any window by the grants that it allows', () => {
    fc.assert(
      fc.property(weights, permits, fc.integer({ min: 1, max: 9 }), (takes, oldest, most) => {
        const all = [
          ...oldest,
          ...takes.map((weight, place) => ({ from: timeOf(limitOf(most, takes, oldest), place), takes: weight })),
        ].filter(({ from }) => Number.isFinite(from));
        for (const { from: end } of all.slice(oldest.length).filter(({ takes: weight }) => weight > 0)) {
          const inWindow = all.filter(({ from }) => from <= end && from > end - WINDOW);
          expect(inWindow.reduce((sum, permit) => sum + permit.takes, 0)).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('needs only the oldest permits that can decide, as many as the operations that lack room', () => {
    fc.assert(
      fc.property(weights, permits, fc.integer({ min: 1, max: 9 }), (takes, oldest, most) => {
        const whole = limitOf(most, takes, oldest);
        const lacking = Math.max(0, whole.used + takes.reduce((sum, weight) => sum + weight, 0) - most);
        const part = { ...whole, oldest: oldest.slice(0, lacking) };
        for (const place of takes.keys()) expect(timeOf(part, place)).toBe(timeOf(whole, place));
      }),
      { numRuns: 500 },
    );
  });

  test('gives a call its permit at the first moment at which its operations fit', () => {
    fc.assert(
      fc.property(permits, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (oldest, most, own) => {
        const usedAt = (time: number) =>
          oldest.filter(({ from }) => from + WINDOW > time).reduce((sum, { takes }) => sum + takes, 0);
        const first = [NOW, ...oldest.map(({ from }) => from + WINDOW)]
          .sort((a, b) => a - b)
          .find((time) => usedAt(time) + own <= most);
        expect(timeOf(limitOf(most, [own], oldest), 0)).toBe(first ?? Infinity);
      }),
      { numRuns: 500 },
    );
  });

  test('counts requests and operations side by side: a call needs room in both', () => {
    const requests: Limit = {
      windowMs: 100,
      steps: constantSteps(1),
      used: 1,
      oldest: [{ from: NOW - 40, takes: 1 }],
    };
    const operations = limitOf(4, [4], [{ from: NOW - 990, takes: 1 }]);
    const both = (limits: readonly Limit[]) => permitTime({ now: NOW, cooldownUntil: undefined, limits }, 0, 0);
    expect(both([requests])).toBe(NOW + 60);
    expect(both([operations])).toBe(NOW + 10);
    expect(both([requests, operations])).toBe(NOW + 60);
  });
});
