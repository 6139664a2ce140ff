import type { Database } from '../../store/database.ts';

/** True for one process of all, once in `everyMs`: that one does this part of maintenance now. */
export function takeMaintenanceRun(db: Database, name: string, everyMs: number): Promise<boolean> {
  return db.transaction(async (tx) => {
    await tx.lock('maintenance');
    const row = await tx.first('SELECT done_at FROM chores WHERE name = ?', [name]);
    if (row !== undefined && Number(row['done_at']) > tx.now - everyMs) return false;
    await tx.run(
      `INSERT INTO chores (name, done_at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET done_at = excluded.done_at`,
      [name, tx.now],
    );
    return true;
  });
}
