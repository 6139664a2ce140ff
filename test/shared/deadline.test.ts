import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';
import { atMost, deadline } from '../../src/shared/deadline.ts';
import { Latch } from '../../src/shared/latch.ts';

const never = new Promise<never>(() => undefined);
const clock = systemClock;

describe('atMost', () => {
  test('work that ends in time says what it came to', async () => {
    expect(await atMost(60_000, Promise.resolve('done'), clock)).toBe('done');
  });

  test('work that never ends is given up', async () => {
    expect(await atMost(5, never, clock)).toBeUndefined();
  });

  test('work that fails in time fails', async () => {
    await expect(atMost(60_000, Promise.reject(new Error('broken')), clock)).rejects.toThrow('broken');
  });
});

describe('a deadline', () => {
  test('aborts with its reason when the time is over', async () => {
    await using limit = deadline(1, { reason: new Error('too long'), given: undefined, clock });
    await clock.sleep(30);
    expect(limit.signal.reason).toEqual(new Error('too long'));
  });

  test('aborts with the reason of the signal that it was given', async () => {
    const given = new AbortController();
    await using limit = deadline(60_000, { reason: new Error('too long'), given: given.signal, clock });
    given.abort(new Error('cancelled'));
    expect(limit.signal.reason).toEqual(new Error('cancelled'));
  });

  test('leaves no timer behind, and does not abort what it was given', async () => {
    const given = new AbortController();
    let slept: AbortSignal | undefined;
    const watched = { sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, (slept = signal)) };
    {
      await using _limit = deadline(60_000, { reason: new Error('too long'), given: given.signal, clock: watched });
    }
    expect(slept?.aborted).toBe(true);
    expect(given.signal.aborted).toBe(false);
  });
});

test('a latch lets go all that wait, and holds those that come later', async () => {
  const latch = new Latch();
  const both = Promise.all([latch.wait(), latch.wait()]);
  latch.release();
  await both;
  expect(
    await atMost(
      5,
      latch.wait().then(() => 'gone on'),
      clock,
    ),
  ).toBeUndefined();
});
