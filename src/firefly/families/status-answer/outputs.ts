import { z } from 'zod';
import { isRecord } from '../../../shared/text/json.ts';
import { HOUR_MS } from '../../../shared/time/durations.ts';
import { numberIn } from '../../../shared/text/number-in.ts';
import { quoteForeign } from '../../http/answer/error-body.ts';
import { expiryOf } from '../../http/answer/expiry.ts';
import type { RemoteOutput } from '../../types.ts';
import { resultOf, type Reading } from '../results.ts';
import { inlineBytes } from './inline-result.ts';
import { reasonIn } from './reasons.ts';

/** A number, also as text: some serialisers quote numbers. */
export function asNumber(schema: z.ZodNumber) {
  return z.preprocess((value) => (typeof value === 'string' ? (numberIn(value) ?? value) : value), schema);
}

const LenientOutput = z.looseObject({ seed: asNumber(z.int()).optional().catch(undefined) });

/** Whether an output names no result, and does not say why either: it may have been made. */
export function isUnread(output: unknown, reading: Reading): boolean {
  return isRecord(output) && resultOf(output, reading) === undefined && reasonIn(output) === undefined;
}

/** The id of an output that names an asset at Adobe and no link (OpenAPI `UpscaleBinaryOutput`). */
export function assetOf(output: unknown, secrets: readonly string[]): readonly string[] {
  const id = isRecord(output) ? (output['id'] ?? output['creativeCloudFileId']) : undefined;
  return typeof id === 'string' && id !== '' ? [quoteForeign(id, secrets, 200)] : [];
}

/** The result of the output at this place; empty for one that names none. */
export function readOutput(value: unknown, reading: Reading, now: number, place: number): RemoteOutput[] {
  const output = LenientOutput.safeParse(value);
  const found = resultOf(value, reading);
  if (found === undefined) return [];
  const seed = output.success ? output.data.seed : undefined;
  if ('inline' in found) {
    return [{ url: '', content: inlineBytes(found.inline), expiresAt: now + HOUR_MS, seed, place }];
  }
  return [{ url: found.url, expiresAt: expiryOf(new URL(found.url), now), seed, place }];
}
