/** @module-tag long */
import { describe, vi } from 'vitest';
import { onPostgres } from '../../support/postgres/on-postgres.ts';

/** The tests of uploads, accounts, calls that are taken back and maintenance once more, with their tables in PostgreSQL. */
await onPostgres('on PostgreSQL', {}, () => {
  // Fewer requests than on SQLite, since every round trip takes real time.
  vi.stubEnv('REQUESTS', process.env['REQUESTS'] ?? '12');

  // A describe of its own keeps each file's hooks to its tests.
  describe('uploads.test.ts', async () => void (await import('./uploads.test.ts')));
  for (const file of ['accounts', 'image-references']) {
    describe(`${file}.test.ts`, () => import(`../store/${file}.test.ts`));
  }
  for (const file of ['retention', 'retention-by-size']) {
    describe(`${file}.test.ts`, () => import(`../../maintenance/${file}.test.ts`));
  }
  describe('taken-back.test.ts', async () => void (await import('../deduplication/taken-back.test.ts')));
});
