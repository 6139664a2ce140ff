import { z } from 'zod';
import { STORED_TYPES } from '../../../images/media.ts';

/** A file that was written for an order. */
const WrittenFile = z.object({
  image: z.string(),
  path: z.string(),
  bytes: z.number(),
  mimeType: z.enum(STORED_TYPES),
  size: z.object({ width: z.number(), height: z.number() }).optional(),
  changes: z.array(z.string()).optional(),
});
export type WrittenFile = z.infer<typeof WrittenFile>;

/**
 * JSON of column `saves`: the pictures of a job are to become files once they are made (docs/jobs.md#files-of-a-job).
 * `claimedUntil`: until then (epoch ms) one process writes them, `claimedBy`, while it lives. `files` and `problem` are set when that has ended.
 */
export const SaveOrder = z.object({
  /** The machine that the folder is on. */
  host: z.string(),
  /** The output folder, absolute. */
  root: z.string(),
  /** As `save_image` takes them. */
  name: z.string(),
  size: z.string().optional(),
  crop: z.string().optional(),
  claimedUntil: z.number().optional(),
  /** As `ProcessIdentity.id`. */
  claimedBy: z.string().optional(),
  files: z.array(WrittenFile).optional(),
  problem: z.object({ code: z.string(), message: z.string(), next: z.string() }).optional(),
});
export type SaveOrder = z.infer<typeof SaveOrder>;

/** What a call asks for, before it is known where it runs. */
export type SaveRequest = Pick<SaveOrder, 'root' | 'name' | 'size' | 'crop'>;

/** The order of a call on this machine, where it has one. */
export function orderOf(request: SaveRequest | undefined, host: string): SaveOrder | undefined {
  return request && { host, ...request };
}

/** Whether nothing is left to do for an order. */
export function isDone({ files, problem }: SaveOrder): boolean {
  return files !== undefined || problem !== undefined;
}

/** Whether two orders ask for one and the same files. */
export function isSameOrder(a: SaveOrder, b: SaveOrder): boolean {
  return a.host === b.host && a.root === b.root && a.name === b.name && a.size === b.size && a.crop === b.crop;
}

/** Orders as columns of a job. */
export function saveColumns(orders: readonly SaveOrder[]) {
  const isDue = orders.some((order) => !isDone(order));
  return { saves: orders.length === 0 ? undefined : [...orders], saveDue: isDue ? 1 : undefined };
}
