import type { Database, Queryable, SqlValue, Transaction, TransactionOptions } from '../../../src/store/database.ts';
import { currentAsker } from './askers.ts';

/** A query of the store: a statement, the time (`NOW`) or a named lock (`LOCK`). */
export interface Query {
  /** The call that asked, such as `jobs.enqueue`; undefined for what runs beside calls, such as the engine. */
  readonly asker: string | undefined;
  readonly sql: string;
}

/** A database that records every query on its way to another one. */
export class CountedDatabase implements Database {
  readonly asked: Query[] = [];
  readonly #inner: Database;

  constructor(inner: Database) {
    this.#inner = inner;
  }

  get dialect() {
    return this.#inner.dialect;
  }

  all(sql: string, params?: readonly SqlValue[]) {
    return this.#counted(this.#inner).all(sql, params);
  }

  first(sql: string, params?: readonly SqlValue[]) {
    return this.#counted(this.#inner).first(sql, params);
  }

  run(sql: string, params?: readonly SqlValue[]) {
    return this.#counted(this.#inner).run(sql, params);
  }

  now() {
    this.#record('NOW');
    return this.#inner.now();
  }

  version() {
    return this.#inner.version();
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#inner.transaction((tx) => {
      const lock = (name: string) => {
        this.#record('LOCK');
        return tx.lock(name);
      };
      const { forUpdate, forUpdateOrSkip } = tx;
      return work({
        ...this.#counted(tx),
        // A named lock moves the time of the transaction.
        get now() {
          return tx.now;
        },
        forUpdate,
        forUpdateOrSkip,
        lock,
        wake: (channel) => tx.wake(channel),
      });
    }, options);
  }

  watch(channel: string, onWake: () => void) {
    return this.#inner.watch(channel, onWake);
  }

  close() {
    return this.#inner.close();
  }

  #counted(inner: Queryable): Queryable {
    const recorded = (sql: string) => {
      this.#record(sql.replace(/\s+/g, ' ').trim());
      return sql;
    };
    return {
      all: (sql, params) => inner.all(recorded(sql), params),
      first: (sql, params) => inner.first(recorded(sql), params),
      run: (sql, params) => inner.run(recorded(sql), params),
    };
  }

  #record(sql: string): void {
    this.asked.push({ asker: currentAsker(), sql });
  }
}
