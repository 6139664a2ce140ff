import { expect, test } from 'vitest';
import { afterDeadline } from '../../../src/jobs/model/status/after-status.ts';
import { unreadableResult, withheldResult } from '../../../src/firefly/problems.ts';

const HOUR = 3_600_000;
const FACTS = { now: 2 * HOUR, waitedMs: HOUR, polledMs: HOUR, waitMs: 600_000, unanswered: 20 };

test('a job whose results Adobe keeps to itself ends with the id under which they are there', () => {
  const last = { kind: 'unreadable', keys: [], retryAfterMs: undefined, problem: withheldResult('asset-1') } as const;
  const change = afterDeadline({ ...FACTS, last });
  expect(change).toMatchObject({
    state: 'failed',
    problem: {
      code: 'result_unreadable',
      actor: 'operator',
      message: expect.stringContaining('only the id of an asset'),
      next: expect.stringContaining('by its id'),
      upstream: expect.stringContaining('asset-1'),
    },
  });
});

test('a job whose results cannot be read ends with the log line to report', () => {
  const problem = unreadableResult(['result.outputs']);
  const last = { kind: 'unreadable', keys: [], retryAfterMs: undefined, problem } as const;
  expect(afterDeadline({ ...FACTS, last })?.problem).toMatchObject({
    actor: 'us',
    next: expect.stringContaining('result_unreadable'),
  });
});
