import { z } from 'zod';

// Arguments that several tools share. Descriptions repeat limits and defaults, because some hosts strip `minimum`,
// `maximum` and `default` from schemas (docs/hosts.md#tool-results).

const LONGEST_WAIT_SECONDS = 600;

/** A reference to a stored picture. */
export const imageField = z
  .string()
  .min(1)
  .max(200)
  .describe('Picture: handle img_…, "last" (newest of this conversation), job_…#2, or firefly://images/img_….');

/** A picture from any source. No limit of length: data URIs are long, and are measured where they are read. */
export const pictureField = z
  .string()
  .min(1)
  .describe(
    'Picture: img_…, "last" (newest of this conversation), job_…#2, file path, https URL that Adobe can read, data URI (up to 5 MB), or Adobe upload id.',
  );

/** A mask from any source. */
export const maskField = z
  .string()
  .min(1)
  .describe('img_…, "last" (newest mask), or a black and white picture as in image. White may change.');

/** Inverts a mask. */
export const invertMaskField = z.boolean().optional().describe('true: what is black may change. Default false.');

/** Number of pictures of one paid request. */
export const countField = z
  .int()
  .min(1)
  .max(4)
  .optional()
  .describe('Pictures, 1–4; for more submit_batch or new_job. Default 1.');

/** One seed per picture. */
export const seedsField = z
  .array(z.int())
  .min(1)
  .max(4)
  .optional()
  .describe('Distinct whole numbers, one per picture; default random.');

/** Locale in which Adobe reads the prompt. */
export const localeField = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
  .max(35)
  .optional()
  .describe('Region the prompt is read for, such as en-US; default by Adobe.');

/** A job id. */
export const jobField = z.string().min(1).max(100).describe('Job id, job_….');

/** Longest wait of a call, seconds. */
export const waitField = z
  .number()
  .min(0)
  .max(LONGEST_WAIT_SECONDS)
  .optional()
  .describe('Seconds to wait, 0–600, before the running job is returned; default 45.');

/** Arguments that every paid tool has. */
export const generationFields = {
  wait_seconds: waitField,
  idempotency_key: z.string().min(1).max(200).optional().describe('Same key within 24 h, same job. 1–200 characters.'),
  new_job: z.boolean().optional().describe('true: a new job even if an identical one is unfinished.'),
  confirm: z.boolean().optional().describe('true only after the user agreed to spend.'),
};

/** Schema of the shared arguments alone. */
export const GenerationOptions = z.object(generationFields);
