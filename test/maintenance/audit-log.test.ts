import { appendFile, mkdir, readFile, rename, rm, rmdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EndedPermit } from '../../src/jobs/store/maintenance/audit-queries.ts';
import { AuditLog, auditLine } from '../../src/maintenance/audit-log.ts';
import type { Database } from '../../src/store/database.ts';
import { ALICE, aRequest, BOB, TestCluster, type TestProcess } from '../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../support/doubles/scripted-adobe.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';

const REFUSED = { kind: 'refused', problem: { ...A_PROBLEM, code: 'content_policy' } } as const;
const NOT_SENT = { kind: 'not_sent', problem: { ...A_PROBLEM, code: 'adobe_unreachable' } } as const;

let cluster: TestCluster;
let folder: string;
let path: string;
beforeEach(async () => {
  cluster = await TestCluster.create();
  folder = temporaryFolder('audit-');
  path = join(folder, 'home', 'audit.jsonl');
});
afterEach(async () => {
  await cluster.close();
  removeFolder(folder);
});

const logOf = (db: Database) => new AuditLog({ db, path });

interface Line extends Record<string, unknown> {
  readonly job: string;
}

const textOf = () => readFile(path, 'utf8').catch(() => '');
const linesOf = async () => {
  const lines = (await textOf()).split('\n').filter((line) => line.endsWith('}'));
  return lines.map((line) => JSON.parse(line) as Line);
};
const jobsOf = async () => (await linesOf()).map(({ job }) => job);

async function run(member: TestProcess, prompt: string, caller = ALICE, count = 1) {
  const { job } = await cluster.clock.run(member.jobs.enqueue(aRequest(prompt, count), caller));
  return cluster.clock.run(member.jobs.wait(job.id, caller, { waitMs: 600_000 }));
}

/** Stores permits of paid requests. Gives the ids of their jobs. */
async function paid(db: Database, ...numbers: readonly number[]): Promise<readonly string[]> {
  for (const n of numbers) {
    await db.run(
      `INSERT INTO permits (job, attempt, account, granted_at, ended_at, lease_until, outcome, principal, tool, operation,
         count, operations, request_id) VALUES (?, 1, 'a', 0, ?, 0, 'accepted', 'p', 't', 'o', 1, 1, 'r')`,
      [`job_${n}`, n],
    );
  }
  return numbers.map((n) => `job_${n}`);
}

describe('the audit log', () => {
  test('the log has one line for each request that was sent or may have been', async () => {
    const member = await cluster.member({ perMinute: 60 });
    cluster.adobe.script.push(NOT_SENT);
    const made = await run(member, 'secret words of a prompt', ALICE, 3);
    cluster.adobe.script.push(REFUSED);
    const refused = await run(member, 'refused', BOB);
    cluster.adobe.script.push('lost');
    const lost = await run(member, 'lost');
    const log = logOf(member.db);
    await log.flush();
    await log.flush();
    const lines = await linesOf();
    expect(lines.map(({ job, attempt, principal, outcome }) => [job, attempt, principal, outcome])).toEqual([
      [made.id, 2, 'alice', 'accepted'],
      [refused.id, 1, 'bob', 'refused'],
      [lost.id, 1, 'alice', 'unknown'],
    ]);
    expect(lines.map(({ request_id }) => request_id)).toEqual(cluster.adobe.submits.map(({ requestId }) => requestId));
    expect(lines[0]).toMatchObject({
      account: 'scripted',
      tool: 'generate_image',
      operation: 'generateImagesV3Async',
      model: 'image4_standard',
      count: 3,
      operations: 3,
      requests: 1,
      time: expect.stringMatching(/^2026-01-01T\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(await textOf()).not.toContain('secret words');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('several processes write one line for each permit', async () => {
    const { db } = await cluster.member({ idle: true });
    const other = await cluster.member({ idle: true });
    const jobs = await paid(db, ...Array.from({ length: 450 }, (_, n) => n + 1));
    await Promise.all([db, other.db, other.db].map((store) => logOf(store).flush()));
    expect(await jobsOf()).toEqual(jobs);
  });

  test('an attempt whose process was killed is logged as unknown by another process', async () => {
    const { member, died } = await cluster.mortal('answered');
    void member.jobs.enqueue(aRequest('victim'), ALICE);
    await cluster.clock.run(died);
    const next = await cluster.member();
    const [job] = await cluster.clock.run(next.jobs.list({ limit: 1 }, ALICE));
    await cluster.clock.run(next.jobs.wait(job?.id ?? '', ALICE, { waitMs: 600_000 }));
    await logOf(next.db).flush();
    expect(await linesOf()).toMatchObject([
      { job: job?.id, attempt: 1, outcome: 'unknown', request_id: cluster.adobe.submits[0]?.requestId },
    ]);
  });
});

describe('the audit log after a crash of its writer', () => {
  let db: Database;
  beforeEach(async () => ({ db } = await cluster.member({ idle: true })));

  /** A flush of a process that dies with its lines in the file, before its transaction is committed. */
  const crash = async () => {
    class Killed extends Error {}
    const dying = new Proxy(db, {
      get: (target, name) =>
        name === 'transaction'
          ? (work: Parameters<Database['transaction']>[0]) =>
              target.transaction(async (tx) => {
                await work(tx);
                throw new Killed();
              })
          : name === 'dialect'
            ? target.dialect
            : (Reflect.get(target, name) as () => unknown).bind(target),
    });
    await expect(logOf(dying).flush()).rejects.toBeInstanceOf(Killed);
  };

  test('each line is there once where all lines were on the disk and none was marked', async () => {
    const jobs = await paid(db, 1, 2, 3);
    await crash();
    await crash();
    expect(await jobsOf()).toEqual(jobs);
    const later = await paid(db, 4);
    await logOf(db).flush();
    expect(await jobsOf()).toEqual([...jobs, ...later]);
  });

  test.each([1, 30])('each line is there once where the last one was truncated by %i bytes', async (bytes) => {
    const jobs = await paid(db, 1, 2, 3);
    await crash();
    await truncate(path, (await stat(path)).size - bytes);
    await logOf(db).flush();
    const whole = (await textOf()).split('\n').filter((line) => line !== '' && isJson(line));
    expect(new Set(whole.map((line) => (JSON.parse(line) as Line).job))).toEqual(new Set(jobs));
    expect(whole).toHaveLength(3);
  });

  test('each line is there once where none had reached the disk', async () => {
    const jobs = await paid(db, 1, 2, 3);
    await crash();
    await rm(path);
    await logOf(db).flush();
    expect(await jobsOf()).toEqual(jobs);
  });
});

describe('the file of the audit log', () => {
  let db: Database;
  beforeEach(async () => {
    ({ db } = await cluster.member({ idle: true }));
    await paid(db, 1);
  });

  test.each(['{"not":"ours"}\n', 'no line at all', '\u0000\u00ff', 'x'.repeat(2_000_000)])(
    'text of another program is kept, and lines follow it',
    async (foreign) => {
      await mkdir(join(folder, 'home'));
      await writeFile(path, foreign);
      await logOf(db).flush();
      const text = await textOf();
      expect(text.startsWith(foreign)).toBe(true);
      expect(text.slice(foreign.length)).toMatch(/^\n?\{.*"job":"job_1".*\}\n$/);
    },
  );

  test('a file that was moved away is followed by a new one', async () => {
    await logOf(db).flush();
    await rename(path, `${path}.1`);
    await paid(db, 2);
    await logOf(db).flush();
    expect(await jobsOf()).toEqual(['job_2']);
  });

  test('missing lines are written once the disk works again', async () => {
    await writeFile(join(folder, 'home'), 'a file where the folder should be');
    await expect(logOf(db).flush()).rejects.toThrow();
    await rm(join(folder, 'home'));
    await mkdir(path, { recursive: true });
    await expect(logOf(db).flush()).rejects.toThrow();
    await rmdir(path);
    await logOf(db).flush();
    expect(await jobsOf()).toEqual(['job_1']);
  });

  test('the status tells how many lines are missing', async () => {
    expect(await logOf(db).status()).toEqual({ place: 'file', bytes: 0, missing: 1, isBegun: false });
    await logOf(db).flush();
    await appendFile(path, '');
    expect(await logOf(db).status()).toEqual({
      place: 'file',
      bytes: (await stat(path)).size,
      missing: 0,
      isBegun: true,
    });
  });
});

test.each(['account', 'principal', 'job', 'tool', 'operation', 'model', 'outcome', 'requestId'] as const)(
  'a line is printable ASCII and complete, whatever its %s holds',
  (name) => {
    const nasty = 'https://issuer|anna\r\n{"forged":true}\u001b[31m\u202e\u2028\u0085é\ud800"}';
    const text = auditLine({ ...PERMIT, [name]: nasty });
    expect(text).toMatch(/^[ -~]+$/);
    expect((JSON.parse(text) as Line)[name === 'requestId' ? 'request_id' : name]).toBe(nasty);
  },
);

const PERMIT: EndedPermit = {
  endedAt: 0,
  grantedAt: 0,
  account: 'a',
  principal: 'p',
  job: 'job_1',
  attempt: 1,
  tool: 't',
  operation: 'o',
  model: undefined,
  count: 1,
  operations: 1,
  outcome: 'accepted',
  requestId: 'r',
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
