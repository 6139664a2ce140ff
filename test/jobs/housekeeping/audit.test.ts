import { appendFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuditFile, auditLine, type AuditEntry } from '../../../src/jobs/housekeeping/audit-file.ts';
import { AuditLog } from '../../../src/jobs/housekeeping/audit.ts';
import type { Database } from '../../../src/store/database.ts';
import { ALICE, aRequest, BOB, Installation, type Member } from '../harness.ts';
import { A_PROBLEM } from '../scripted-adobe.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

const REFUSED = { kind: 'refused', problem: { ...A_PROBLEM, code: 'content_policy' } } as const;
const NOT_SENT = { kind: 'not_sent', problem: { ...A_PROBLEM, code: 'adobe_unreachable' } } as const;

let home: Installation;
let folder: string;
let path: string;
beforeEach(async () => {
  home = await Installation.create();
  folder = temporaryFolder('audit-');
  path = join(folder, 'home', 'audit.jsonl');
});
afterEach(async () => {
  await home.close();
  removeFolder(folder);
});

const gone = new Set<string>();
const logOf = (db: Database, id: string, file = new AuditFile(path)) =>
  new AuditLog({ db, file, owner: { id, isGone: (other) => gone.has(other) } });

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

async function run(member: Member, prompt: string, caller = ALICE) {
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

describe('a line', () => {
  const entry: AuditEntry = {
    endedAt: 0,
    grantedAt: 0,
    account: 'a',
    principal: 'https://issuer|anna\n{"forged":true}\u001b[31m\u202e\u2028é',
    job: 'job_1',
    attempt: 1,
    tool: 't',
    operation: 'o',
    model: undefined,
    count: 1,
    outcome: 'accepted',
    requestId: 'r',
  };

  it('is printable ASCII, whatever a value holds, and loses nothing', () => {
    const line = auditLine(entry);
    expect(line).toMatch(/^[ -~]+$/);
    expect((JSON.parse(line) as Line)['principal']).toBe(entry.principal);
  });
});
