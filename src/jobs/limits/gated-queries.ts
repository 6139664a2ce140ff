import type { Firefly } from '../../firefly/types.ts';
import type { Access } from '../../firefly/auth/access.ts';
import { RateLimited } from '../../firefly/problems.ts';
import type { Database } from '../../store/database.ts';
import type { Permits } from './permits.ts';

/** Requests to Adobe outside of jobs, and what its operations take. */
export type GatedQueries = Pick<Firefly, 'operation' | 'prepare' | 'customModels'> & {
  /** What is known of the access to Adobe. Asks afresh where that is old, and waits for nothing. */
  readonly access: () => Access['view'];
};

/**
 * Makes these requests respect the cooldown: during one nothing is sent, and a 429 begins one for every process
 * (docs/quota-and-money.md#cooldown).
 */
export function createGatedQueries(
  firefly: Firefly,
  { db, permits, access }: { db: Database; permits: Permits; access: Access },
): GatedQueries {
  const customModels: Firefly['customModels'] = async (query, signal) => {
    const cooldownMs = await permits.cooldownMs();
    if (cooldownMs > 0) throw new RateLimited(cooldownMs);
    try {
      return await firefly.customModels(query, signal);
    } catch (error) {
      if (!(error instanceof RateLimited)) throw error;
      throw new RateLimited(
        await db.transaction(async (tx) => (await permits.startCooldown(tx, error.retryAfterMs)) - tx.now),
      );
    }
  };
  return {
    operation: (id) => firefly.operation(id),
    prepare: (signal) => firefly.prepare(signal),
    customModels,
    access: () => {
      access.freshen(customModels);
      return access.view;
    },
  };
}
