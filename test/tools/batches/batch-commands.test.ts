import { describe, expect, test } from 'vitest';
import type { BatchView } from '../../../src/jobs/batches/model/batch-types.ts';
import { isAtRest } from '../../../src/tools/batches/batch-commands.ts';

const NONE = { waiting: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, unknown: 0 };

describe('a wait for a batch', () => {
  test.each([
    ['continues while items wait', { counts: { ...NONE, waiting: 3 } }, false],
    ['continues while items run', { counts: { ...NONE, running: 1, succeeded: 2 } }, false],
    ['continues until the files of the last item are written', { counts: { ...NONE, succeeded: 3 } }, false],
    ['ends once all files are written', { counts: { ...NONE, succeeded: 3 }, settled: true }, true],
    [
      'continues while the batch is paused and items of it run',
      { state: 'paused', counts: { ...NONE, running: 1 } },
      false,
    ],
    ['ends if the batch is paused and no item of it runs', { state: 'paused', counts: { ...NONE, waiting: 3 } }, true],
    [
      'ends if only a part of the batch was recorded and no item of that runs',
      { written: 2, counts: { ...NONE, succeeded: 2 } },
      true,
    ],
    [
      'continues if only a part of the batch was recorded and items of that run',
      { written: 2, counts: { ...NONE, running: 2 } },
      false,
    ],
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
