import type { Firefly } from '../../firefly/types.ts';
import { RateLimited } from '../../firefly/problems.ts';
import type { Database } from '../../store/database.ts';
import type { Permits } from './permits.ts';

/** What may be asked of Adobe outside of jobs. */
export type GatedQueries = Pick<Firefly, 'prepare' | 'customModels'>;

/** The same, behind the gate: while it is closed nothing is sent, and a 429 closes it for every process (DESIGN §3). */
export function createGatedQueries(
  firefly: Firefly,
  { db, permits }: { db: Database; permits: Permits },
): GatedQueries {
  return {
    prepare: (signal) => firefly.prepare(signal),
    customModels: async (query, signal) => {
      const heldMs = await permits.cooldownMs();
      if (heldMs > 0) throw new RateLimited(heldMs);
      try {
        return await firefly.customModels(query, signal);
      } catch (error) {
        if (!(error instanceof RateLimited)) throw error;
        throw new RateLimited(
          await db.transaction(async (tx) => (await permits.startCooldown(tx, error.retryAfterMs)) - tx.now),
        );
      }
    },
  };
}
