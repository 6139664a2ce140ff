import { z } from 'zod';
import { isBareBase64 } from '../../images/import/picture-reference.ts';
import { jobIdIn } from './job-id.ts';

// Arguments that several tools share. Descriptions repeat limits and defaults, because some hosts strip `minimum`,
// `maximum` and `default` from schemas (docs/hosts.md#tool-results).

const LONGEST_WAIT_SECONDS = 600;

/** What names a stored picture. */
const STORED = 'img_…, "last" (newest of this chat), job_…#2.';

/** What names a picture from any source; tools put their own words before it. */
export const ANY_PICTURE =
  'img_…, "last" (newest of this chat), job_…#2, file path, https URL Adobe reads, data URI (5 MB), Adobe upload id.';

/** A reference to a stored picture. */
export const imageField = z.string().min(1).max(200).describe(STORED);

/** Longest path, characters: that of Linux (`PATH_MAX`). URLs and handles are shorter. */
const LONGEST_PATH = 4096;
/** Longest data URI, characters: 5 MB in base64, with room for line breaks. */
const LONGEST_DATA_URI = 7_000_000;

/** A path in the words of people: limited before anything reads it. */
export const pathField = z.string().min(1).max(LONGEST_PATH);

/** Text that names a picture from any source, with the limits of each. */
export const pictureText = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    const most = /^[\s"'`<@]{0,4}data:/i.test(text) || isBareBase64(text) ? LONGEST_DATA_URI : LONGEST_PATH;
    if (text.length <= most) return;
    context.addIssue({ code: 'too_big', origin: 'string', maximum: most, inclusive: true, input: text });
  });

/** A picture from any source. */
export const pictureField = pictureText.describe(ANY_PICTURE);

/** A ratio, or `like:` with a picture from any source. */
export const ratioText = z.string().min(1).max(LONGEST_PATH);

/** A mask from any source. */
export const maskField = pictureText.describe(
  'Black and white, size of image, white may change: img_…, "last" (newest mask) or as image.',
);

/** Inverts a mask. */
export const invertMaskField = z.boolean().optional().describe('true: black may change.');

/** Number of pictures of one paid request. */
export const countField = z.int().min(1).max(4).optional().describe('Pictures, 1-4; default 1. More: submit_batch.');

/** One seed per picture. */
export const seedsField = z.array(z.int()).min(1).max(4).optional().describe('1-4 different; default random.');

/** Locale in which Adobe reads the prompt. */
export const localeField = z
  .string()
  // The limit comes first: a regular expression with repetition overflows its stack on a text of megabytes.
  .max(35, { abort: true })
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, { error: 'must be a locale such as en-US' })
  .optional()
  .describe('Such as en-US.');

/** A job id, also as the link or the picture's handle that results name. */
export const jobField = z.string().min(1).max(200).transform(jobIdIn).describe('job_…, batch_…, batch_…#4.');

/** Longest wait of a call, seconds. */
export const waitField = z.number().min(0).max(LONGEST_WAIT_SECONDS).optional().describe('Seconds, 0-600; default 45.');

/** Arguments that every paid tool has. */
export const generationFields = {
  wait_seconds: waitField,
  idempotency_key: z
    .string()
    .min(1)
    .max(200)
    // SQLite ends a text at NUL, so that two keys would be one.
    .refine((key) => !/\p{Cc}/u.test(key) && key.isWellFormed(), 'must have no control characters')
    .optional()
    .describe('1-200 characters: one job for 24 h.'),
  new_job: z.boolean().optional().describe('true: a job despite an equal one.'),
  confirm: z.boolean().optional().describe('true: the user agreed.'),
  dry_run: z.boolean().optional().describe('true: only tells the cost.'),
  save_as: z.string().min(1).max(300).optional().describe('File: "assets/hero.png", "x.jpg 900x900".'),
  like: z.string().min(1).max(200).optional().describe('job_…, "last": again with these changes.'),
};

/** Leaves a field out of the tool list; calls may still hold it. */
export function unlisted<Field extends z.ZodType>(field: Field): Field {
  return field.meta({ description: field.description, unlisted: true });
}

/**
 * As `generationFields`, for tools beside those that every model learns from: what only scripts set is not listed, since
 * every host sends the whole list with each conversation.
 */
export const furtherGenerationFields: typeof generationFields = {
  ...generationFields,
  wait_seconds: unlisted(generationFields.wait_seconds),
  idempotency_key: unlisted(generationFields.idempotency_key),
};
