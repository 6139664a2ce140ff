import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, describe, beforeEach, afterEach } from 'vitest';
import { systemClock } from '../../src/shared/time/clock.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { systemRandom } from '../../src/shared/random.ts';
import type { Database, Migrations, Transaction } from '../../src/store/database.ts';
import { openStore, type StoreOptions } from '../../src/store/open.ts';
import type { Place } from '../support/places.ts';

/** The schema of these tests. */
export const things: Migrations = {
  name: 'things',
  steps: ['CREATE TABLE things (name TEXT PRIMARY KEY, size BIGINT, share DOUBLE PRECISION, flag INTEGER)'],
};

/** Options of every store in these tests. */
export const common = { migrations: [things], clock: systemClock, random: systemRandom, logger: silentLogger };

export const insert = 'INSERT INTO things (name, size) VALUES (?, ?)';
export const count = async (db: Database) => Number((await db.first('SELECT COUNT(*) AS n FROM things'))?.['n']);

/** The tests that every dialect has to pass. */
export function testDialect(makePlace: () => Promise<Place>): void {
  let place: Place;
  const open: Database[] = [];
  beforeEach(async () => {
    place = await makePlace();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((db) => db.close()));
    await place.remove();
  });
  const opened = async (facts: Partial<StoreOptions> = {}) => {
    const db = await openStore({ ...common, ...place.address, ...facts });
    open.push(db);
    return db;
  };

  describe('a transaction', () => {
    test('commits whole, or not at all', async () => {
      const db = await opened();
      expect(await db.transaction((tx) => tx.run(insert, ['a', 1]))).toBe(1);
      const failing = db.transaction(async (tx) => {
        await tx.run(insert, ['b', 2]);
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await db.all('SELECT name, size FROM things')).toEqual([{ name: 'a', size: 1 }]);
    });

    test('is rolled back after a wrong statement, and the next one is not affected', async () => {
      const db = await opened();
      const failing = db.transaction(async (tx) => {
        await tx.run(insert, ['a', 1]);
        await tx.run('INSERT INTO things (name, size) VALUES (?, nothing(1))', ['b']);
      });
      await expect(failing).rejects.toThrow('nothing');
      await db.run(insert, ['c', 3]);
      expect(await db.all('SELECT name FROM things')).toEqual([{ name: 'c' }]);
    });

    test('is invisible to readers until it commits', async () => {
      const db = await opened();
      await db.transaction(async (tx) => {
        await tx.run(insert, ['a', 1]);
        expect(await count(db)).toBe(0);
      });
      expect(await count(db)).toBe(1);
    });

    test('waits for others of its own and of other connections', async () => {
      const [one, two] = [await opened(), await opened()];
      const work = (db: Database, name: string) => db.transaction((tx) => tx.run(insert, [name, 1]));
      await Promise.all(Array.from({ length: 100 }, (_, i) => work(i % 2 ? one : two, `n${i}`)));
      expect(await count(one)).toBe(100);
    });

    test('loses no update that depends on a locked row', async () => {
      const [one, two] = [await opened(), await opened()];
      await one.run(insert, ['counter', 0]);
      const increment = (tx: Transaction) => incrementWith(tx, tx.forUpdate);
      await Promise.all(Array.from({ length: 60 }, (_, i) => (i % 2 ? one : two).transaction(increment)));
      expect(await one.first('SELECT size FROM things')).toEqual({ size: 60 });
    });

    test('loses no update under a named lock, where time never runs back', async () => {
      const [one, two] = [await opened(), await opened()];
      await one.run(insert, ['counter', 0]);
      const times: number[] = [];
      const increment = async (tx: Transaction) => {
        await tx.lock('counter');
        times.push(tx.now);
        await incrementWith(tx, '');
      };
      await Promise.all(Array.from({ length: 60 }, (_, i) => (i % 2 ? one : two).transaction(increment)));
      expect(await one.first('SELECT size FROM things')).toEqual({ size: 60 });
      expect(times).toEqual([...times].sort((a, b) => a - b));
    });

    test('takes a row that no other one has locked', async () => {
      const [one, two] = [await opened(), await opened()];
      for (let n = 0; n < 20; n += 1) await one.run(insert, [`n${n}`, 0]);
      const claim = async (tx: Transaction) => {
        const row = await tx.first(
          `SELECT name FROM things WHERE size = 0 ORDER BY name LIMIT 1 ${tx.forUpdateOrSkip}`,
        );
        if (row) await tx.run('UPDATE things SET size = size + 1 WHERE name = ?', [row['name'] ?? null]);
        return row?.['name'];
      };
      const taken = await Promise.all(Array.from({ length: 40 }, (_, i) => (i % 2 ? one : two).transaction(claim)));
      const names = taken.filter((name) => name !== undefined);
      expect(new Set(names).size).toBe(names.length);
      expect(await one.first('SELECT MAX(size) AS most FROM things')).toEqual({ most: 1 });
    });
  });

  describe('a value', () => {
    test('is read as it was written: number, text or null', async () => {
      const db = await opened();
      const name = `it's 100 % "sure"? $1 \\ – é 中 🙂 ${'x'.repeat(100_000)}`;
      await db.run('INSERT INTO things (name, size, share, flag) VALUES (?, ?, ?, ?)', [name, 2 ** 52, 0.1, 1]);
      expect(await db.all('SELECT * FROM things')).toEqual([{ name, size: 2 ** 52, share: 0.1, flag: 1 }]);
      await db.run('UPDATE things SET size = ?, share = ?, flag = ? WHERE name = ?', [null, null, null, name]);
      expect(await db.first('SELECT size, share, flag FROM things')).toEqual({ size: null, share: null, flag: null });
    });

    test('is not put in place of a question mark inside a string', async () => {
      const db = await opened();
      await db.run(`INSERT INTO things (name, size) VALUES ('why?', ?)`, [7]);
      const sql = `SELECT name AS "what?" FROM things /* really? */ WHERE name <> 'it''s ?' AND size = ? -- sure?`;
      expect(await db.first(sql, [7])).toEqual({ 'what?': 'why?' });
    });

    test('of a sum or a count is a number', async () => {
      const db = await opened();
      expect(await db.first('SELECT SUM(size) AS sum, COUNT(*) AS n FROM things')).toEqual({ sum: null, n: 0 });
      await db.transaction(async (tx) => {
        for (const size of [1, 2, 4]) await tx.run(insert, [`n${size}`, size]);
      });
      const sql = 'SELECT SUM(size) AS sum, COUNT(*) AS n, MAX(size) - MIN(size) AS span FROM things';
      expect(await db.first(sql)).toEqual({ sum: 7, n: 3, span: 3 });
      expect(await db.run('UPDATE things SET size = 0 WHERE size < ?', [3])).toBe(2);
      expect(await db.first('SELECT name FROM things WHERE size = ?', [9])).toBeUndefined();
    });
  });

  describe('the time of the database', () => {
    test('is in whole milliseconds, by one clock inside and outside transactions', async () => {
      const db = await opened();
      const before = await db.now();
      const within = await db.transaction((tx) => Promise.resolve(tx.now));
      const after = await db.now();
      expect([before, within, after].every(Number.isInteger)).toBe(true);
      expect(before <= within && within <= after).toBe(true);
      expect(Math.abs(after - Date.now())).toBeLessThan(60_000);
    });
  });

  describe('a wake', () => {
    const watched = async (db: Database, channel = 'a/b "c"') => {
      const seen = { wakes: 0 };
      db.watch(channel, () => (seen.wakes += 1));
      // PostgreSQL wakes once when it begins to listen.
      while (db.dialect === 'postgres' && seen.wakes === 0) await sleep(5);
      seen.wakes = 0;
      return seen;
    };

    test('follows a commit, and no rollback', async () => {
      const db = await opened();
      const [seen, other] = [await watched(db), await watched(db, 'another')];
      const failing = db.transaction(async (tx) => {
        tx.wake('a/b "c"');
        await tx.run('INSERT INTO things (name, size) VALUES (?, nothing(1))', ['b']);
      });
      await expect(failing).rejects.toThrow('nothing');
      expect(seen.wakes).toBe(0);
      await db.transaction(async (tx) => {
        tx.wake('a/b "c"');
        await tx.run(insert, ['a', 1]);
        expect(seen.wakes).toBe(0);
      });
      expect([seen.wakes > 0, other.wakes]).toEqual([true, 0]);
      expect(await count(db)).toBe(1);
    });

    test('does not reach a watch that was disposed of', async () => {
      const db = await opened();
      const [stays, gone] = [await watched(db), { wakes: 0 }];
      const watch = db.watch('a/b "c"', () => (gone.wakes += 1));
      watch[Symbol.dispose]();
      await db.transaction(async (tx) => tx.wake('a/b "c"'));
      expect([gone.wakes, stays.wakes > 0]).toEqual([0, true]);
    });
  });

  describe('a schema', () => {
    test('is migrated once by six stores that open at once', async () => {
      const all = await Promise.all(Array.from({ length: 6 }, () => opened()));
      const [first] = all;
      expect(await first?.all('SELECT schema_name, step FROM migrations')).toEqual([
        { schema_name: 'things', step: 1 },
      ]);
    });

    test('grows by steps, and keeps the rows', async () => {
      const db = await opened();
      await db.run(insert, ['kept', 1]);
      const newer = { ...things, steps: [...things.steps, 'ALTER TABLE things ADD COLUMN colour TEXT'] };
      const next = await opened({ migrations: [newer] });
      expect(await next.first('SELECT name, colour FROM things')).toEqual({ name: 'kept', colour: null });
    });

    test('of a newer version is refused', async () => {
      const newer = { ...things, steps: [...things.steps, 'ALTER TABLE things ADD COLUMN colour TEXT'] };
      await opened({ migrations: [newer] });
      await expect(opened()).rejects.toMatchObject({ code: 'store_newer', actor: 'operator' });
    });

    test('whose tables are not those of this version is told as that', async () => {
      const db = await opened();
      for (const sql of [
        'SELECT colour FROM things',
        'SELECT * FROM others',
        "INSERT INTO things (colour) VALUES ('red')",
      ])
        await expect(db.all(sql)).rejects.toMatchObject({ code: 'store_differs', actor: 'operator' });
    });

    test('is unchanged after a step that fails', async () => {
      const broken = { name: 'broken', steps: ['CREATE TABLE half (a TEXT)', 'CREATE NONSENSE'] };
      await expect(opened({ migrations: [things, broken] })).rejects.toThrow();
      const db = await opened();
      await expect(db.all('SELECT * FROM half')).rejects.toThrow();
      expect(await count(db)).toBe(0);
    });
  });
}

async function incrementWith(tx: Transaction, lock: string): Promise<void> {
  const row = await tx.first(`SELECT size FROM things WHERE name = 'counter' ${lock}`);
  await tx.run(`UPDATE things SET size = ? WHERE name = 'counter'`, [Number(row?.['size']) + 1]);
}
