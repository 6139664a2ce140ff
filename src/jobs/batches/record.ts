import { z } from 'zod';
import type { SqlRow } from '../../store/database.ts';

/** One row of `batches`. */
export const BatchRecord = z
  .object({
    id: z.string(),
    account: z.string(),
    principal: z.string(),
    tool: z.string(),
    source: z.string(),
    digest: z.string(),
    wish: z.enum(['active', 'paused', 'cancelled']),
    items: z.number(),
    duplicates: z.number(),
    host: z.string(),
    folder: z.string().nullable(),
    manifest: z.string().nullable(),
    settled_at: z.number().nullable(),
    created_at: z.number(),
  })
  .transform(({ settled_at, created_at, ...rest }) => ({ ...rest, settledAt: settled_at, createdAt: created_at }));
export type BatchRecord = z.infer<typeof BatchRecord>;

/** One row of `batch_items`, with the state of its job where that was joined. */
export const ItemRecord = z.object({
  batch: z.string(),
  item: z.string(),
  place: z.number(),
  label: z.string(),
  name: z.string(),
  job: z.string(),
  files: z
    .string()
    .nullable()
    .transform((text) => (text === null ? undefined : z.record(z.string(), z.string()).parse(JSON.parse(text)))),
});
export type ItemRecord = z.infer<typeof ItemRecord>;

/** @throws z.ZodError when the row was not written by this program */
export function toBatch(row: SqlRow): BatchRecord {
  return BatchRecord.parse(row);
}

/** @throws z.ZodError when the row was not written by this program */
export function toItem(row: SqlRow): ItemRecord {
  return ItemRecord.parse(row);
}
