import type { PoolClient, QueryResult } from 'pg';
import type { Queryable, SqlRow, SqlValue, Transaction } from '../database.ts';
import { StoreFailure, toFailure, wasNeverBegun } from './failure.ts';
import { channelName, lockKey, storable } from './values.ts';

/** Time of the server, epoch milliseconds: the current moment, not the start of the transaction. */
export const NOW = 'floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now';

/** Longest wait for a lock, and longest single statement. */
const LOCK_LIMIT_MS = 10_000;
const STATEMENT_LIMIT_MS = 15_000;
/** A transaction that stalls for so long is aborted, well before the waiters for its locks reach their limit. */
const STALL_LIMIT_MS = 5_000;

// One message, so one round trip. Settings are local to the transaction, as a pooler may give the connection to others.
const BEGIN = `BEGIN ISOLATION LEVEL READ COMMITTED;
  SET LOCAL lock_timeout = ${LOCK_LIMIT_MS};
  SET LOCAL statement_timeout = ${STATEMENT_LIMIT_MS};
  SET LOCAL idle_in_transaction_session_timeout = ${STALL_LIMIT_MS};
  SELECT ${NOW}`;

// MATERIALIZED: the clock is read after the lock has been granted, whatever order the planner prefers.
const LOCK = `WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock($1::bigint)) SELECT ${NOW} FROM held`;

/** One connection of the pool while this process uses it. */
export class Session {
  readonly #client: PoolClient;
  readonly #translate: (sql: string) => string;
  readonly #woken = new Set<string>();
  #isBroken = false;

  constructor(client: PoolClient, translate: (sql: string) => string) {
    this.#client = client;
    this.#translate = translate;
  }

  /** Whether the connection must not go back to the pool: it may be defective, or lead to the wrong server. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Channels that the transaction wakes. */
  get woken(): ReadonlySet<string> {
    return this.#woken;
  }

  /** Opens a transaction. @throws StoreFailure */
  async begin(): Promise<Transaction> {
    let now = nowOf(last(await this.#send(BEGIN)));
    const statements: Queryable = {
      all: (sql, params) => this.all(sql, params),
      first: async (sql, params) => (await this.all(sql, params))[0],
      run: async (sql, params) => (await this.#execute(sql, params)).rowCount ?? 0,
    };
    return {
      ...statements,
      forUpdate: 'FOR UPDATE',
      forUpdateOrSkip: 'FOR UPDATE SKIP LOCKED',
      get now() {
        return now;
      },
      wake: (channel) => void this.#woken.add(channel),
      lock: async (name) => {
        now = nowOf(await this.#send(LOCK, [lockKey(name)]));
      },
    };
  }

  /** @throws StoreFailure, or the server's error about the statement */
  async all(sql: string, params?: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    return (await this.#execute(sql, params)).rows;
  }

  /**
   * Commits; durable once this resolves.
   * @throws CommitUnanswered where the connection broke before the answer; StoreFailure where surely nothing was committed
   */
  async commit(): Promise<void> {
    // The server delivers notifications with the commit, or not at all. One message, so one round trip.
    const notify = [...this.#woken].map((channel) => `NOTIFY "${channelName(channel)}"; `);
    const answer = await this.#send(`${notify.join('')}COMMIT`).catch((failure: unknown) => {
      const isLost = failure instanceof StoreFailure && failure.kind === 'lost';
      throw isLost && !wasNeverBegun(failure.cause) ? new CommitUnanswered(failure.cause) : failure;
    });
    // After a failed statement whose error was ignored, the server answers COMMIT with a silent rollback.
    if (last(answer)?.command !== 'COMMIT') throw new Error('a failed statement was ignored, so nothing was committed');
  }

  /** Rolls the transaction back after `error`. For a lost connection, the server does that. */
  async rollBackAfter(error: unknown): Promise<void> {
    if (error instanceof StoreFailure && error.kind === 'lost') return;
    await this.#send('ROLLBACK').catch(() => (this.#isBroken = true));
  }

  #execute(sql: string, params: readonly SqlValue[] = []): Promise<QueryResult<SqlRow>> {
    return this.#send(this.#translate(sql), params.map(storable));
  }

  async #send(text: string, params?: SqlValue[]): Promise<QueryResult<SqlRow>> {
    try {
      return await this.#client.query<SqlRow>(text, params);
    } catch (error) {
      const failure = toFailure(error);
      if (failure instanceof StoreFailure && failure.kind !== 'conflict') this.#isBroken = true;
      throw failure;
    }
  }
}

/** The commit was sent, and the connection broke before its answer came. */
export class CommitUnanswered extends StoreFailure {
  constructor(cause: unknown) {
    super('lost', cause);
  }
}

/** The last result. For several statements in one message the driver returns an array, unlike its types say. */
function last(result: QueryResult<SqlRow> | readonly QueryResult<SqlRow>[]): QueryResult<SqlRow> | undefined {
  return 'rows' in result ? result : result.at(-1);
}

function nowOf(result: QueryResult<SqlRow> | undefined): number {
  return Number(result?.rows[0]?.['now']);
}
