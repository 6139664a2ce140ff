import { Problem } from '../shared/errors.ts';
import type { SqlValue, Transaction } from '../store/database.ts';
import type { ImageLibrary, ImageRecord, Viewer } from './types.ts';

/** The handles that a picture was made from: its sources, then its mask. */
function parentsOf({ facts }: Pick<ImageRecord, 'facts'>): readonly string[] {
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

/** A picture's nearest relatives. */
export interface Lineage {
  /** What it was made from, as far as it still exists: sources, then the mask. */
  readonly parents: readonly ImageRecord[];
  /** What was made from it, newest first. */
  readonly children: readonly ImageRecord[];
  /** There are more children than these. */
  readonly hasMoreChildren: boolean;
}

const MOST_CHILDREN = 10;

/** Where a picture comes from, and what has become of it. */
export async function lineageOf(
  image: ImageRecord,
  images: Pick<ImageLibrary, 'get' | 'list'>,
  viewer: Viewer,
): Promise<Lineage> {
  const parents: ImageRecord[] = [];
  for (const id of parentsOf(image)) {
    const parent = await images.get(id, viewer).catch(unlessDeleted);
    if (parent !== undefined) parents.push(parent);
  }
  const children = await images.list({ limit: MOST_CHILDREN + 1, madeFrom: image.id }, viewer);
  return {
    parents,
    children: children.slice(0, MOST_CHILDREN),
    hasMoreChildren: children.length > MOST_CHILDREN,
  };
}

function unlessDeleted(error: unknown): undefined {
  if (error instanceof Problem && error.code === 'unknown_image') return undefined;
  throw error;
}
