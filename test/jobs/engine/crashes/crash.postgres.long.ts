/** @module-tag long */
import { describe, vi } from 'vitest';
import { onPostgres } from '../../../support/postgres/on-postgres.ts';

/** The tests of crashes and of the state machine once more, with their tables in PostgreSQL; `postgres.soak.ts` runs them for longer. */
await onPostgres('on PostgreSQL', {}, () => {
  // Fewer runs than on SQLite, since every round trip takes real time.
  vi.stubEnv('KILLS', process.env['KILLS'] ?? '14');
  vi.stubEnv('RUNS', process.env['RUNS'] ?? '3');

  for (const file of ['crash', 'interleavings']) {
    describe(`${file}.test.ts`, () => import(`./${file}.test.ts`));
  }
  describe('state-machine.test.ts', async () => void (await import('../../model/state-machine.test.ts')));
});
