import { json, nullable, time } from '../../../store/rows.ts';
import { isAbsolute, normalize } from 'node:path';
import { z } from 'zod';

/**
 * Names that manifests have. A database is shared with more programs than this one, and what it says is checked like any
 * input before it becomes the name of a file.
 */
const MANIFEST_NAME = /^manifest(-\d{1,4}|-batch_[\da-z]+)?$/;

/** Whether a path is absolute, without "..", and of visible characters. */
function isPlainPath(path: string): boolean {
  return isAbsolute(path) && normalize(path) === path && !/\p{Cc}/u.test(path);
}

/** One row of `batches`. */
export const BatchRow = z
  .object({
    id: z.string(),
    account: z.string(),
    principal: z.string(),
    tool: z.string(),
    source: z.string(),
    digest: z.string(),
    desired_state: z.enum(['active', 'paused', 'cancelled']),
    items: z.number(),
    duplicates: z.number(),
    host: z.string(),
    folder: z.string().refine(isPlainPath).nullable(),
    manifest: z.string().regex(MANIFEST_NAME).nullable(),
    settled_at: time.nullable(),
    created_at: time,
  })
  .transform(({ desired_state, settled_at, created_at, ...rest }) => ({
    ...rest,
    desiredState: desired_state,
    settledAt: settled_at,
    createdAt: created_at,
  }));
export type BatchRow = z.infer<typeof BatchRow>;
/** State that the batch's principal wants. Whether the batch has finished follows from its items. */
export type DesiredState = BatchRow['desiredState'];

/** JSON of an item's files: absolute paths by image handle. Undefined before they are written. */
const Files = nullable(json(z.record(z.string(), z.string())));

/** One row of `batch_items`. */
export const ItemRow = z.object({
  batch: z.string(),
  item: z.string(),
  place: z.number(),
  label: z.string(),
  name: z.string(),
  job: z.string(),
  files: Files,
});
export type ItemRow = z.infer<typeof ItemRow>;
