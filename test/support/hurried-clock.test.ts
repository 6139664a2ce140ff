import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { HurriedClock } from './hurried-clock.ts';

test('hurried time stands still while the event loop is kept from turning', async () => {
  const clock = new HurriedClock(20);
  await sleep(50);
  const before = clock.monotonic();
  const until = performance.now() + 500;
  while (performance.now() < until);
  await sleep(1);
  // Of ten seconds that would have passed, no more than a few beats.
  expect(clock.monotonic() - before).toBeLessThan(2_000);
});

test('who sleeps in hurried time wakes in the order of the times, also over a jump', async () => {
  const clock = new HurriedClock(20);
  const woken: number[] = [];
  const sleepers = [3_000, 1_000, 2_000].map((ms) => clock.sleep(ms).then(() => woken.push(ms)));
  clock.jump(5_000);
  await Promise.all(sleepers);
  expect(woken).toEqual([1_000, 2_000, 3_000]);
});
