import type { Database } from '../../../src/store/database.ts';

/**
 * A database all of whose queries and transactions go through a function on their way to another one.
 * @param through called with what asks the other database; what it resolves to is the answer
 */
export function wrapped(db: Database, through: <T>(ask: () => Promise<T>) => Promise<T> = (ask) => ask()): Database {
  return {
    dialect: db.dialect,
    all: (sql, params) => through(() => db.all(sql, params)),
    first: (sql, params) => through(() => db.first(sql, params)),
    run: (sql, params) => through(() => db.run(sql, params)),
    now: () => db.now(),
    version: () => db.version(),
    watch: (channel, onWake) => db.watch(channel, onWake),
    transaction: (work, options) => through(() => db.transaction(work, options)),
    close: () => db.close(),
  };
}
