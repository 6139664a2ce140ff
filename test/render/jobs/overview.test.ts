import { expect, test } from 'vitest';
import type { Look } from '../../../src/render/jobs/overview.ts';
import { renderOverview } from '../../../src/render/jobs/overview.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const QUOTA = {
  perMinute: 4,
  usedThisMinute: 1,
  minuteResetsAt: NOW + 9_000,
  perDay: 9,
  usedToday: 2,
  dayResetsAt: NOW + 60_000,
  cooldownUntil: undefined,
};

function aLook(): Look {
  return {
    overview: {
      queued: 1,
      running: 0,
      jobs: [],
      hasOlder: false,
      quota: QUOTA,
      budget: undefined,
      ownBudget: undefined,
    },
    batches: [],
    usage: { days: [], tools: [] },
    access: { works: true, saidAt: NOW - 5_000, problem: undefined },
  };
}

test('callers who share a look at the store share its rendering', () => {
  const look = aLook();
  const first = renderOverview(look, { now: NOW, demo: false });
  expect(renderOverview({ ...look, access: { ...look.access } }, { now: NOW + 90, demo: false })).toBe(first);
});

test.each<[string, Partial<Look>, boolean]>([
  ['another state of the access', { access: { works: false, saidAt: NOW - 5_000, problem: undefined } }, false],
  ['a later word about the access', { access: { works: true, saidAt: NOW, problem: undefined } }, false],
  ['other batches', { batches: [] }, false],
  ['another usage', { usage: { days: [], tools: [] } }, false],
  ['a demo', {}, true],
])('%s is rendered anew', (_, change, demo) => {
  const look = aLook();
  const first = renderOverview(look, { now: NOW, demo: false });
  expect(renderOverview({ ...look, ...change }, { now: NOW, demo })).not.toBe(first);
});
