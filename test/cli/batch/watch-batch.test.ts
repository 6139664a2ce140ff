import { describe, expect, test } from 'vitest';
import { progressText } from '../../../src/cli/batch/watch-batch.ts';
import type { BatchView } from '../../../src/jobs/batches/model/batch-types.ts';

const NOW = new Date(2026, 4, 3, 14, 0).getTime();
const view = (more: Partial<BatchView>): BatchView => ({
  id: 'batch_x',
  tool: 'generate_image',
  source: 'prompts.jsonl',
  state: 'active',
  createdAt: NOW,
  items: 1000,
  written: 1000,
  duplicates: 0,
  counts: { waiting: 746, running: 4, succeeded: 247, failed: 2, cancelled: 0, unknown: 1 },
  cost: { operations: 254, requests: 254, estimate: false },
  endsAt: NOW + 32 * 60_000,
  folder: undefined,
  manifests: [],
  settled: false,
  isDriven: true,
  waitsFor: undefined,
  failures: [],
  ...more,
});

describe('the progress line of a batch', () => {
  test('has a bar, the count, the rate, the estimated end and the failures', () => {
    const text = progressText(view({}), { done: 39, ms: 600_000, now: NOW });
    expect(text).toBe('[######------------------] 250/1000  3.9/min  ends about 14:32  2 failed  1 unknown');
  });

  test('names the problem that keeps the next items from being sent', () => {
    const waitsFor = { code: 'credentials_refused', message: 'IMS refused.', actor: 'operator', next: 'x' } as const;
    expect(progressText(view({ waitsFor }), { done: 0, ms: 10, now: NOW })).toContain('waiting: IMS refused.');
  });

  test('has no rate in the first seconds, in which results of an earlier run are collected', () => {
    expect(progressText(view({}), { done: 39, ms: 5_000, now: NOW })).not.toContain('/min');
  });

  test('has the date where the batch does not end today, and no rate before an item has ended', () => {
    const counts = { waiting: 1000, running: 0, succeeded: 0, failed: 0, cancelled: 0, unknown: 0 };
    const text = progressText(view({ counts, endsAt: NOW + 24 * 3_600_000 }), { done: 0, ms: 10, now: NOW });
    expect(text).toBe('[------------------------] 0/1000  ends about 2026-05-04 14:00');
    expect(progressText(view({ counts, state: 'paused' }), { done: 0, ms: 10, now: NOW })).toContain('paused');
  });
});
