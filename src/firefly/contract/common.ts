import { z } from 'zod';
import { codePoints } from '../../shared/text/text.ts';

/** Scheme and characters of RFC 3986, as Adobe's `format: uri` requires. `URL` is much more lenient. */
const URI = /^[a-z][a-z0-9+.-]*:([\w.~:/?@!$&'()*+,;=-]|%[0-9a-f]{2})+(#([\w.~:/?@!$&'()*+,;=-]|%[0-9a-f]{2})*)?$/i;

/**
 * A URL that Adobe fetches a picture from. OpenAPI `PublicBinaryInputV3.url`, format `uri`. Not `z.url`, which accepts
 * surrounding blanks.
 */
export const SourceUrl = z
  .string()
  .min(1)
  .max(2083)
  .regex(URI)
  .refine((url) => URL.canParse(url), 'not a URL');

/**
 * Id of an upload, in whatever shape Adobe's storage gave it. OpenAPI promises a version 4 UUID here and any UUID
 * elsewhere; a request is not refused over the shape of an id that Adobe itself has made.
 */
export const UploadId = z.string().min(1).max(2083);

/** An uploaded picture, or a URL that Adobe fetches itself; exactly one of the two. OpenAPI `PublicBinaryInputV3`. */
export const Source = z.union([z.strictObject({ uploadId: UploadId }), z.strictObject({ url: SourceUrl })]);
export type Source = z.infer<typeof Source>;

/** Text of at most `most` characters. Adobe counts code points, as JSON Schema does; `z.string().max` counts UTF-16 units. */
export function textUpTo(most: number) {
  return z.string().check(({ value, issues }) => {
    if (value.length <= most || codePoints(value) <= most) return;
    issues.push({ code: 'too_big', origin: 'string', maximum: most, inclusive: true, input: value });
  });
}

/** White pixels are painted anew, black ones are kept; `invert` swaps both. OpenAPI `InputMaskV3`. */
export const Mask = z.strictObject({ source: Source, invert: z.boolean().optional() });

/** Pixels. OpenAPI `Size`. */
export const Size = z.strictObject({
  width: z.int().min(1).max(4096),
  height: z.int().min(1).max(4096),
});
export type Size = z.infer<typeof Size>;

/** OpenAPI `ContentClassV3`. */
export const ContentClass = z.enum(['photo', 'art']);

/** One to four distinct seeds. OpenAPI `seeds` of the v3 image operations. */
export const Seeds = z
  .array(z.int())
  .min(1)
  .max(4)
  .refine((seeds) => new Set(seeds).size === seeds.length, 'seeds must be distinct');

/** How many pictures. OpenAPI `numVariations` of the v3 image operations. */
export const NumVariations = z.int().min(1).max(4);

/** The values of `x-model-version` on `/v3/images/generate-async`. */
export const MODEL_VERSIONS_V3 = [
  'image3',
  'image3_custom',
  'image4_standard',
  'image4_ultra',
  'image4_custom',
] as const;
export type ModelVersionV3 = (typeof MODEL_VERSIONS_V3)[number];
