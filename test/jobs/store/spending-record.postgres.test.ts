import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { beforeEach, afterEach, expect, test } from 'vitest';
import { AuditLog } from '../../../src/maintenance/audit-log.ts';
import { deleteExpiredJobs, deletePermits } from '../../../src/jobs/store/maintenance/retention-queries.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';
import { ALICE, aRequest, BOB, TestCluster, type TestProcess } from '../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';
import { onPostgres } from '../../support/postgres/on-postgres.ts';

const REFUSED = { kind: 'refused', problem: { ...A_PROBLEM, code: 'content_policy' } } as const;
const NOT_SENT = { kind: 'not_sent', problem: { ...A_PROBLEM, code: 'adobe_unreachable' } } as const;

await onPostgres('the record of spending on PostgreSQL', {}, () => {
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.create();
  });
  afterEach(() => cluster.close());

  async function run(member: TestProcess, prompt: string, caller = ALICE, count = 1) {
    const { job } = await cluster.clock.run(member.jobs.enqueue(aRequest(prompt, count), caller));
    return cluster.clock.run(member.jobs.wait(job.id, caller, { waitMs: 600_000 }));
  }

  const recordOf = ({ db }: TestProcess) =>
    db.all(
      'SELECT job, attempt, principal, operations, requests, outcome FROM spending_record ORDER BY ended_at, attempt',
    );

  test(
    'has a row for each request that was or may have been sent, and no file beside it',
    { tags: 'long' },
    async () => {
      const member = await cluster.member({ perMinute: 60 });
      cluster.adobe.script.push(NOT_SENT);
      const made = await run(member, 'made', ALICE, 3);
      cluster.adobe.script.push(REFUSED);
      const refused = await run(member, 'refused', BOB);
      cluster.adobe.script.push('lost');
      const lost = await run(member, 'lost');
      expect(await recordOf(member)).toEqual([
        { job: made.id, attempt: 2, principal: 'alice', operations: 3, requests: 1, outcome: 'accepted' },
        { job: refused.id, attempt: 1, principal: 'bob', operations: 1, requests: 1, outcome: 'refused' },
        { job: lost.id, attempt: 1, principal: 'alice', operations: 1, requests: 1, outcome: 'unknown' },
      ]);
      const folder = temporaryFolder('record-');
      const log = new AuditLog({ db: member.db, path: join(folder, 'audit.jsonl') });
      await log.flush();
      expect(existsSync(log.path)).toBe(false);
      expect(await log.status()).toEqual({ place: 'table', requests: 3 });
      removeFolder(folder);
    },
  );

  test('has the request of a process that died while it was sending', { tags: 'long' }, async () => {
    const { member, died } = await cluster.mortal('answered');
    void member.jobs.enqueue(aRequest('victim', 2), ALICE);
    await cluster.clock.run(died);
    const next = await cluster.member();
    const [job] = await cluster.clock.run(next.jobs.list({ limit: 1 }, ALICE));
    await cluster.clock.run(next.jobs.wait(job?.id ?? '', ALICE, { waitMs: 600_000 }));
    expect(await recordOf(next)).toMatchObject([{ job: job?.id, operations: 2, outcome: 'unknown' }]);
  });

  test('is kept when retention deletes jobs and permits', { tags: 'long' }, async () => {
    const member = await cluster.member({ perMinute: 60 });
    await run(member, 'old');
    cluster.clock.jump(50 * 24 * 3_600_000);
    const { db } = member;
    const now = cluster.clock.now();
    expect(await db.transaction((tx) => deleteExpiredJobs(tx, now))).toBe(1);
    expect(await deletePermits(db, now)).toBe(1);
    expect(await recordOf(member)).toHaveLength(1);
  });
});
