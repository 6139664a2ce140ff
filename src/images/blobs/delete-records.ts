import type { Transaction } from '../../store/database.ts';
import type { Doomed } from './oldest.ts';

/** Puts contents on the list of the automatic sweep: those not referenced yet, and those that lose a reference in this transaction. */
export async function noteUnreferenced(tx: Transaction, contents: readonly string[]): Promise<void> {
  for (const content of new Set(contents)) {
    await tx.run(
      `INSERT INTO unreferenced_contents (content, since) VALUES (?, ?)
       ON CONFLICT (content) DO UPDATE SET since = excluded.since`,
      [content, tx.now],
    );
  }
}

/** Deletes records with their lineage, and notes their contents for the sweep. */
export async function deleteRecords(tx: Transaction, rows: readonly Doomed[]): Promise<void> {
  for (const { id } of rows) {
    await tx.run('DELETE FROM image_sources WHERE image = ? OR source = ?', [id, id]);
    await tx.run('DELETE FROM saved_files WHERE image = ?', [id]);
    await tx.run('DELETE FROM images WHERE id = ?', [id]);
  }
  await noteUnreferenced(tx, rows.map(contentIn));
}

/** The content of a record. */
export function contentIn({ sha256 }: Doomed): string {
  return sha256;
}
