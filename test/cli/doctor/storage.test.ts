import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NamedFinding } from '../../../src/cli/doctor/check.ts';
import { main } from '../../../src/cli/main.ts';
import { AuditLog } from '../../../src/maintenance/audit-log.ts';
import { DataFolder } from '../../maintenance/data-folder.ts';
import { onePixel } from '../../support/doubles/scripted-adobe.ts';
import { fakeTerminal } from '../fake-terminal.ts';

let data: DataFolder;
beforeEach(async () => {
  data = await DataFolder.create();
});
afterEach(() => data.end());

/** The findings of the doctor by name, without an upstream. */
async function examine(env: Record<string, string> = {}) {
  const closedPort = 'http://127.0.0.1:9';
  const terminal = fakeTerminal(['doctor', '--json'], {
    cwd: data.folder,
    home: data.folder,
    env: {
      FIREFLY_HOME: data.folder,
      FIREFLY_DATABASE_URL: `sqlite:${data.store}`,
      FIREFLY_API_URL: closedPort,
      FIREFLY_IMS_URL: closedPort,
      ...env,
    },
  });
  await main(terminal);
  const { checks } = JSON.parse(terminal.output.out) as { checks: NamedFinding[] };
  return (name: string) => checks.find((check) => check.name === name);
}

test('the check of disk use distinguishes pictures, copies for Adobe and other files, and warns above the limit', async () => {
  const pictures = [await data.picture(9), await data.picture(8)];
  const taken = pictures.reduce((total, { bytes }) => total + bytes, 0);
  const copy = await data.imageImport().store(onePixel(800));
  await data.uploaded(copy.sha256);
  const lost = await data.picture(7);
  await data.db.run('DELETE FROM images WHERE id = ?', [lost.id]);
  const all = `pictures ${taken} B in 2 files (limit 1 B), copies for Adobe ${copy.bytes} B, other files ${lost.bytes} B`;
  expect((await examine({ FIREFLY_RETENTION_GB: '0.000000001' }))('disk use')).toMatchObject({
    verdict: 'warn',
    message: expect.stringContaining(all),
    next: expect.stringContaining('firefly-mcp clean'),
  });
  expect((await examine({ FIREFLY_RETENTION_GB: '1' }))('disk use')?.verdict).toBe('ok');
});

test('the check of the audit log warns where a paid request is not recorded, or the file is missing', async () => {
  const path = join(data.folder, 'audit.jsonl');
  for (const n of [1, 2]) {
    await data.db.run(
      `INSERT INTO permits (job, attempt, account, granted_at, ended_at, lease_until, outcome, principal, tool, operation,
         count, operations, request_id) VALUES (?, 1, 'a', 0, ?, 0, 'accepted', 'p', 't', 'o', 1, 1, 'r')`,
      [`job_${n}`, n],
    );
  }
  expect((await examine())('audit log')).toMatchObject({
    verdict: 'warn',
    message: 'incomplete: 2 requests that may have been charged not written yet',
  });
  await new AuditLog({ db: data.db, path }).flush();
  expect((await examine())('audit log')).toMatchObject({
    verdict: 'ok',
    message: 'complete: every request that may have been charged is recorded',
  });
  renameSync(path, `${path}.1`);
  expect((await examine())('audit log')).toMatchObject({ verdict: 'warn', message: 'missing' });
});
