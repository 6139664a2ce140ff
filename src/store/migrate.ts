import { Problem } from '../shared/errors.ts';
import type { Database, Migrations } from './database.ts';

const LEDGER = `CREATE TABLE IF NOT EXISTS migrations (
  room TEXT NOT NULL,
  step INTEGER NOT NULL,
  applied_at BIGINT NOT NULL,
  PRIMARY KEY (room, step)
)`;

/**
 * Brings the schema of these rooms up to date, forward only, in one transaction: after a crash either the old or the new
 * schema is whole.
 * @throws Problem `store_newer` where a newer version of this program has migrated the database
 */
export async function migrate(db: Database, rooms: readonly Migrations[]): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.lock('migrations');
    await tx.run(LEDGER);
    for (const { room, steps } of rooms) {
      const row = await tx.first('SELECT COUNT(*) AS applied FROM migrations WHERE room = ?', [room]);
      const applied = Number(row?.['applied'] ?? 0);
      if (applied > steps.length) throw newerStore(room);
      for (const [index, step] of steps.entries()) {
        if (index < applied) continue;
        await tx.run(step);
        await tx.run('INSERT INTO migrations (room, step, applied_at) VALUES (?, ?, ?)', [room, index + 1, tx.now]);
      }
    }
  });
}

function newerStore(room: string): Problem {
  return new Problem('store_newer', `The job store was written by a newer version of this program (${room}).`, {
    actor: 'operator',
    next: 'Update this program, or set FIREFLY_HOME to another folder.',
  });
}
