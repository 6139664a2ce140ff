/** @module-tag long */
import { describe } from 'vitest';
import { onPostgres } from '../../support/postgres/on-postgres.ts';

/** The control of batches once more, with their tables in PostgreSQL. */
await onPostgres('on PostgreSQL', {}, () => {
  describe('control.test.ts', async () => void (await import('./control.test.ts')));
});
