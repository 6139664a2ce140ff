import type { Client, Pool, PoolClient } from 'pg';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Random } from '../../shared/random.ts';
import type { Database, SqlRow, SqlValue, Transaction, TransactionOptions } from '../database.ts';
import { Watchers } from '../watchers.ts';
import { StoreFailure, toFailure, type FailureKind } from './failure.ts';
import { Listener } from './listener.ts';
import { rememberedNumbering } from './placeholders.ts';
import { outcomeUnknown, toProblem } from './problems.ts';
import { CommitUnanswered, NOW, Session } from './session.ts';

/** How long a restart, a failover, a lost race or a lack of connections is waited out before it is the caller's problem. */
const PATIENCE_MS = 10_000;
const PASSING: ReadonlySet<FailureKind> = new Set(['conflict', 'lost', 'busy', 'read_only']);

interface Parts {
  readonly pool: Pool;
  /** A client like those of the pool that has not connected yet. */
  readonly newClient: () => Client;
  /** The database as it may be shown. */
  readonly place: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * PostgreSQL behind the store's interface. What was surely undone is run again by itself: after a deadlock, and when
 * the connection is lost before COMMIT is sent. When it is lost between COMMIT and its answer, only work that says it
 * is `repeatable` runs again; any other becomes the problem `store_outcome_unknown`.
 */
export class PostgresDatabase implements Database {
  readonly dialect = 'postgres';
  readonly #parts: Parts;
  readonly #translate = rememberedNumbering();
  readonly #watchers = new Watchers();
  readonly #listener: Listener;
  #closing: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#listener = new Listener({ ...parts, onWake: (channel) => this.#watchers.wake([channel]) });
  }

  all(sql: string, params?: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    // What only reads can be asked again on another connection.
    if (!/^\s*SELECT\b/i.test(sql)) return this.transaction((tx) => tx.all(sql, params));
    return this.#patiently(() => this.#using((session) => session.all(sql, params)), { repeatable: true });
  }

  async first(sql: string, params?: readonly SqlValue[]): Promise<SqlRow | undefined> {
    return (await this.all(sql, params))[0];
  }

  run(sql: string, params?: readonly SqlValue[]): Promise<number> {
    return this.transaction((tx) => tx.run(sql, params));
  }

  async now(): Promise<number> {
    return Number((await this.first(`SELECT ${NOW}`))?.['now']);
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const done = await this.#patiently(() => this.#using((session) => transact(session, work)), options);
    this.#watchers.wake(done.woken);
    return done.result;
  }

  watch(channel: string, onWake: () => void): Disposable {
    this.#listener.listen(channel);
    return this.#watchers.watch(channel, onWake);
  }

  async close(): Promise<void> {
    this.#closing ??= this.#parts.pool.end();
    await Promise.all([this.#closing, this.#listener.close()]);
  }

  async #using<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    const session = new Session(client, this.#translate);
    try {
      return await work(session);
    } finally {
      client.release(session.isBroken);
    }
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#parts.pool.connect();
    } catch (error) {
      throw toFailure(error);
    }
  }

  async #patiently<T>(step: () => Promise<T>, { repeatable = false }: TransactionOptions): Promise<T> {
    const { clock, random, place } = this.#parts;
    const giveUpAt = clock.monotonic() + PATIENCE_MS;
    let unanswered: CommitUnanswered | undefined;
    for (let wait = 10; ; wait = Math.min(wait * 2, 500)) {
      try {
        return await step();
      } catch (error) {
        if (!(error instanceof StoreFailure)) throw error;
        // Whatever comes after it, what it left behind stays unknown until a run has succeeded.
        if (error instanceof CommitUnanswered) unanswered = error;
        const isOver = this.#closing !== undefined || clock.monotonic() > giveUpAt || !PASSING.has(error.kind);
        if (unanswered && (isOver || !repeatable)) throw outcomeUnknown(unanswered, place);
        if (isOver) throw toProblem(error, place);
        await clock.sleep(wait * (0.5 + random.float()));
      }
    }
  }
}

async function transact<T>(
  session: Session,
  work: (tx: Transaction) => Promise<T>,
): Promise<{ result: T; woken: ReadonlySet<string> }> {
  const tx = await session.begin();
  try {
    const result = await work(tx);
    await session.commit();
    return { result, woken: session.woken };
  } catch (error) {
    await session.rollBackAfter(error);
    throw error;
  }
}
