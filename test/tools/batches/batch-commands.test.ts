import { describe, expect, test } from 'vitest';
import type { BatchView } from '../../../src/jobs/batches/model/batch-types.ts';
import { isAtRest } from '../../../src/tools/batches/batch-commands.ts';

const NONE = { waiting: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, unknown: 0 };

describe('waiting for a batch', () => {
  test.each([
    ['goes on while items wait', { counts: { ...NONE, waiting: 3 } }, false],
    ['goes on while items run', { counts: { ...NONE, running: 1, succeeded: 2 } }, false],
    ['goes on until the files of the last item are written', { counts: { ...NONE, succeeded: 3 } }, false],
    ['ends when all files are written', { counts: { ...NONE, succeeded: 3 }, settled: true }, true],
    ['goes on while items of a paused batch run', { state: 'paused', counts: { ...NONE, running: 1 } }, false],
    ['ends for a paused batch of which nothing runs', { state: 'paused', counts: { ...NONE, waiting: 3 } }, true],
    ['ends for a batch that was recorded in part only', { written: 2, counts: { ...NONE, succeeded: 2 } }, true],
    ['goes on while recorded items of such a batch run', { written: 2, counts: { ...NONE, running: 2 } }, false],
  ] as const)('%s', (_name, given, atRest) => {
    const batch: Pick<BatchView, 'state' | 'settled' | 'counts' | 'written' | 'items'> = {
      state: 'active',
      settled: false,
      written: 3,
      items: 3,
      ...given,
    };
    expect(isAtRest(batch)).toBe(atRest);
  });
});
