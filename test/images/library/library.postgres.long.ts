/** @module-tag long */
import { describe } from 'vitest';
import { onPostgres } from '../../support/postgres/on-postgres.ts';

/** The tests of the library and of the garbage collector with records in PostgreSQL. */
await onPostgres('on PostgreSQL', {}, () => {
  describe('the library', async () => void (await import('./library.test.ts')));
  describe('the garbage collector', async () => void (await import('../blobs/garbage-collector.test.ts')));
});
