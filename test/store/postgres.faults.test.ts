import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock, type Clock } from '../../src/shared/time/clock.ts';
import { Problem } from '../../src/shared/errors.ts';
import { Latch } from '../../src/shared/time/latch.ts';
import type { Database, Transaction } from '../../src/store/database.ts';
import { openStore } from '../../src/store/open.ts';
import { askAt, createDatabase, ownPostgres, type TestDatabase } from '../support/postgres/database.ts';
import type { PostgresServer } from '../support/postgres/server.ts';
import { common, count, insert } from './dialect-contract.ts';
import { turnsMs } from '../support/work.ts';

// A server of this file's own, which is crashed and restarted. One given by TEST_DATABASE_URL is never crashed.
const server: PostgresServer | undefined = await ownPostgres();

/** Ends retries after a second instead of ten. */
const shortRetries: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() * 10 };
/** Ends retries after ninety seconds: a busy machine starts a server slowly. */
const longRetries: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() / 9 };

describe.skipIf(server === undefined)('a PostgreSQL store under faults', () => {
  let database: TestDatabase;
  let url: string;
  const open: Database[] = [];
  beforeAll(async () => {
    database = await createDatabase(server?.url ?? '');
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    url = (await database.makeSchema()).url;
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((db) => db.close()));
  });
  const opened = async (clock: Clock = systemClock) => {
    const db = await openStore({ ...common, clock, path: '/nowhere', url });
    open.push(db);
    return db;
  };

  /** The end of a transaction as its caller sees it. */
  type Verdict = 'written' | 'unknown' | 'not written';
  const verdictOf = async (promise: Promise<unknown>): Promise<Verdict> => {
    try {
      await promise;
      return 'written';
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return error.code === 'store_outcome_unknown' ? 'unknown' : 'not written';
    }
  };

  /** Two rows that have to appear together, and a counter that shows work done twice. */
  const work = (name: string) => async (tx: Transaction) => {
    await tx.run(insert, [`${name}-a`, 1]);
    await tx.run(`UPDATE things SET size = size + 1 WHERE name = 'counter'`);
    await tx.run(insert, [`${name}-b`, 1]);
  };
  /** `work` that recognises an earlier run, so that it may run again after an unanswered commit. */
  const repeatableWork = (name: string) => async (tx: Transaction) => {
    await tx.lock(name);
    if (await tx.first('SELECT name FROM things WHERE name = ?', [`${name}-a`])) return;
    await work(name)(tx);
  };

  const judge = async (db: Database, verdicts: ReadonlyMap<string, Verdict>) => {
    const rows = await db.all(`SELECT name FROM things WHERE name <> 'counter'`);
    const names = new Set(rows.map((row) => String(row['name'])));
    for (const [name, verdict] of verdicts) {
      const [a, b] = [names.has(`${name}-a`), names.has(`${name}-b`)];
      expect(a).toBe(b);
      if (verdict !== 'unknown') expect(a).toBe(verdict === 'written');
    }
    expect(await db.first(`SELECT size FROM things WHERE name = 'counter'`)).toEqual({ size: names.size / 2 });
  };

  test(
    'neither loses nor repeats a commit while every connection breaks again and again',
    { tags: 'long' },
    async () => {
      const members = [await opened(longRetries), await opened(longRetries), await opened(longRetries)];
      const [first] = members;
      await first?.run(insert, ['counter', 0]);
      const verdicts = new Map<string, Verdict>();
      const startedAt = Date.now();
      let kills = 0;
      const written = () => [...verdicts.values()].filter((verdict) => verdict === 'written').length;
      // Four seconds; longer on a machine that is too busy for enough of both.
      const goesOn = () => {
        const passed = Date.now() - startedAt;
        return passed < 4_000 || (passed < 120_000 && (kills <= 20 || written() <= 100));
      };
      const killing = (async () => {
        for (; goesOn(); kills += 1) {
          const before = written();
          await sleep(40);
          // A busy machine writes nothing within that time; a store gives up where every attempt is broken.
          while (goesOn() && written() === before) await sleep(5);
          await database.breakConnections();
        }
      })();
      const writing = members.flatMap((db, member) =>
        [0, 1, 2].map(async (lane) => {
          for (let n = 0; goesOn(); n += 1) {
            const name = `m${member}-${lane}-${n}`;
            // Every other transaction is repeatable, so that the store finds the outcome out itself.
            const promise =
              n % 2 ? db.transaction(work(name)) : db.transaction(repeatableWork(name), { repeatable: true });
            verdicts.set(name, await verdictOf(promise));
            if (n % 2 === 0) expect(verdicts.get(name)).toBe('written');
          }
        }),
      );
      await Promise.all([killing, ...writing]);
      await judge(await opened(), verdicts);
      const tally = written();
      expect(kills).toBeGreaterThan(20);
      expect(tally).toBeGreaterThan(100);
      console.info(`${kills} rounds of kills, ${tally} of ${verdicts.size} transactions written`);
    },
  );

  test('retries through crashes and restarts of the server, and keeps every commit', { tags: 'long' }, async () => {
    const db = await opened(longRetries);
    await db.run(insert, ['counter', 0]);
    const verdicts = new Map<string, Verdict>();
    let stop = false;
    const writing = [0, 1, 2, 3].map(async (lane) => {
      for (let n = 0; !stop; n += 1) {
        verdicts.set(`l${lane}-${n}`, await verdictOf(db.transaction(work(`l${lane}-${n}`))));
      }
    });
    for (let round = 0; round < 3; round += 1) {
      await sleep(300);
      await server?.crash();
      await sleep(200);
      await server?.start();
    }
    expect(await turnsMs(() => db.run(insert, ['back', 0]))).toBeLessThan(5_000);
    await sleep(300);
    stop = true;
    await Promise.all(writing);
    await db.run(`DELETE FROM things WHERE name = 'back'`);
    await judge(db, verdicts);
    expect([...verdicts.values()].filter((verdict) => verdict === 'not written')).toEqual([]);
    expect([...verdicts.values()].filter((verdict) => verdict === 'unknown').length).toBeLessThanOrEqual(3 * 4);
  });

  test('reports a server that stays down, and works again once it is up', { tags: 'long' }, async () => {
    const db = await opened(shortRetries);
    await server?.crash();
    const began = shortRetries.monotonic();
    await expect(db.run(insert, ['a', 1])).rejects.toMatchObject({ code: 'store_unreachable', actor: 'wait' });
    expect(shortRetries.monotonic() - began).toBeGreaterThanOrEqual(10_000);
    await server?.start();
    await db.run(insert, ['b', 1]);
    expect(await count(db)).toBe(1);
  });

  test('runs the victim of a deadlock again', { tags: 'long' }, async () => {
    const db = await opened();
    for (const name of ['a', 'b']) await db.run(insert, [name, 0]);
    let runs = 0;
    let secondHolds = (): void => undefined;
    const bothHold = new Promise<void>((resolve) => (secondHolds = resolve));
    const both = (first: string, second: string) =>
      db.transaction(async (tx) => {
        const run = (runs += 1);
        await tx.run('UPDATE things SET size = size + 1 WHERE name = ?', [first]);
        if (run > 1) secondHolds();
        await bothHold;
        await tx.run('UPDATE things SET size = size + 1 WHERE name = ?', [second]);
      });
    await Promise.all([both('a', 'b'), both('b', 'a')]);
    expect(runs).toBe(3);
    expect(await db.all('SELECT size FROM things')).toEqual([{ size: 2 }, { size: 2 }]);
  });

  test('frees the locks of a transaction that stalls', { tags: 'long', timeout: 180_000 }, async () => {
    const [stalled, other] = [await opened(), await opened()];
    const [locked, released] = [new Latch(), new Latch()];
    const isLocked = locked.wait();
    let runs = 0;
    const stalling = stalled.transaction(async (tx) => {
      runs += 1;
      await tx.lock('shared');
      await tx.run(insert, ['late', 1]);
      // The server ends the connection meanwhile, so the commit is never begun and the work runs again.
      locked.release();
      if (runs === 1) await released.wait();
    });
    await isLocked;
    await other.transaction(async (tx) => {
      await tx.lock('shared');
      await tx.run(insert, ['early', 1]);
    });
    released.release();
    await stalling;
    expect(runs).toBe(2);
    expect(await count(other)).toBe(2);
  });

  /** Makes the commit of a row `slow` take 30 seconds, by a deferred constraint trigger. */
  const slowDown = () =>
    askAt(
      url,
      `CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$;
       CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON things DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW WHEN (NEW.name = 'slow') EXECUTE FUNCTION slow()`,
    );

  /** Waits until such a commit is under way. */
  const slowCommit = async () => {
    const sleeping = `SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`;
    while ((await database.ask(sleeping)).length === 0) await sleep(5);
  };

  test('reports an unanswered commit as unknown, also after later failures', { tags: 'long' }, async () => {
    const db = await opened(shortRetries);
    await slowDown();
    const writing = verdictOf(db.transaction((tx) => tx.run(insert, ['slow', 1]), { repeatable: true }));
    await slowCommit();
    await server?.crash();
    expect(await writing).toBe('unknown');
    await server?.start();
  });

  test('reports a commit whose answer is lost as unknown', async () => {
    const db = await opened();
    await slowDown();
    const writing = verdictOf(db.run(insert, ['slow', 1]));
    await slowCommit();
    await database.breakConnections();
    expect(await writing).toBe('unknown');
    await askAt(url, 'DROP TRIGGER slow ON things');
    expect(await count(db)).toBe(0);
  });
});
