import type { Client, Pool, PoolClient } from 'pg';
import type { Clock } from '../../shared/time/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Random } from '../../shared/random.ts';
import type { Database, SqlRow, SqlValue, Transaction, TransactionOptions } from '../database.ts';
import { Watchers } from '../watchers.ts';
import { StoreFailure, toFailure, type FailureKind } from './failure.ts';
import { Listener } from './listener.ts';
import { cachedNumbering } from './placeholders.ts';
import { outcomeUnknown, toProblem } from './problems.ts';
import { CommitUnanswered, NOW, Session } from './session.ts';

/** Longest time of retries through a restart, a failover, a lost race or a lack of connections. */
const RETRY_LIMIT_MS = 10_000;
const TRANSIENT: ReadonlySet<FailureKind> = new Set(['conflict', 'lost', 'busy', 'read_only']);

interface Deps {
  readonly pool: Pool;
  /** Makes a client with the settings of the pool, not yet connected. */
  readonly newClient: () => Client;
  /** Address of the database without its password, for problems. */
  readonly address: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * The store in PostgreSQL. A transaction that was surely undone runs again by itself: after a deadlock, and where the
 * connection is lost before COMMIT is sent. Where it is lost between COMMIT and its answer, only work that says it is
 * `repeatable` runs again; any other ends as the problem `store_outcome_unknown` (docs/jobs.md#two-dialects).
 */
export class PostgresDatabase implements Database {
  readonly dialect = 'postgres';
  readonly #deps: Deps;
  readonly #translate = cachedNumbering();
  readonly #watchers = new Watchers();
  readonly #listener: Listener;
  #closing: Promise<void> | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#listener = new Listener({ ...deps, onWake: (channel) => this.#watchers.wake([channel]) });
  }

  all(sql: string, params?: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    // A read may run again on another connection; a statement that writes needs the rules of a transaction.
    if (!/^\s*SELECT\b/i.test(sql)) return this.transaction((tx) => tx.all(sql, params));
    return this.#withRetries(() => this.#using((session) => session.all(sql, params)), { repeatable: true });
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

  version(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const done = await this.#withRetries(() => this.#using((session) => transact(session, work)), options);
    this.#watchers.wake(done.woken);
    return done.result;
  }

  watch(channel: string, onWake: () => void): Disposable {
    this.#listener.listen(channel);
    return this.#watchers.watch(channel, onWake);
  }

  async close(): Promise<void> {
    this.#closing ??= this.#deps.pool.end();
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
      return await this.#deps.pool.connect();
    } catch (error) {
      throw toFailure(error);
    }
  }

  async #withRetries<T>(step: () => Promise<T>, { repeatable = false }: TransactionOptions): Promise<T> {
    const { clock, random, address } = this.#deps;
    const giveUpAt = clock.monotonic() + RETRY_LIMIT_MS;
    let unanswered: CommitUnanswered | undefined;
    for (let wait = 10; ; wait = Math.min(wait * 2, 500)) {
      try {
        return await step();
      } catch (error) {
        if (!(error instanceof StoreFailure)) throw error;
        // Later failures say nothing about that commit: its outcome stays unknown until a run succeeds.
        if (error instanceof CommitUnanswered) unanswered = error;
        const isOver = this.#closing !== undefined || clock.monotonic() > giveUpAt || !TRANSIENT.has(error.kind);
        if (unanswered && (isOver || !repeatable)) throw outcomeUnknown(unanswered, address);
        if (isOver) throw toProblem(error, address);
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
