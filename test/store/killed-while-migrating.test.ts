import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { bundle } from '../../build.mjs';
import { imageMigrations } from '../../src/images/library/schema.ts';
import { jobMigrations } from '../../src/jobs/store/schema.ts';
import { loadSqliteDriver, type SqliteConnection } from '../../src/store/sqlite/driver.ts';
import { openStore } from '../../src/store/open.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';
import { common } from './dialect-contract.ts';

/** Number of kills; `npm run test:soak` sets more. */
const KILLS = Number(process.env['KILLS'] ?? 6);
/** Migrations of the old schema. */
const HALF = 20;

const SCHEMA = `SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name <> 'kept' ORDER BY name`;
const all = (db: SqliteConnection, sql: string) => db.prepare(sql).all() as Record<string, string | number>[];

/** The names in a schema of these migrations, as JSON. */
async function schemaOf(path: string, migrations: Parameters<typeof openStore>[0]['migrations']): Promise<string> {
  const db = await openStore({ ...common, path, migrations });
  const names = await db.all(SCHEMA);
  await db.close();
  return JSON.stringify(names);
}

test(
  'K16: a store whose process is killed while it migrates, checkpoints or vacuums is whole, with the old or the new schema',
  { tags: 'long' },
  async () => {
    const folder = temporaryFolder('killed-');
    try {
      await bundle({ entry: resolve('test/store/killed-while-migrating.child.ts'), outdir: join(folder, 'program') });
      symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
      const old = { ...jobMigrations, steps: jobMigrations.steps.slice(0, HALF) };
      const whole = new Set([
        '[]',
        await schemaOf(join(folder, 'old.sqlite'), [old]),
        await schemaOf(join(folder, 'new.sqlite'), [jobMigrations, imageMigrations]),
      ]);
      const driver = await loadSqliteDriver();
      for (let kill = 0; kill < KILLS; kill += 1) {
        const stores = join(folder, `stores-${kill}`);
        mkdirSync(stores, { mode: 0o700 });
        const child = spawn(process.execPath, [join(folder, 'program', 'main.js'), stores, String(HALF)]);
        const ended = once(child, 'close');
        await once(child.stdout, 'data');
        await sleep(Math.random() * 80);
        child.kill('SIGKILL');
        await ended;
        for (const name of readdirSync(stores).filter((file) => file.endsWith('.sqlite'))) {
          const path = join(stores, name);
          const db = driver.open(path);
          expect(all(db, 'PRAGMA quick_check')).toEqual([{ quick_check: 'ok' }]);
          expect(whole).toContain(JSON.stringify(all(db, SCHEMA)));
          const kept = all(db, `SELECT name FROM sqlite_master WHERE name = 'kept'`).length > 0;
          const rows = kept ? all(db, 'SELECT n, LENGTH(text) AS length FROM kept ORDER BY n') : [];
          expect(rows).toEqual(rows.map((_, n) => ({ n, length: 3_000 })));
          db.close();
          // The program can open it and migrates the rest.
          await schemaOf(path, [jobMigrations, imageMigrations]);
        }
      }
    } finally {
      removeFolder(folder);
    }
  },
);
