import type { Database } from '../../../store/database.ts';
import { readNumber } from '../../../store/rows.ts';

/**
 * Claims the next run of a task for this process; false where any process claimed one less than `everyMs` milliseconds
 * ago. So one process of the installation runs it.
 */
export function takeMaintenanceRun(db: Database, task: string, everyMs: number): Promise<boolean> {
  return db.transaction(async (tx) => {
    await tx.lock('maintenance');
    const doneAt = await readNumber(tx, 'SELECT done_at FROM maintenance_runs WHERE name = ?', [task]);
    if (doneAt !== undefined && doneAt > tx.now - everyMs) return false;
    await tx.run(
      `INSERT INTO maintenance_runs (name, done_at) VALUES (?, ?)
       ON CONFLICT (name) DO UPDATE SET done_at = excluded.done_at`,
      [task, tx.now],
    );
    return true;
  });
}
