import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { imageMigrations } from '../../../src/images/library/library.ts';
import { jobMigrations } from '../../../src/jobs/index.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import type { Database } from '../../../src/store/database.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { loadSqliteDriver, type SqliteConnection } from '../../../src/store/sqlite/driver.ts';
import { openSqlite } from '../../../src/store/sqlite/open.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';
import { TestRooms } from '../../support/rooms/test-rooms.ts';

const ASKING = 'PRAGMA data_version';
let folder: string;
let asked: number;
let db: Database;
beforeEach(async () => {
  folder = temporaryFolder('commits-');
  asked = 0;
  db = await opened(counting);
});
afterEach(() => removeFolder(folder));

/** The store of this test by one more connection, as that of another process. */
async function opened(wrap: (connection: SqliteConnection) => SqliteConnection): Promise<Database> {
  const driver = await loadSqliteDriver();
  const store = await openSqlite({
    path: join(folder, 'store.sqlite'),
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    driver: { ...driver, open: (path) => wrap(driver.open(path)) },
  });
  await migrate(store, [imageMigrations, jobMigrations]);
  return store;
}

/** Counts how often the connection is asked for the number of commits. */
function counting(connection: SqliteConnection): SqliteConnection {
  return {
    exec: (sql) => connection.exec(sql),
    close: () => connection.close(),
    prepare: (sql) => {
      const statement = connection.prepare(sql);
      const count = () => (asked += sql === ASKING ? 1 : 0);
      return {
        run: (...params) => statement.run(...params),
        all: (...params) => {
          count();
          return statement.all(...params);
        },
      };
    },
  };
}

test('an overview of jobs, batches and usage asks the store once whether anything was committed', async () => {
  const own = (unused: Database) => {
    void unused.close();
    return db;
  };
  await using rooms = await TestRooms.open({ wrapStore: own });
  await rooms.call('job_status', {});
  asked = 0;
  await rooms.call('job_status', {});
  expect(asked).toBe(1);
});

test('a commit is noticed at once: one of this process without a pause, one of another process after it', async () => {
  const insert = 'CREATE TABLE IF NOT EXISTS noted (at INTEGER)';
  const other = await opened((connection) => connection);
  const before = await db.version();
  expect(await db.version()).toBe(before);
  const own = await db.run(insert).then(() => db.version());
  expect(own).not.toBe(before);
  await other.run('INSERT INTO noted (at) VALUES (1)');
  await new Promise((resolve) => setImmediate(resolve));
  expect(await db.version()).not.toBe(own);
  await other.close();
  await db.close();
});
