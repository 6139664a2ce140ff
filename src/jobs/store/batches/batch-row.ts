import { json, nullable } from '../../../store/rows.ts';
import { z } from 'zod';

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
    folder: z.string().nullable(),
    manifest: z.string().nullable(),
    settled_at: z.number().nullable(),
    created_at: z.number(),
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
