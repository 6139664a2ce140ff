import { describe, expect, test } from 'vitest';
import { createProgress, type ProgressUpdate } from '../../../src/mcp/calls/progress.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../support/clocks/manual-clock.ts';

const dependencies = (clock = new ManualClock()) => ({ clock, logger: silentLogger });

/** A reporter whose notifications are sent when `release` is called, one at a time. */
function slowReporter() {
  const sent: ProgressUpdate[] = [];
  const pending: (() => void)[] = [];
  const reporter = createProgress((update) => {
    sent.push(update);
    return new Promise((resolve) => pending.push(resolve));
  }, dependencies());
  const release = async () => {
    pending.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { reporter, sent, release };
}

function fastReporter(fail = false, clock = new ManualClock()) {
  const sent: ProgressUpdate[] = [];
  const reporter = createProgress(async (update) => {
    sent.push(update);
    if (fail) throw new Error('the pipe is gone');
  }, dependencies(clock));
  return { reporter, sent, clock };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('createProgress', () => {
  test('sends strictly increasing values up to the total', async () => {
    const { reporter, sent } = fastReporter();
    for (const progress of [0, 0, 5, 3, 10, 10]) {
      reporter.report({ progress, total: 10, message: 'm' });
      await tick();
    }
    const values = sent.map((update) => update.progress);
    expect(values.length).toBe(5);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(new Set(values).size).toBe(values.length);
    expect(Math.max(...values)).toBe(10);
  });

  test('sends one notification at a time and keeps only the newest report meanwhile', async () => {
    const { reporter, sent, release } = slowReporter();
    for (const progress of [1, 2, 3]) reporter.report({ progress, message: `m${progress}` });
    expect(sent.map((update) => update.message)).toEqual(['m1']);
    await release();
    expect(sent.map((update) => update.message)).toEqual(['m1', 'm3']);
  });

  test('sends nothing after finish, which waits for a notification that is being sent', async () => {
    const { reporter, sent, release } = slowReporter();
    reporter.report({ progress: 1, message: 'a' });
    reporter.report({ progress: 2, message: 'b' });
    let ended = false;
    const end = reporter.finish().then(() => (ended = true));
    reporter.report({ progress: 3, message: 'c' });
    await tick();
    expect(ended).toBe(false);
    await release();
    await end;
    expect(sent.map((update) => update.message)).toEqual(['a']);
  });

  test('sends what is reported right after a notification was sent', async () => {
    // Some number of turns after the sending hits the very turn in which the reporter ends its loop.
    for (let turns = 0; turns < 10; turns++) {
      const { reporter, sent } = fastReporter();
      reporter.report({ progress: 1, message: 'sent' });
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      reporter.report({ progress: 2, message: 'right after' });
      await tick();
      expect(
        sent.map(({ message }) => message),
        `${turns} turns later`,
      ).toEqual(['sent', 'right after']);
    }
  });

  test('breaks a silence of five seconds with a higher value, from the start of the call to its end', async () => {
    const { reporter, sent, clock } = fastReporter();
    for (let second = 0; second < 16; second++) {
      clock.advance(1_000);
      await tick();
      if (second === 6) reporter.report({ progress: 10, total: 100, message: 'half' });
    }
    expect(sent.map(({ message }) => message)).toEqual(['working', 'half', 'half']);
    const values = sent.map(({ progress }) => progress);
    expect(values).toEqual([...new Set(values)].toSorted((a, b) => a - b));
    await reporter.finish();
    clock.advance(60_000);
    await tick();
    expect(sent).toHaveLength(3);
  });

  test('ignores a failure to send, and reports without a finite number', async () => {
    const { reporter, sent } = fastReporter(true);
    reporter.report({ progress: 1, message: 'a' });
    await tick();
    reporter.report({ progress: Number.NaN, message: 'never' });
    reporter.report({ progress: 2, message: 'b' });
    await reporter.finish();
    expect(sent.map((update) => update.message)).toEqual(['a', 'b']);
  });
});
