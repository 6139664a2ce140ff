import { Problem } from '../shared/errors.ts';
import type { Database, Migrations } from './database.ts';

const LEDGER = `CREATE TABLE IF NOT EXISTS migrations (
  schema_name TEXT NOT NULL,
  step INTEGER NOT NULL,
  applied_at BIGINT NOT NULL,
  PRIMARY KEY (schema_name, step)
)`;

/**
 * Brings these schemas up to date, forward only, in one transaction, so that a crash leaves either all the old ones or
 * all the new ones.
 * @throws Problem `store_newer` where a newer version of this program has migrated the database
 */
export async function migrate(db: Database, schemas: readonly Migrations[]): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.lock('migrations');
    await tx.run(LEDGER);
    for (const { name, steps } of schemas) {
      const row = await tx.first('SELECT COUNT(*) AS applied FROM migrations WHERE schema_name = ?', [name]);
      const applied = Number(row?.['applied'] ?? 0);
      if (applied > steps.length) throw newerStore(name);
      for (const [index, step] of steps.entries()) {
        if (index < applied) continue;
        await tx.run(step);
        await tx.run('INSERT INTO migrations (schema_name, step, applied_at) VALUES (?, ?, ?)', [
          name,
          index + 1,
          tx.now,
        ]);
      }
    }
  });
}

function newerStore(name: string): Problem {
  return new Problem('store_newer', `The job store was written by a newer version of this program (${name}).`, {
    next: 'Update this program, or set FIREFLY_HOME to another folder.',
  });
}
