import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NamedFinding } from '../../src/cli/doctor/check.ts';
import { main } from '../../src/cli/main.ts';
import { AuditFile } from '../../src/jobs/housekeeping/audit-file.ts';
import { AuditLog } from '../../src/jobs/housekeeping/audit.ts';
import { createOwner } from '../../src/jobs/owner.ts';
import { systemRandom } from '../../src/shared/random.ts';
import { Stage } from '../jobs/housekeeping/stage.ts';
import { onePixel } from '../support/doubles/scripted-adobe.ts';
import { fakeTerminal } from './fake-terminal.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.create();
});
afterEach(() => stage.end());

/** Only what is said about the home; the way to Adobe has tests of its own. */
async function examine(env: Record<string, string> = {}) {
  const nobody = 'http://127.0.0.1:9';
  const terminal = fakeTerminal(['doctor', '--json'], {
    cwd: stage.folder,
    home: stage.folder,
    env: {
      FIREFLY_HOME: stage.folder,
      FIREFLY_DATABASE_URL: `sqlite:${stage.store}`,
      FIREFLY_API_URL: nobody,
      FIREFLY_IMS_URL: nobody,
      ...env,
    },
  });
  await main(terminal);
  const { checks } = JSON.parse(terminal.output.out) as { checks: NamedFinding[] };
  return (name: string) => checks.find((check) => check.name === name);
}

test('doctor tells pictures from copies for Adobe and other files, and warns above the limit', async () => {
  const pictures = [await stage.picture(9), await stage.picture(8)];
  const taken = pictures.reduce((total, { bytes }) => total + bytes, 0);
  const copy = await stage.intake().store(onePixel(800));
  await stage.db.run(`INSERT INTO uploads VALUES ('a', 'alice', ?, 'u', ?)`, [copy.sha256, Date.now()]);
  const lost = await stage.picture(7);
  await stage.db.run('DELETE FROM images WHERE id = ?', [lost.id]);
  const all = `pictures ${taken} B in 2 files (limit 1 B), copies for Adobe ${copy.bytes} B, other files ${lost.bytes} B`;
  expect((await examine({ FIREFLY_RETENTION_GB: '0.000000001' }))('disk use')).toMatchObject({
    verdict: 'warn',
    message: expect.stringContaining(all),
    next: expect.stringContaining('firefly-mcp clean'),
  });
  expect((await examine({ FIREFLY_RETENTION_GB: '1' }))('disk use')?.verdict).toBe('ok');
});

test('doctor tells whether somebody has touched the audit log', async () => {
  for (let n = 1; n <= 3; n += 1) {
    await stage.db.run(
      `INSERT INTO permits (job, attempt, account, granted_at, ended_at, lease_until, outcome, principal, tool, operation,
         count, request_id) VALUES (?, 1, 'a', 0, ?, 0, 'accepted', 'p', 't', 'o', 1, 'r')`,
      [`job_${n}`, n],
    );
  }
  const path = join(stage.folder, 'audit.jsonl');
  const owner = createOwner({ host: 'test', pid: 1, isAlive: () => true }, systemRandom);
  await new AuditLog({ db: stage.db, owner, file: new AuditFile(path) }).flush();
  expect((await examine())('audit log')).toMatchObject({
    verdict: 'ok',
    message: expect.stringMatching(/^3 lines, unb/),
  });
  writeFileSync(path, readFileSync(path, 'utf8').replace('job_2', 'job_7'));
  expect((await examine())('audit log')).toMatchObject({
    verdict: 'fail',
    message: expect.stringContaining('changed: line 2'),
  });
});
