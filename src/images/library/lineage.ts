import { Problem } from '../../shared/errors.ts';
import type { SqlValue, Transaction } from '../../store/database.ts';
import { parentsOf } from './parents.ts';
import { IN_LINEAGE, type ImageLibrary, type ImageRecord, type Viewer } from '../types.ts';

/** Stores which pictures a picture was made from, in the transaction that records it. */
export async function noteSources(tx: Transaction, image: ImageRecord): Promise<void> {
  for (const source of parentsOf(image)) {
    await tx.run('INSERT INTO image_sources (source, image) VALUES (?, ?) ON CONFLICT DO NOTHING', [source, image.id]);
  }
}

/** An SQL condition for a picture `i` whose source or mask is this one. */
export function madeFromOf(source: string): Condition {
  return { sql: 'i.id IN (SELECT image FROM image_sources WHERE source = ?)', params: [source] };
}

/**
 * An SQL condition for a picture `i` that is made from others as `direct` says, or from such a picture in any number of steps,
 * each picture visited once. A mask belongs to the picture that it was drawn on: only masks that `direct` finds are among
 * them, and no step leads through a mask, which may serve pictures that have nothing else in common.
 * @param principal whose pictures these are
 */
export function descended(direct: Condition, principal: string): Condition {
  const line = `WITH RECURSIVE line (id) AS (
    SELECT i.id FROM images i WHERE i.principal = ? AND ${direct.sql}
    UNION
    SELECT made.image FROM line JOIN images parent ON parent.id = line.id AND parent.kind <> 'mask'
      JOIN image_sources made ON made.source = line.id
  ) SELECT id FROM line`;
  return {
    sql: `(i.id IN (${line}) AND (i.kind <> 'mask' OR ${direct.sql}))`,
    params: [principal, ...direct.params, ...direct.params],
  };
}

interface Condition {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** The pictures next to one in the lineage. */
export interface Lineage {
  /** Sources and mask of the picture, and what Adobe painted for it, as far as they still exist. */
  readonly parents: readonly ImageRecord[];
  /** Pictures made from the picture, newest first; at most ten. */
  readonly children: readonly ImageRecord[];
  /** Whether there are more children than these. */
  readonly hasMoreChildren: boolean;
}

const MOST_CHILDREN = 10;

/** The pictures that these were made from or with, as far as they still exist, by handle, in one question to the store. */
export async function existingParents(
  pictures: readonly ImageRecord[],
  images: Pick<ImageLibrary, 'list'>,
  viewer: Viewer,
): Promise<ReadonlyMap<string, ImageRecord>> {
  const ids = [...new Set(pictures.flatMap(parentsOf))];
  const parents = ids.length === 0 ? [] : await images.list({ limit: ids.length, ids }, viewer);
  return new Map(parents.map((parent) => [parent.id, parent]));
}

/** Finds the lineage of a picture, among those of the viewer. */
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
  const children = await images.list({ limit: MOST_CHILDREN + 1, madeFrom: image.id, kinds: IN_LINEAGE }, viewer);
  return {
    parents,
    children: children.slice(0, MOST_CHILDREN),
    hasMoreChildren: children.length > MOST_CHILDREN,
  };
}

/** Undefined for a picture that no longer exists, as the end of a `catch`. */
export function unlessDeleted(error: unknown): undefined {
  if (error instanceof Problem && error.code === 'unknown_image') return undefined;
  throw error;
}
