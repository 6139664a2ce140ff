import type { Database } from '../../../store/database.ts';
import { DAY_MS } from '../../../shared/time/durations.ts';
import type { Consents } from '../../model/consents.ts';

/**
 * Time for which a used consent is remembered. Its question counts for ten minutes, but by clocks that may differ, and that
 * may be set forth and back: one that jumps further is mended by a person, not by a service of time.
 */
const REMEMBERED_MS = 30 * DAY_MS;
/** Most lapsed rows that the use of a consent deletes: few enough to be quick, and more than the one row that the use adds. */
const MOST_CLEARED = 100;

/**
 * Consents that were used, of all processes that share this database. A row does not say whose consent it was: it stays where
 * everything of its person is deleted, as the consent would count again otherwise.
 */
export class UsedConsents implements Consents {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  use(consent: string): Promise<boolean> {
    return this.#db.transaction(async (tx) => {
      const lapsed = `SELECT id FROM used_consents WHERE forget_at <= ? ORDER BY forget_at LIMIT ${MOST_CLEARED}`;
      await tx.run(`DELETE FROM used_consents WHERE id IN (${lapsed} ${tx.forUpdateOrSkip})`, [tx.now]);
      const used = await tx.run('INSERT INTO used_consents (id, forget_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING', [
        consent,
        tx.now + REMEMBERED_MS,
      ]);
      return used === 1;
    });
  }
}
