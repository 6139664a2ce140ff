import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock, type Clock } from '../../src/shared/clock.ts';
import { createLogger } from '../../src/shared/logger.ts';
import type { Database } from '../../src/store/database.ts';
import { openStore, type StoreOptions } from '../../src/store/open.ts';
import { openPostgres } from '../../src/store/postgres/open.ts';
import {
  askAt,
  createDatabase,
  sharedPostgres,
  type TestDatabase,
  type TestSchema,
} from '../support/postgres/database.ts';
import { common, count, insert, promises } from './dialect-contract.ts';
import { searchedLines } from '../support/artefacts.ts';

/** Patience runs out soon by this clock. */
const hasty: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() * 10 };

const server = await sharedPostgres();

describe.skipIf(server === undefined)('PostgreSQL', () => {
  let database: TestDatabase;
  let schema: TestSchema;
  const open: Database[] = [];
  beforeAll(async () => {
    database = await createDatabase(server ?? '');
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    schema = await database.makeSchema();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((db) => db.close()));
    await schema.drop();
  });
  const opened = async (facts: Partial<StoreOptions> = {}) => {
    const db = await openStore({ ...common, path: '/nowhere', url: schema.url, ...facts });
    open.push(db);
    return db;
  };

  promises(async () => {
    const own = await database.makeSchema();
    return { address: { path: '/nowhere', url: own.url }, remove: () => own.drop() };
  });

  const lines: string[] = [];
  const logger = createLogger({ level: 'debug', write: searchedLines(lines), now: () => 0 });
  beforeEach(() => void lines.splice(0));

  describe('a server that is not safe', () => {
    test('is said so loudly, setting by setting', async () => {
      await opened({ url: `${schema.url}+-c+synchronous_commit%3Doff`, logger });
      const [line] = lines.map((text) => JSON.parse(text) as Record<string, unknown>);
      expect(line).toMatchObject({ level: 'error', event: 'store_unsafe', setting: 'synchronous_commit' });
      expect(lines).toHaveLength(1);
    });

    test('is not complained about when it is safe', async () => {
      await opened({ logger });
      expect(lines).toEqual([]);
    });
  });

  describe('a way that leads nowhere', () => {
    const broken = (change: (url: URL) => void) => {
      const url = new URL(schema.url);
      change(url);
      return opened({ url: url.href, logger }).catch((error: unknown) => error);
    };
    const secret = () => decodeURIComponent(new URL(schema.url).password);

    test('says which setting to look at, and never the password', async () => {
      const problems = await Promise.all([
        broken((url) => (url.password = 'not-it-at-all')),
        broken((url) => (url.pathname = '/no_such_database')),
        broken((url) => url.searchParams.set('sslmode', 'verify-full')),
        broken((url) => (url.port = '1')),
      ]);
      expect(problems.map((problem) => (problem as { code: string }).code)).toEqual([
        'store_refused',
        'store_refused',
        'store_refused',
        'store_unreachable',
      ]);
      for (const problem of problems) {
        const { message, next } = problem as { message: string; next: string };
        expect(next).toContain(new URL(schema.url).hostname);
        const told = message + next + lines.join();
        for (const word of [secret(), 'not-it-at-all']) expect(told).not.toContain(word);
      }
    });

    test('does not hang on a server that never answers', async () => {
      const mute = createServer(() => undefined).listen(0, '127.0.0.1');
      await once(mute, 'listening');
      const address = mute.address();
      const port = address !== null && typeof address === 'object' ? String(address.port) : '';
      const began = Date.now();
      expect(await broken((url) => (url.port = port))).toMatchObject({ code: 'store_unreachable' });
      expect(Date.now() - began).toBeLessThan(8_000);
      mute.close();
    });
  });

  describe('a database that takes no changes', () => {
    test('is a problem of its own, and serves readers', async () => {
      const db = await opened({ clock: hasty });
      await db.run(insert, ['a', 1]);
      await askAt(server ?? '', `ALTER DATABASE ${database.name} SET default_transaction_read_only = on`);
      await database.breakConnections();
      await expect(db.run(insert, ['b', 1])).rejects.toMatchObject({ code: 'store_read_only', actor: 'operator' });
      expect(await count(db)).toBe(1);
      await askAt(server ?? '', `ALTER DATABASE ${database.name} RESET ALL`);
      await db.run(insert, ['b', 1]);
      expect(await count(db)).toBe(2);
    });
  });

  describe('connections', () => {
    test('are few, and whoever finds none free waits for one', async () => {
      const db = await openPostgres({ ...common, url: schema.url, connections: 2 });
      open.push(db);
      await db.run('CREATE TABLE things (name TEXT PRIMARY KEY, size BIGINT)');
      await Promise.all(Array.from({ length: 60 }, (_, i) => db.run(insert, [`n${i}`, 1])));
      expect(await count(db)).toBe(60);
      const [row] = await database.ask(
        `SELECT COUNT(*)::int AS n FROM pg_stat_activity WHERE application_name = 'firefly-mcp' AND datname = current_database()`,
      );
      expect(Number(row?.['n'])).toBeLessThanOrEqual(2);
    });

    test('that all hang make it busy, not stuck', { timeout: 60_000 }, async () => {
      const db = await openPostgres({ ...common, clock: hasty, url: schema.url, connections: 1 });
      open.push(db);
      let isHeld = true;
      const hog = db.transaction(async (tx) => {
        while (isHeld) await tx.first('SELECT pg_sleep(0.1)::text AS slept');
      });
      await expect(db.now()).rejects.toMatchObject({ code: 'store_busy', actor: 'wait' });
      isHeld = false;
      await hog;
      expect(await db.now()).toBeGreaterThan(0);
    });

    test('that break while nobody uses them are replaced', async () => {
      const db = await opened({ logger });
      await db.run(insert, ['a', 1]);
      await database.breakConnections();
      await db.run(insert, ['b', 1]);
      expect(await count(db)).toBe(2);
    });
  });

  test('takes text that PostgreSQL could not hold', async () => {
    const db = await opened();
    await db.run(insert, ['nul \0 inside', 1]);
    expect(await db.first('SELECT size FROM things WHERE name = ?', ['nul \0 inside'])).toEqual({ size: 1 });
  });

  test('does not take a failed transaction for a committed one', async () => {
    const db = await opened();
    const careless = db.transaction(async (tx) => {
      await tx.run('INSERT INTO nothing VALUES (1)').catch(() => undefined);
    });
    await expect(careless).rejects.toThrow('nothing was committed');
  });

  test('answers at once after it was closed', async () => {
    const db = await opened();
    await db.close();
    await expect(db.now()).rejects.toMatchObject({ code: 'store_unreachable' });
  });
});
