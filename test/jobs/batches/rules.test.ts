import { describe, expect, test } from 'vitest';
import { itemKeys, withoutDuplicates } from '../../../src/jobs/batches/create/item-keys.ts';
import { manifestCsv, manifestJson } from '../../../src/jobs/batches/output/manifest.ts';
import { batchState, countItems, endedItems } from '../../../src/jobs/batches/model/batch-counts.ts';
import type { BatchItemView, BatchView } from '../../../src/jobs/batches/model/batch-types.ts';
import { JOB_STATES } from '../../../src/jobs/model/states.ts';
import { aRequest } from '../../support/cluster/test-cluster.ts';
import { hiddenIn, HOSTILE } from '../../support/hostile.ts';

describe('the keys of items', () => {
  const item = (prompt: string, id?: string) => ({ id, request: aRequest(prompt) });

  test('identical items get different keys, and each item its key again when the batch is read again', () => {
    const keys = itemKeys([item('fox'), item('owl'), item('fox')]);
    expect(new Set(keys).size).toBe(3);
    expect(itemKeys([item('fox'), item('owl'), item('fox')])).toEqual(keys);
    expect(keys[0]?.replace('#1', '#2')).toBe(keys[2]);
  });

  test('an item with an id gets a key that no other item can have', () => {
    const [key = ''] = itemKeys([item('fox')]);
    expect(itemKeys([item('fox', 'hero'), item('fox'), item('owl', key)])).toEqual(['id:hero', key, `id:${key}`]);
  });

  test('withoutDuplicates leaves out items with the request of an earlier one, whatever their ids', () => {
    const kept = withoutDuplicates([item('fox'), item('fox', 'again'), item('owl')]);
    expect(kept.map(({ request }) => request.facts.prompt)).toEqual(['fox', 'owl']);
  });
});

describe('the counts of a batch', () => {
  test('every state of a job belongs to exactly one count', () => {
    for (const state of JOB_STATES) {
      const counts = countItems(new Map([[state, 3]]));
      expect(
        Object.values(counts).reduce((a, b) => a + b, 0),
        state,
      ).toBe(3);
    }
  });

  test('a batch is finished once all of its items have ended', () => {
    const counts = countItems(new Map([['succeeded', 3]]));
    expect(endedItems(counts)).toBe(3);
    expect(batchState('active', counts, 4)).toBe('active');
    expect(batchState('paused', counts, 4)).toBe('paused');
    expect(batchState('active', counts, 3)).toBe('finished');
    expect(batchState('cancelled', counts, 3)).toBe('cancelled');
  });
});

describe('the manifest', () => {
  const item = (more: Partial<BatchItemView>): BatchItemView => ({
    item: 'id:x',
    place: 1,
    label: 'x',
    source: undefined,
    job: 'job_1',
    state: 'failed',
    images: [],
    files: {},
    problem: undefined,
    cost: { operations: 1, requests: 1, estimate: false },
    ...more,
  });

  test.each(['=1', ' =1', '\u200b=1', '＝1', '\u001b[31m+1', '\n-1+2'])('the CSV makes no formula of %j', (label) => {
    const [, line = ''] = manifestCsv([item({ label })], (path) => path).split('\r\n');
    expect(line).toMatch(/^'/);
  });

  test('a manifest hides nothing on a terminal, has a line for each row, and the JSON the exact id', () => {
    const items = [item({ label: HOSTILE, source: HOSTILE })];
    const csv = manifestCsv(items, (path) => path);
    expect(csv.split('\n')).toHaveLength(3);
    const json = manifestJson({ id: 'batch_1', createdAt: 0 } as BatchView, items, (path) => path);
    expect(hiddenIn(csv.replaceAll('\r\n', '\n'))).toEqual([]);
    expect(hiddenIn(json)).toEqual([]);
    expect(JSON.parse(json).items).toMatchObject([{ item: HOSTILE.toWellFormed(), source: HOSTILE }]);
  });

  test('the manifest quotes cells for CSV and defuses formulas', () => {
    const problem = { code: 'x', message: 'He said "no",\ntwice', actor: 'caller', next: '' } as const;
    const [, ...lines] = manifestCsv(
      [item({ label: '=HYPERLINK("x")', source: '@a.png', problem })],
      (path) => path,
    ).split('\r\n');
    expect(lines.join('\r\n')).toBe(
      `"'=HYPERLINK(""x"")",job_1,failed,,,,x,"He said ""no"", twice",1,1,false,'@a.png\r\n`,
    );
  });
});
