import { expect, test } from 'vitest';
import { SimulatedClock } from './simulated-clock.ts';

test('a rest that is lost in the rounding of epoch milliseconds lets time pass', async () => {
  const clock = new SimulatedClock();
  const due = clock.monotonic() + 5_000.000_01;
  let rests = 0;
  const loop = async () => {
    for (; clock.monotonic() < due && rests < 10; rests += 1) await clock.sleep(due - clock.monotonic());
  };
  await clock.run(loop());
  expect(rests).toBe(2);
  expect(clock.monotonic()).toBe(5_001);
});
