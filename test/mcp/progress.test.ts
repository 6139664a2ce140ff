import { describe, expect, test } from 'vitest';
import { createProgress, type ProgressUpdate } from '../../src/mcp/progress.ts';
import { silentLogger } from '../../src/shared/logger.ts';

/** A reporter whose notifications are sent when `release` is called, one at a time. */
function slowReporter() {
  const sent: ProgressUpdate[] = [];
  const pending: (() => void)[] = [];
  const reporter = createProgress((update) => {
    sent.push(update);
    return new Promise((resolve) => pending.push(resolve));
  }, silentLogger);
  const release = async () => {
    pending.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { reporter, sent, release };
}

function fastReporter(fail = false) {
  const sent: ProgressUpdate[] = [];
  const reporter = createProgress(async (update) => {
    sent.push(update);
    if (fail) throw new Error('the pipe is gone');
  }, silentLogger);
  return { reporter, sent };
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
