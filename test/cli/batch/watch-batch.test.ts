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
  paidRequests: 254,
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
  test('has bar, count, rate, time of the end and what went wrong', () => {
    const text = progressText(view({}), { done: 39, ms: 600_000, now: NOW });
    expect(text).toBe('[######------------------] 250/1000  3.9/min  done 14:32  2 failed  1 unknown');
  });

  test('says what keeps the next items from being sent', () => {
    const waitsFor = { code: 'credentials_refused', message: 'IMS refused.', actor: 'operator', next: 'x' } as const;
    expect(progressText(view({ waitsFor }), { done: 0, ms: 10, now: NOW })).toContain('waiting: IMS refused.');
  });

  test('tells no rate after a few seconds, in which an earlier run may have been gathered in', () => {
    expect(progressText(view({}), { done: 39, ms: 5_000, now: NOW })).not.toContain('/min');
  });

  test('names the day where it is another one, and no rate before there is one', () => {
    const counts = { waiting: 1000, running: 0, succeeded: 0, failed: 0, cancelled: 0, unknown: 0 };
    const text = progressText(view({ counts, endsAt: NOW + 24 * 3_600_000 }), { done: 0, ms: 10, now: NOW });
    expect(text).toBe('[------------------------] 0/1000  done 2026-05-04 14:00');
    expect(progressText(view({ counts, state: 'paused' }), { done: 0, ms: 10, now: NOW })).toContain('paused');
  });
});
