import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock, type Clock } from '../../src/shared/time/clock.ts';
import { createLogger } from '../../src/shared/logger.ts';
import type { Database } from '../../src/store/database.ts';
import { openPostgres } from '../../src/store/postgres/open.ts';
import { createDatabase, sharedPostgres, type TestDatabase } from '../support/postgres/database.ts';
import { common } from './dialect-contract.ts';
import { turnsMs } from '../support/work.ts';

const CHANNEL = 'jobs:account';
const server = await sharedPostgres();

describe.skipIf(server === undefined)('a wake from another process on PostgreSQL', () => {
  let database: TestDatabase;
  const ends: (() => Promise<void> | void)[] = [];
  const lines: string[] = [];
  const logger = createLogger({ level: 'debug', write: (line) => void lines.push(line), now: () => 0 });
  beforeAll(async () => {
    database = await createDatabase(server ?? '');
  });
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
    lines.splice(0);
  });
  afterAll(() => database.drop());

  const opened = async (url = database.url, clock: Clock = systemClock): Promise<Database> => {
    const db = await openPostgres({ ...common, logger, clock, url });
    ends.push(() => db.close());
    return db;
  };
  /** Sleeps a hundredth of the time. */
  const fastClock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 100, signal) };
  const wake = (db: Database) => db.transaction(async (tx) => tx.wake(CHANNEL));
  const listeners = async () =>
    (
      await database.ask(`SELECT pid FROM pg_stat_activity WHERE application_name = 'firefly-mcp listener'
      AND datname = current_database()`)
    ).map((row) => Number(row['pid']));
  const until = async (done: () => boolean | Promise<boolean>) => {
    while (!(await done())) await sleep(5);
  };
  const watched = (db: Database) => {
    const seen = { wakes: 0 };
    db.watch(CHANNEL, () => (seen.wakes += 1));
    return seen;
  };
  /** Waits until a connection listens, and for the wake that comes with that. */
  const listening = async (seen: { wakes: number }) => {
    await until(async () => (await listeners()).length > 0);
    await until(() => seen.wakes > 0);
    seen.wakes = 0;
  };

  test('arrives soon, at most once for each commit', async () => {
    const [one, two] = [await opened(), await opened()];
    const seen = watched(one);
    await listening(seen);
    const waking = async () => {
      await wake(two);
      await until(() => seen.wakes > 0);
    };
    expect(await turnsMs(waking)).toBeLessThan(2_000);
    await sleep(50);
    expect(seen.wakes).toBe(1);
  });

  test('needs no connection without a watch, and one for all watches', async () => {
    // The connection of an earlier test may still be closing.
    await until(async () => (await listeners()).length === 0);
    const db = await opened();
    await wake(db);
    expect(await listeners()).toHaveLength(0);
    await Promise.all([listening(watched(db)), listening(watched(db))]);
    expect(await listeners()).toHaveLength(1);
    await db.close();
    await until(async () => (await listeners()).length === 0);
  });

  test(
    'arrives again after the listener was killed, after one for wakes that may have been lost',
    { tags: 'long' },
    async () => {
      const [one, two] = [await opened(database.url, fastClock), await opened()];
      const seen = watched(one);
      await listening(seen);
      for (let round = 0; round < 3; round += 1) {
        const [pid] = await listeners();
        await database.ask(`SELECT pg_terminate_backend(${pid})`);
        await until(async () => (await listeners()).some((other) => other !== pid));
        await listening(seen);
        await wake(two);
        await until(() => seen.wakes > 0);
        seen.wakes = 0;
      }
      expect(await listeners()).toHaveLength(1);
      const events = lines.map((line) => (JSON.parse(line) as { event: string }).event);
      expect(events.filter((event) => event === 'store_listener_lost')).toHaveLength(3);
    },
  );

  test('is awaited by ever rarer attempts while the server is unreachable, until the store closes', async () => {
    const waits: number[] = [];
    const counted: Clock = { ...fastClock, sleep: (ms, signal) => (waits.push(ms), fastClock.sleep(ms / 10, signal)) };
    const proxy = await startProxy(database.url);
    const db = await opened(proxy.url, counted);
    await listening(watched(db));
    await proxy.close();
    await until(() => waits.length > 12);
    expect(waits.slice(8).every((ms) => ms >= 15_000 && ms <= 45_000)).toBe(true);
    expect(waits.slice(0, 6).every((ms, n) => ms <= 500 * 2 ** n * 1.5)).toBe(true);
    // Once for each outage, not for each attempt.
    expect(lines.filter((line) => line.includes('store_listener_lost'))).toHaveLength(1);
    await db.close();
    const attempts = waits.length;
    await sleep(50);
    expect(waits.length).toBe(attempts);
  });

  test('that a pooler swallows is lost, and those of the own process arrive', async () => {
    const proxy = await startProxy(database.url, { deaf: true });
    const [deaf, other] = [await opened(proxy.url), await opened()];
    const seen = watched(deaf);
    await listening(seen);
    await wake(other);
    await sleep(50);
    expect(seen.wakes).toBe(0);
    await wake(deaf);
    expect(seen.wakes).toBe(1);
    expect(lines).toEqual([]);
  });

  /** A proxy to the server that can be closed; a `deaf` one swallows notifications, as a pooler does. */
  async function startProxy(url: string, { deaf = false } = {}) {
    const target = new URL(url);
    const { port, hostname } = target;
    const sockets = new Set<Socket>();
    const proxy = createServer((client) => {
      const upstream = connect(Number(port), hostname);
      client.pipe(upstream);
      if (deaf) withoutNotifications(upstream, client);
      else upstream.pipe(client);
      for (const [socket, peer] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => (sockets.delete(socket), peer.destroy()));
      }
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const address = proxy.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const close = async () => {
      const closed = new Promise((resolve) => proxy.close(resolve));
      sockets.forEach((socket) => socket.destroy());
      await closed;
    };
    ends.push(close);
    target.port = String(address.port);
    return { url: target.href, close };
  }
});

/**
 * Copies messages of the server without notifications: a message is a letter, a length and a body, and `A` is a
 * notification (PostgreSQL documentation, "Message Formats").
 */
function withoutNotifications(from: Socket, to: Socket): void {
  let rest = Buffer.alloc(0);
  from.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5 && rest.length > rest.readUInt32BE(1)) {
      const end = 1 + rest.readUInt32BE(1);
      if (rest[0] !== 'A'.charCodeAt(0)) to.write(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  });
}
