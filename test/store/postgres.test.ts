import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock, type Clock } from '../../src/shared/time/clock.ts';
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
import { common, count, insert, testDialect } from './dialect-contract.ts';
import { searchedLines } from '../support/artefacts.ts';
import { turnsMs } from '../support/work.ts';

/** Ends retries after a second instead of ten. */
const shortRetries: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() * 10 };

const server = await sharedPostgres();

describe.skipIf(server === undefined)('a PostgreSQL store', () => {
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

  testDialect(async () => {
    const own = await database.makeSchema();
    return { address: { path: '/nowhere', url: own.url }, remove: () => own.drop() };
  });

  const lines: string[] = [];
  const logger = createLogger({ level: 'debug', write: searchedLines(lines), now: () => 0 });
  beforeEach(() => void lines.splice(0));

  describe('a server', () => {
    test('with an unsafe setting is an error in the log that names the setting', async () => {
      await opened({ url: `${schema.url}+-c+synchronous_commit%3Doff`, logger });
      const [line] = lines.map((text) => JSON.parse(text) as Record<string, unknown>);
      expect(line).toMatchObject({ level: 'error', event: 'store_unsafe', setting: 'synchronous_commit' });
      expect(lines).toHaveLength(1);
    });

    test('with safe settings leaves the log empty', async () => {
      await opened({ logger });
      expect(lines).toEqual([]);
    });
  });

  describe('a URL', () => {
    const openWith = (change: (url: URL) => void) => {
      const url = new URL(schema.url);
      change(url);
      return opened({ url: url.href, logger }).catch((error: unknown) => error);
    };
    const secret = () => decodeURIComponent(new URL(schema.url).password);

    test('that does not work is a problem that names the host, and never the password', async () => {
      const problems = await Promise.all([
        openWith((url) => (url.password = 'not-it-at-all')),
        openWith((url) => (url.pathname = '/no_such_database')),
        openWith((url) => url.searchParams.set('sslmode', 'verify-full')),
        openWith((url) => (url.port = '1')),
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
        const texts = message + next + lines.join();
        for (const word of [secret(), 'not-it-at-all']) expect(texts).not.toContain(word);
      }
    });

    test('of a server that never answers is a problem within eight seconds', { tags: 'long' }, async () => {
      const mute = createServer(() => undefined).listen(0, '127.0.0.1');
      await once(mute, 'listening');
      const address = mute.address();
      const port = address !== null && typeof address === 'object' ? String(address.port) : '';
      const opening = async () =>
        expect(await openWith((url) => (url.port = port))).toMatchObject({ code: 'store_unreachable' });
      expect(await turnsMs(opening)).toBeLessThan(8_000);
      mute.close();
    });
  });

  describe('a read-only database', () => {
    test('serves reads, and refuses writes with a problem of its own', { tags: 'long' }, async () => {
      const db = await opened({ clock: shortRetries });
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

  describe('the connections of a pool', () => {
    test('are few, and calls wait for a free one', async () => {
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

    test('that are all in use are the problem store_busy', { tags: 'long', timeout: 180_000 }, async () => {
      const db = await openPostgres({ ...common, clock: shortRetries, url: schema.url, connections: 1 });
      open.push(db);
      let isHeld = true;
      const holding = db.transaction(async (tx) => {
        while (isHeld) await tx.first('SELECT pg_sleep(0.1)::text AS slept');
      });
      await expect(db.now()).rejects.toMatchObject({ code: 'store_busy', actor: 'wait' });
      isHeld = false;
      await holding;
      expect(await db.now()).toBeGreaterThan(0);
    });

    test('that break while idle are replaced', async () => {
      const db = await opened({ logger });
      await db.run(insert, ['a', 1]);
      await database.breakConnections();
      await db.run(insert, ['b', 1]);
      expect(await count(db)).toBe(2);
    });
  });

  test('stores text with NUL, which PostgreSQL does not take', async () => {
    const db = await opened();
    await db.run(insert, ['nul \0 inside', 1]);
    expect(await db.first('SELECT size FROM things WHERE name = ?', ['nul \0 inside'])).toEqual({ size: 1 });
  });

  test('reports a transaction with an ignored error as not committed', async () => {
    const db = await opened();
    const careless = db.transaction(async (tx) => {
      await tx.run('INSERT INTO nothing VALUES (1)').catch(() => undefined);
    });
    await expect(careless).rejects.toThrow('nothing was committed');
  });

  test('that was closed answers at once with a problem', async () => {
    const db = await opened();
    await db.close();
    await expect(db.now()).rejects.toMatchObject({ code: 'store_unreachable' });
  });
});
