import { describe, vi } from 'vitest';
import { onPostgres } from '../../support/postgres/on-postgres.ts';

/**
 * The tests of engine, queue, budget and duplicates once more, with their tables in PostgreSQL. More of those in which
 * statements, types or locks of a dialect decide are in `engine.postgres.long.ts`, and others in `postgres.soak.ts`.
 */
await onPostgres('on PostgreSQL', { tags: 'long' }, () => {
  // Fewer requests than on SQLite, since every round trip takes real time.
  vi.stubEnv('REQUESTS', process.env['REQUESTS'] ?? '12');

  // A describe of its own keeps each file's hooks to its tests.
  describe('engine.test.ts', async () => void (await import('./engine.test.ts')));
  describe('job-queue.test.ts', async () => void (await import('../job-queue.test.ts')));
  describe('budget.test.ts', async () => void (await import('../limits/budget.test.ts')));
  describe('claimable-jobs.test.ts', async () => void (await import('../store/claimable-jobs.test.ts')));
  describe('duplicates.test.ts', async () => void (await import('../deduplication/duplicates.test.ts')));
});
