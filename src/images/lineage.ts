import type { SqlValue, Transaction } from '../store/database.ts';
import type { ImageRecord } from './types.ts';

/** The handles that a picture was made from: its sources, then its mask. */
export function parentsOf({ facts }: Pick<ImageRecord, 'facts'>): readonly string[] {
  return [...new Set([...(facts.sources ?? []), ...(facts.mask === undefined ? [] : [facts.mask])])];
}

/** Writes down what a picture was made from, so that it is found from there. In the transaction that records it. */
export async function noteSources(tx: Transaction, image: ImageRecord): Promise<void> {
  for (const source of parentsOf(image)) {
    await tx.run('INSERT INTO image_sources (source, image) VALUES (?, ?) ON CONFLICT DO NOTHING', [source, image.id]);
  }
}

/** Selects pictures that this one was the source or the mask of. */
export function madeFromOf(source: string): { readonly sql: string; readonly params: readonly SqlValue[] } {
  return { sql: 'id IN (SELECT image FROM image_sources WHERE source = ?)', params: [source] };
}
