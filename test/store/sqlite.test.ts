import { execFile, execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../src/shared/logger.ts';
import type { Database } from '../../src/store/database.ts';
import { openStore } from '../../src/store/open.ts';
import { isSafe, loadSqliteDriver } from '../../src/store/sqlite/driver.ts';
import { networkFileSystem } from '../../src/store/sqlite/location.ts';
import { sqlitePlace } from '../support/places.ts';
import { common, count, insert, testDialect } from './dialect-contract.ts';
import { removeFolder, temporaryFolder, searchedLines } from '../support/artefacts.ts';
import { lacks } from '../support/lacking.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) lacks('the rights to give a file to another user: run as root');

let folder: string;
const open: Database[] = [];

beforeEach(async () => {
  folder = temporaryFolder('store-');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((db) => db.close()));
  removeFolder(folder);
});

async function opened(facts: Partial<Parameters<typeof openStore>[0]> = {}): Promise<Database> {
  const path = join(folder, 'data', 'store.sqlite');
  const db = await openStore({ ...common, path, ...facts });
  open.push(db);
  return db;
}

testDialect(sqlitePlace);

test('a SQLite store is found by path or by URL', async () => {
  const path = join(folder, 'elsewhere.sqlite');
  const db = await opened({ url: `sqlite:${path}` });
  await db.run(insert, ['a', 1]);
  expect(await count(await opened({ path }))).toBe(1);
  expect(await count(await opened({ url: `sqlite://${path}` }))).toBe(1);
});

describe('opening a SQLite store', () => {
  test('sets WAL and FULL on the connection of transactions', async () => {
    const db = await opened();
    await db.transaction(async (tx) => {
      expect(await tx.first('PRAGMA synchronous')).toEqual({ synchronous: 2 });
      expect(await tx.first('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    });
  });

  test('makes folder and file for this user only', async () => {
    await opened();
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700);
    for (const suffix of ['', '-wal', '-shm']) {
      expect((await stat(join(folder, 'data', `store.sqlite${suffix}`))).mode & 0o777).toBe(0o600);
    }
  });

  test('closes files to others that an earlier version left open', async () => {
    const path = join(folder, 'store.sqlite');
    for (const suffix of ['', '-wal', '-shm']) await writeFile(path + suffix, '');
    for (const suffix of ['', '-wal', '-shm']) await chmod(path + suffix, 0o644);
    await opened({ path });
    for (const suffix of ['', '-wal', '-shm']) expect((await stat(path + suffix)).mode & 0o777).toBe(0o600);
  });

  test.each([0o777, 0o1777, 0o775])('refuses a folder that others may write to (mode %o)', async (mode) => {
    await mkdir(join(folder, 'open'));
    await chmod(join(folder, 'open'), mode);
    await expect(opened({ path: join(folder, 'open', 'store.sqlite') })).rejects.toMatchObject({
      code: 'home_unusable',
      message: expect.stringContaining('other users may write to it'),
    });
    expect(await readdir(join(folder, 'open'))).toEqual([]);
  });

  test('refuses a pipe in the place of the file, and does not wait for its other end', async () => {
    execFileSync('mkfifo', [join(folder, 'store.sqlite')]);
    await expect(opened({ path: join(folder, 'store.sqlite') })).rejects.toMatchObject({ code: 'home_unusable' });
  });

  test.skipIf(!isRoot)('refuses a file and a folder of another user', async () => {
    const path = join(folder, 'store.sqlite');
    await writeFile(path, '');
    await chown(path, 65_534, 65_534);
    await expect(opened({ path })).rejects.toMatchObject({ message: expect.stringContaining('another user owns it') });
    await mkdir(join(folder, 'theirs'));
    await chown(join(folder, 'theirs'), 65_534, 65_534);
    const theirs = opened({ path: join(folder, 'theirs', 'store.sqlite') });
    await expect(theirs).rejects.toMatchObject({ message: expect.stringContaining('another user owns it') });
  });

  test('renames a damaged file, logs an error, and makes an empty one', async () => {
    const path = join(folder, 'store.sqlite');
    await writeFile(path, 'this is no database, but its owner may want it back'.repeat(100));
    const lines: string[] = [];
    const logger = createLogger({ level: 'error', write: searchedLines(lines), now: () => 0 });
    const db = await opened({ path, logger });
    expect(await count(db)).toBe(0);
    const renamed = (await readdir(folder)).find((name) => name.startsWith('store.sqlite.damaged-'));
    expect(await readFile(join(folder, renamed ?? ''), 'utf8')).toContain('its owner may want it back');
    expect(lines.join()).toContain('store_damaged');
  });

  test('in a folder that cannot be used is a problem that names FIREFLY_HOME', async () => {
    await writeFile(join(folder, 'data'), 'a file in the way');
    await expect(opened()).rejects.toMatchObject({
      code: 'home_unusable',
      next: expect.stringContaining('FIREFLY_HOME'),
    });
  });

  test('recognises network file systems by their type', () => {
    expect(networkFileSystem(0x6969)).toBe('NFS');
    expect(networkFileSystem(-11317950)).toBe('CIFS');
    expect(networkFileSystem(0xef53)).toBeUndefined();
  });

  test('uses no SQLite with the WAL-reset bug', async () => {
    expect(['3.51.3', '3.52.0', '4.0.0'].map(isSafe)).toEqual([true, true, true]);
    expect(['3.51.2', '3.45.1', '2.99.9'].map(isSafe)).toEqual([false, false, false]);
    const driver = await loadSqliteDriver();
    const connection = driver.open(':memory:');
    expect(driver.isWalSafe).toBe(true);
    const [row] = connection.prepare('SELECT sqlite_version() AS version').all() as { version: string }[];
    connection.close();
    expect(isSafe(row?.version ?? '')).toBe(true);
  });
});

describe('a lock of another process', () => {
  test('is waited for without blocking the event loop', async () => {
    const db = await opened();
    const path = join(folder, 'data', 'store.sqlite');
    const script = `
      const m = process.getBuiltinModule('node:sqlite') ?? await import('@photostructure/sqlite');
      const db = new m.DatabaseSync(${JSON.stringify(path)});
      db.exec('BEGIN IMMEDIATE'); console.log('held');
      process.stdin.resume().on('end', () => { db.exec('COMMIT'); db.close(); });`;
    const child = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    await new Promise((resolve) => child.child.stdout?.once('data', resolve));
    const written = db.run(insert, ['a', 1]);
    // An event loop that the lock blocks would not turn before it ends, and the lock ends with these turns.
    for (let turns = 0; turns < 10; turns += 1) await sleep(10);
    child.child.stdin?.end();
    await written;
    await child;
    expect(await count(db)).toBe(1);
  });
});
