import { z } from 'zod';
import { STORED_TYPES } from '../../../images/media.ts';

/** A result that came in a status answer itself, and is in the library by its hash. */
const StoredContent = z.object({
  sha256: z.string(),
  mimeType: z.enum(STORED_TYPES),
  bytes: z.number(),
  width: z.number(),
  height: z.number(),
  durationMs: z.number().optional(),
});

/**
 * Entry of the JSON in column `outputs`: the signed URL of one result, empty where that is `stored` already. `expiresAt` is
 * epoch milliseconds.
 */
export const StoredOutput = z.object({
  url: z.string(),
  expiresAt: z.number(),
  seed: z.number().optional(),
  stored: StoredContent.optional(),
});
