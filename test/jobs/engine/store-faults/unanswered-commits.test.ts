import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Problem } from '../../../../src/shared/errors.ts';
import type { PaidRequest } from '../../../../src/jobs/model/types.ts';
import type { Database, Transaction } from '../../../../src/store/database.ts';
import { ALICE, aRequest, aRequestWith, TestCluster } from '../../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../../support/doubles/scripted-adobe.ts';
import { wrapped } from '../../../support/doubles/wrapped-database.ts';

const MINUTE = 60_000;
const UNANSWERED = new Problem('store_outcome_unknown', 'The store was lost while it was writing.', {
  next: 'Look at the jobs.',
});
const AWAY = new Problem('store_unreachable', 'The store cannot be reached.', { next: 'Wait.' });

/** One failure of the store, when a job is about to enter a state. */
interface Failure {
  readonly entering: string;
  /** `after-commit`: the row is written, but the process gets no answer. */
  readonly when: 'before-commit' | 'after-commit';
  /** Number of transactions that are refused afterwards, as by a server that restarts. */
  readonly awayFor?: number;
}

/** Wraps the store of one process, so that it fails in these ways in turn. */
function failing(failures: readonly Failure[]): (db: Database) => Database {
  const waiting = [...failures];
  let away = 0;
  return (db) => ({
    ...wrapped(db),
    transaction: async (work, options) => {
      if (away > 0) {
        away -= 1;
        throw AWAY;
      }
      const met: Failure[] = [];
      const watched = async (tx: Transaction) => {
        const result = await work({
          ...tx,
          run: (sql, params) => {
            const [next] = waiting;
            if (next && sql.startsWith('UPDATE jobs') && params?.includes(next.entering)) met.push(next);
            return tx.run(sql, params);
          },
        });
        if (met[0]?.when === 'before-commit') throw AWAY;
        return result;
      };
      try {
        const result = await db.transaction(watched, options);
        if (met.length === 0) return result;
        throw UNANSWERED;
      } finally {
        if (met.length > 0) {
          waiting.shift();
          away = met[0]?.awayFor ?? 0;
        }
      }
    },
  });
}

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

/** The end of one job whose process meets these failures, while another process looks for work as well. */
function outcomeOf(...failures: Failure[]) {
  return outcomeOfRequest(aRequest('a chair'), ...failures);
}

async function outcomeOfRequest(request: PaidRequest, ...failures: Failure[]) {
  const { jobs } = await cluster.member({ perMinute: 60, store: failing(failures) });
  await cluster.member({ perMinute: 60 });
  const { job } = await jobs.enqueue(request, ALICE);
  const done = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: 30 * MINUTE }));
  return { state: done.state, requests: cluster.adobe.bodies.length };
}

const MADE = { state: 'succeeded', requests: 1 };

describe('a process that loses the store while it stores the progress of a request', () => {
  test('a job is sent later where the commit of submitting was never answered', async () => {
    expect(await outcomeOf({ entering: 'submitting', when: 'after-commit' })).toEqual(MADE);
  });

  test('a job is sent later however long the store is away after that commit', async () => {
    expect(await outcomeOf({ entering: 'submitting', when: 'after-commit', awayFor: 200 })).toEqual(MADE);
  });

  test('a job is sent later where the commit of submitting failed', async () => {
    expect(await outcomeOf({ entering: 'submitting', when: 'before-commit', awayFor: 3 })).toEqual(MADE);
  });

  test('a job is sent once where the commit that requeued it was never answered', async () => {
    const lost = { entering: 'submitting', when: 'after-commit' } as const;
    expect(await outcomeOf(lost, { ...lost, entering: 'queued' })).toEqual(MADE);
  });

  test('a handle is stored where its first commit was never answered', async () => {
    expect(await outcomeOf({ entering: 'accepted', when: 'after-commit', awayFor: 5 })).toEqual(MADE);
  });

  test('a handle that was paid for is stored although the store was away when the answer came', async () => {
    expect(await outcomeOf({ entering: 'accepted', when: 'before-commit', awayFor: 5 })).toEqual(MADE);
  });

  test('a refused token is renewed once where the commit of the refusal was never answered', async () => {
    cluster.adobe.script.push({ kind: 'unauthorized', problem: { ...A_PROBLEM, code: 'credentials_refused' } });
    expect(await outcomeOf({ entering: 'queued', when: 'after-commit' })).toEqual({ state: 'succeeded', requests: 2 });
  });

  test('a lapsed upload is repeated once where the commit of the refusal was never answered', async () => {
    const bytes = { sha256: 'a', mimeType: 'image/png', bytes: 10, width: 600, height: 600 } as const;
    cluster.adobe.script.push({ kind: 'refused', problem: { ...A_PROBLEM, code: 'upload_lapsed' } });
    const request = aRequestWith([bytes], 'an edit');
    const outcome = await outcomeOfRequest(request, { entering: 'queued', when: 'after-commit' });
    expect({ ...outcome, uploads: cluster.adobe.uploads.length }).toEqual({
      state: 'succeeded',
      requests: 2,
      uploads: 2,
    });
  });
});
