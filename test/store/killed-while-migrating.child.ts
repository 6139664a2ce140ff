import { join } from 'node:path';
import { imageMigrations } from '../../src/images/library/schema.ts';
import { jobMigrations } from '../../src/jobs/store/schema.ts';
import { systemClock } from '../../src/shared/time/clock.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { systemRandom } from '../../src/shared/random.ts';
import { openStore } from '../../src/store/open.ts';
import { loadSqliteDriver } from '../../src/store/sqlite/driver.ts';

/** Migrates, checkpoints and vacuums one database after the other, with rows in between, until the test kills it. */
const [folder = '', half = ''] = process.argv.slice(2);
const common = { clock: systemClock, random: systemRandom, logger: silentLogger };
const old = { ...jobMigrations, steps: jobMigrations.steps.slice(0, Number(half)) };
const driver = await loadSqliteDriver();
console.log('begun');
for (let n = 0; ; n += 1) {
  const path = join(folder, `${n}.sqlite`);
  const before = await openStore({ path, migrations: [old], ...common });
  await before.run('CREATE TABLE kept (n INTEGER, text TEXT)');
  for (let row = 0; row < 20; row += 1) {
    await before.run('INSERT INTO kept (n, text) VALUES (?, ?)', [row, 'x'.repeat(3_000)]);
  }
  await before.close();
  const after = await openStore({ path, migrations: [jobMigrations, imageMigrations], ...common });
  await after.run('DELETE FROM kept WHERE n >= 10');
  const plain = driver.open(path);
  plain.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  plain.exec('VACUUM');
  plain.close();
  await after.close();
}
