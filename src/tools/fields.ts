import { z } from 'zod';

/**
 * Arguments that several tools share. Descriptions repeat limits and defaults, because some hosts strip them from the
 * schema (reference: Codex drops minimum, maximum and default).
 */
export const LONGEST_WAIT_SECONDS = 600;

/** A reference to a stored picture. */
export const imageField = z
  .string()
  .min(1)
  .max(200)
  .describe('Picture: handle img_…, "last" (newest of this conversation), job_…#2, or firefly://images/img_….');

/** A job id. */
export const jobField = z.string().min(1).max(100).describe('Job id, job_….');

/** How long a call may wait. */
export const waitField = z
  .number()
  .min(0)
  .max(LONGEST_WAIT_SECONDS)
  .optional()
  .describe('Seconds to wait for the end, 0–600; default set by the server (45). Then the running job is returned.');

/** Arguments that every paid tool has. */
export const generationFields = {
  wait_seconds: waitField,
  idempotency_key: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Repeats with the same key within 24 h give the same job. 1–200 characters.'),
  again: z
    .boolean()
    .optional()
    .describe('true makes a new paid job even if an identical call is unfinished. Default false: attach to that one.'),
};

/** Reads the shared arguments of a paid tool out of its input. */
export const GenerationOptions = z.object(generationFields);
