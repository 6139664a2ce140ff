import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { atMost, deadline } from '../../../src/shared/time/deadline.ts';
import { Latch } from '../../../src/shared/time/latch.ts';

const never = new Promise<never>(() => undefined);
const clock = systemClock;

describe('waiting for work at most so long', () => {
  test('returns the result of work that ends in time', async () => {
    expect(await atMost(60_000, Promise.resolve('done'), clock)).toBe('done');
  });

  test('returns nothing for work that does not end', async () => {
    expect(await atMost(5, never, clock)).toBeUndefined();
  });

  test('throws the error of work that fails in time', async () => {
    await expect(atMost(60_000, Promise.reject(new Error('broken')), clock)).rejects.toThrow('broken');
  });
});

describe('a deadline', () => {
  test('aborts with its reason after its time', async () => {
    await using limit = deadline(1, { reason: new Error('too long'), given: undefined, clock });
    while (!limit.signal.aborted) await clock.sleep(1);
    expect(limit.signal.reason).toEqual(new Error('too long'));
  });

  test('aborts with the reason of the signal that it was given', async () => {
    const given = new AbortController();
    await using limit = deadline(60_000, { reason: new Error('too long'), given: given.signal, clock });
    given.abort(new Error('cancelled'));
    expect(limit.signal.reason).toEqual(new Error('cancelled'));
  });

  test('that is disposed of ends its timer, and does not abort the given signal', async () => {
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

test('a latch releases those that wait, and not those that come later', async () => {
  const latch = new Latch();
  const both = Promise.all([latch.wait(), latch.wait()]);
  latch.release();
  await both;
  expect(
    await atMost(
      5,
      latch.wait().then(() => 'released'),
      clock,
    ),
  ).toBeUndefined();
});
