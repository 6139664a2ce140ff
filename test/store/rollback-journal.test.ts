import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open.ts';
import { loadSqliteDriver, type SqliteDriver } from '../../src/store/sqlite/driver.ts';
import { quarantine } from '../../src/store/sqlite/location.ts';
import { openSqlite } from '../../src/store/sqlite/open.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';
import { sqlitePlace } from '../support/places.ts';
import { common, count, insert, testDialect } from './dialect-contract.ts';

/** The SQLite of this Node, taken for one with the WAL-reset bug. */
async function olderDriver(): Promise<SqliteDriver> {
  return { ...(await loadSqliteDriver()), isWalSafe: false };
}

async function placeWithRollbackJournal() {
  const place = await sqlitePlace();
  mkdirSync(dirname(place.address.path), { mode: 0o700 });
  const connection = (await loadSqliteDriver()).open(place.address.path);
  connection.exec('PRAGMA journal_mode = DELETE; CREATE TABLE before (x)');
  connection.close();
  return place;
}

describe('a store with a rollback journal', () => {
  testDialect(placeWithRollbackJournal);
});

describe('a process whose SQLite has the WAL-reset bug', () => {
  let path: string;
  const open: Database[] = [];
  beforeEach(() => (path = join(temporaryFolder('rollback-'), 'store.sqlite')));
  afterEach(async () => {
    await Promise.all(open.splice(0).map((db) => db.close()));
    removeFolder(dirname(path));
  });

  async function openedByOlder(facts: Partial<Parameters<typeof openSqlite>[0]> = {}): Promise<Database> {
    const db = await openSqlite({ ...common, path, driver: await olderDriver(), ...facts });
    open.push(db);
    await migrate(db, common.migrations);
    return db;
  }

  async function openedByNewer(): Promise<Database> {
    const db = await openStore({ ...common, path });
    open.push(db);
    return db;
  }

  const journalOf = async (db: Database) => (await db.first('PRAGMA journal_mode'))?.['journal_mode'];

  test('makes a store with a rollback journal, whose folder is synced too', async () => {
    const db = await openedByOlder();
    await db.run(insert, ['a', 1]);
    await db.transaction(async (tx) => {
      expect(await tx.first('PRAGMA journal_mode')).toEqual({ journal_mode: 'delete' });
      expect(await tx.first('PRAGMA synchronous')).toEqual({ synchronous: 3 });
    });
    expect(readdirSync(dirname(path))).toEqual(['store.sqlite']);
  });

  test('shares it with a newer process, which leaves the journal as it is', async () => {
    const older = await openedByOlder();
    const newer = await openedByNewer();
    await Promise.all([older.run(insert, ['a', 1]), newer.run(insert, ['b', 2])]);
    expect(await count(older)).toBe(2);
    expect([await journalOf(older), await journalOf(newer)]).toEqual(['delete', 'delete']);
  });

  test('converts a store that nothing else has open, and loses nothing', async () => {
    // Without prepared statements, which keep a connection of one of the drivers open until they are collected.
    const newer = (await loadSqliteDriver()).open(path);
    newer.exec('PRAGMA journal_mode = WAL; CREATE TABLE before (x); INSERT INTO before VALUES (1)');
    newer.close();
    const older = await openedByOlder();
    expect(await journalOf(older)).toBe('delete');
    expect(await older.all('SELECT x FROM before')).toEqual([{ x: 1 }]);
  });

  test('is refused while a newer process has the store open in WAL, and says what to do', async () => {
    await openedByNewer();
    const clock = { ...common.clock, sleep: () => Promise.resolve() };
    await expect(openedByOlder({ clock })).rejects.toMatchObject({
      code: 'store_unavailable',
      next: expect.stringMatching(/^Close the other programs/),
    });
  });

  test('moves the journal of a damaged store aside together with the store', async () => {
    for (const suffix of ['', '-journal']) writeFileSync(path + suffix, 'damaged');
    const renamed = await quarantine(path, 0);
    expect(readdirSync(dirname(path))).toEqual([basename(renamed), `${basename(renamed)}-journal`]);
  });
});
