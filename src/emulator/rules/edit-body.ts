import type { z } from 'zod';
import * as errors from '../http/errors/errors.ts';
import type { Call } from '../operations/operation.ts';
import { isRecord } from '../../shared/text/json.ts';
import { parseJson, readValue } from '../http/errors/validation.ts';

/**
 * Validates the body of a fill or an expand, also in its older shapes: the deprecated `image.mask`, a bare source
 * (OpenAPI `InputImageV3.mask`), is used if there is no `mask` beside `image`; width and height may be text, as in
 * Adobe's tutorial on asynchronous calls.
 * @throws Refusal; for `image.mask.source`, which no document has, the 422 that was seen live
 */
export function readEditBody<Body>({ body, context }: Call, schema: z.ZodType<Body>): Body {
  const form = context.settings.schemaErrors;
  const value = parseJson(body, form);
  if (isRecord(value)) {
    moveDeprecatedMask(value);
    parseNumericSize(value['size']);
  }
  return readValue(value, schema, form);
}

function moveDeprecatedMask(body: Record<PropertyKey, unknown>): void {
  const { image } = body;
  if (!isRecord(image) || !('mask' in image)) return;
  if (isRecord(image['mask']) && 'source' in image['mask']) {
    const msg = 'exactly one of uploadId or url is required';
    throw errors.fieldErrors([{ loc: ['body', 'image', 'mask'], msg, type: 'value_error' }], 'spec');
  }
  body['mask'] ??= { source: image['mask'] };
  delete image['mask'];
}

function parseNumericSize(size: unknown): void {
  if (!isRecord(size)) return;
  for (const side of ['width', 'height']) {
    const value = size[side];
    if (typeof value === 'string' && /^\d{1,5}$/.test(value)) size[side] = Number(value);
  }
}
