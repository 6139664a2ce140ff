import { describe, vi } from 'vitest';
import { onPostgres } from '../../../support/postgres/on-postgres.ts';

/**
 * The tests of kill points and wake-ups once more, with their tables in PostgreSQL. `crash.postgres.long.ts` has random kills,
 * interleavings and the state machine; `postgres.soak.ts` runs all of them for longer.
 */
await onPostgres('on PostgreSQL', { tags: 'long' }, () => {
  // Fewer runs than on SQLite, since every round trip takes real time.
  vi.stubEnv('ROUNDS', process.env['ROUNDS'] ?? '1');

  describe('kill-points.test.ts', async () => void (await import('./kill-points.test.ts')));
  describe('wake-ups.test.ts', async () => void (await import('../wake-ups.test.ts')));
});
