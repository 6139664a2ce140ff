import { appendFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkAudit } from '../../../src/jobs/housekeeping/audit-check.ts';
import { AuditFile } from '../../../src/jobs/housekeeping/audit-file.ts';
import { auditLine, readLine, type AuditEntry } from '../../../src/jobs/housekeeping/audit-line.ts';
import { AuditLog } from '../../../src/jobs/housekeeping/audit.ts';
import type { Database } from '../../../src/store/database.ts';
import { ALICE, aRequest, BOB, TestCluster, type TestProcess } from '../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

const REFUSED = { kind: 'refused', problem: { ...A_PROBLEM, code: 'content_policy' } } as const;
const NOT_SENT = { kind: 'not_sent', problem: { ...A_PROBLEM, code: 'adobe_unreachable' } } as const;

let home: TestCluster;
let folder: string;
let path: string;
beforeEach(async () => {
  home = await TestCluster.create();
  folder = temporaryFolder('audit-');
  path = join(folder, 'home', 'audit.jsonl');
});
afterEach(async () => {
  await home.close();
  removeFolder(folder);
});

const gone = new Set<string>();
const logOf = (db: Database, id: string, file = new AuditFile(path)) =>
  new AuditLog({ db, file, owner: { id, isGone: (other) => gone.has(other), isNear: () => true } });

interface Line extends Record<string, unknown> {
  readonly job: string;
}

async function linesOf(file = path): Promise<Line[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

async function run(member: TestProcess, prompt: string, caller = ALICE) {
  const { job } = await home.clock.run(member.jobs.enqueue(aRequest(prompt), caller));
  return home.clock.run(member.jobs.wait(job.id, caller, { waitMs: 600_000 }));
}

describe('the audit log', () => {
  it('has one line for each request that left or may have left: who, which job and attempt, what, what came of it', async () => {
    const member = await home.member({ perMinute: 60 });
    home.adobe.script.push(NOT_SENT);
    const made = await run(member, 'secret words of a prompt');
    home.adobe.script.push(REFUSED);
    const refused = await run(member, 'refused', BOB);
    home.adobe.script.push('lost');
    const lost = await run(member, 'lost');
    const log = logOf(member.db, 'me');
    await log.flush();
    await log.flush();
    const lines = await linesOf();
    expect(lines.map(({ job, attempt, principal, outcome }) => [job, attempt, principal, outcome])).toEqual([
      [made.id, 2, 'alice', 'accepted'],
      [refused.id, 1, 'bob', 'refused'],
      [lost.id, 1, 'alice', 'unknown'],
    ]);
    expect(lines.map(({ request_id }) => request_id)).toEqual(home.adobe.submits.map(({ requestId }) => requestId));
    expect(lines[0]).toMatchObject({
      account: 'scripted',
      tool: 'generate_image',
      operation: 'generateImagesV3Async',
      model: 'image4_standard',
      count: 1,
      time: expect.stringMatching(/^2026-01-01T\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(await readFile(path, 'utf8')).not.toContain('secret words');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('is complete, with one line each, wherever a writer dies', async () => {
    const member = await home.member({ perMinute: 60 });
    for (let n = 0; n < 3; n += 1) await run(member, `chair ${n}`);
    class Stop extends Error {}
    // Dies after its claim; then after its line is in the file; then with half a line in it.
    class BeforeWriting extends AuditFile {
      override append(): Promise<void> {
        throw new Stop();
      }
    }
    class AfterWriting extends AuditFile {
      override async append(lines: readonly string[]): Promise<void> {
        await super.append(lines);
        throw new Stop();
      }
    }
    class WithinLine extends AuditFile {
      override async append(lines: readonly string[]): Promise<void> {
        await super.append(lines.slice(0, 1));
        await appendFile(path, (lines[1] ?? '').slice(0, 50));
        throw new Stop();
      }
    }
    for (const [n, File] of [BeforeWriting, WithinLine, AfterWriting].entries()) {
      const id = `victim ${n}`;
      await expect(logOf(member.db, id, new File(path)).flush()).rejects.toBeInstanceOf(Stop);
      // Nobody writes for one who may be alive.
      await logOf(member.db, 'other').flush();
      gone.add(id);
    }
    await logOf(member.db, 'heir').flush();
    const text = await readFile(path, 'utf8');
    const whole = text.split('\n').filter((line) => line.endsWith('}'));
    const { jobs } = await member.db
      .first('SELECT COUNT(*) AS jobs FROM permits')
      .then((row) => ({ jobs: row?.['jobs'] }));
    expect(jobs).toBe(3);
    expect(whole).toHaveLength(3);
    expect(await checkAudit(member.db, new AuditFile(path))).toMatchObject({ lines: 3, from: 1, ...UNBROKEN });
    expect(new Set(whole.map((line) => (JSON.parse(line) as Line).job)).size).toBe(3);
  });

  it('is written by several processes side by side, one line each', async () => {
    const member = await home.member({ perMinute: 600 });
    const ids = await Promise.all(
      Array.from({ length: 30 }, (_, n) => home.clock.run(member.jobs.enqueue(aRequest(`chair ${n}`), ALICE))),
    );
    for (const { job } of ids) await home.clock.run(member.jobs.wait(job.id, ALICE, { waitMs: 600_000 }));
    const other = await home.member({ idle: true });
    await Promise.all([
      logOf(member.db, 'one').flush(),
      logOf(other.db, 'two').flush(),
      logOf(other.db, 'three').flush(),
    ]);
    const lines = await linesOf();
    expect(lines).toHaveLength(30);
    expect(new Set(lines.map(({ job }) => job)).size).toBe(30);
    const numbers = lines.map((line) => Number(line['number'])).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
    expect(await checkAudit(other.db, new AuditFile(path))).toMatchObject({ lines: 30, ...UNBROKEN });
  });

  it('tells an attempt whose process died as unknown, once somebody has found it', async () => {
    const victim = await home.member({
      reached: (at) => {
        if (at !== 'answered') return;
        victim.kill();
        return new Promise(() => undefined);
      },
    });
    void victim.jobs.enqueue(aRequest('victim'), ALICE);
    await home.clock.pass(5_000);
    const heir = await home.member();
    const log = logOf(heir.db, 'heir');
    const [job] = await home.clock.run(heir.jobs.list({ limit: 1 }, ALICE));
    await home.clock.run(heir.jobs.wait(job?.id ?? '', ALICE, { waitMs: 600_000 }));
    await log.flush();
    expect(await linesOf()).toMatchObject([
      { job: job?.id, attempt: 1, outcome: 'unknown', request_id: home.adobe.submits[0]?.requestId },
    ]);
  });

  it('catches up when the disk works again', async () => {
    const member = await home.member();
    await run(member, 'chair');
    await writeFile(join(folder, 'home'), 'a file where the folder should be');
    const log = logOf(member.db, 'me');
    await expect(log.flush()).rejects.toThrow();
    await rm(join(folder, 'home'));
    await log.flush();
    expect(await linesOf()).toHaveLength(1);
  });
});

const UNBROKEN = { changed: [], misplaced: [], missing: [] };

describe('the chain', () => {
  let db: Database;
  let whole: readonly string[];
  beforeEach(async () => {
    ({ db } = await home.member({ idle: true }));
    for (let n = 1; n <= 4; n += 1) await paid(n);
    await logOf(db, 'me').flush();
    whole = (await readFile(path, 'utf8')).trimEnd().split('\n');
  });
  /** A request that was paid, as far as the log is concerned. */
  const paid = (n: number) =>
    db.run(
      `INSERT INTO permits (job, attempt, account, granted_at, ended_at, lease_until, outcome, principal, tool, operation,
         count, request_id) VALUES (?, 1, 'a', 0, ?, 0, 'accepted', 'p', 't', 'o', 1, 'r')`,
      [`job_${n}`, n],
    );
  const check = () => checkAudit(db, new AuditFile(path));
  const write = (lines: readonly string[]) => writeFile(path, lines.map((line) => `${line}\n`).join(''));
  const forged = (text = '', after?: string) => {
    const { number } = readLine(text) ?? { number: 0 };
    return auditLine({ ...ENTRY, job: 'job_forged' }, { number, after: after ?? readLine(text)?.after ?? '' });
  };

  it('is unbroken as it was written, in whatever order, and with half a line in it', async () => {
    const head = { number: 4, hash: readLine(whole[3] ?? '')?.hash };
    expect(await check()).toEqual({ lines: 4, from: 1, head, ...UNBROKEN });
    const [one = '', two = '', three = '', four = ''] = whole;
    await write([two, one.slice(0, 60), one, four, three]);
    expect(await check()).toMatchObject({ lines: 4, ...UNBROKEN });
  });

  it('tells a changed line', async () => {
    await write(whole.map((line, n) => (n === 1 ? line.replace('"accepted"', '"refused"') : line)));
    expect(await check()).toMatchObject({ changed: [2], missing: [] });
  });

  it('tells a removed line, the last one too', async () => {
    await write(whole.filter((_, n) => n !== 1));
    expect(await check()).toMatchObject({ missing: [2] });
    await write(whole.slice(0, 3));
    expect(await check()).toMatchObject({ missing: [4] });
  });

  it('tells a line that was put in another one’s place, by what follows and by what the store knows', async () => {
    await write(whole.map((line, n) => (n === 1 ? forged(line).text : line)));
    expect(await check()).toMatchObject({ misplaced: [3] });
    await write([...whole.slice(0, 3), forged(whole[3]).text]);
    expect(await check()).toMatchObject({ misplaced: [4] });
    await write([...whole, forged(whole[1]).text]);
    expect(await check()).toMatchObject({ misplaced: [2, 3] });
  });

  it('goes on where another file was begun, and with a new store', async () => {
    await write(whole.slice(2));
    expect(await check()).toMatchObject({ lines: 2, from: 3, ...UNBROKEN });
    await db.run('DELETE FROM audit_head');
    await db.run('DELETE FROM permits');
    await paid(5);
    await logOf(db, 'me').flush();
    expect(await check()).toMatchObject({ lines: 3, from: 3, head: { number: 5 }, ...UNBROKEN });
  });

  it('misses nothing that is still to be written', async () => {
    class Dies extends AuditFile {
      override append(): Promise<void> {
        throw new Error('killed');
      }
    }
    await paid(5);
    await expect(logOf(db, 'victim', new Dies(path)).flush()).rejects.toThrow('killed');
    expect(await check()).toMatchObject({ head: { number: 5 }, ...UNBROKEN });
  });
});

const ENTRY: AuditEntry = {
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
  outcome: 'accepted',
  requestId: 'r',
};

describe('a line', () => {
  it.each(['account', 'principal', 'job', 'tool', 'operation', 'model', 'outcome', 'requestId'] as const)(
    'is printable ASCII, whatever its %s holds, and loses nothing',
    (name) => {
      const nasty = 'https://issuer|anna\r\n{"forged":true}\u001b[31m\u202e\u2028\u0085é\ud800","hash":"00"}';
      const { text } = auditLine({ ...ENTRY, [name]: nasty }, { number: 1, after: '' });
      expect(text).toMatch(/^[ -~]+$/);
      expect((JSON.parse(text) as Line)[name === 'requestId' ? 'request_id' : name]).toBe(nasty);
      expect(readLine(text)).toMatchObject({ number: 1, isIntact: true });
    },
  );
});
