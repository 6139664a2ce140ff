import { join } from 'node:path';
import type { BatchRecord } from '../store/batches/batch-row.ts';

/** Endings of a manifest, which is written in two forms. */
export const MANIFEST_ENDINGS = ['.csv', '.json'] as const;

/** Where the manifest of a batch lies; empty before it is written. */
export function manifestFiles({ folder, manifest }: Pick<BatchRecord, 'folder' | 'manifest'>): readonly string[] {
  if (folder === null || manifest === null) return [];
  return MANIFEST_ENDINGS.map((ending) => join(folder, manifest + ending));
}
