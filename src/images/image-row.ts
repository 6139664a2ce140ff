import { z } from 'zod';
import type { SqlRow, SqlValue } from '../store/database.ts';
import { MEDIA_TYPES } from './media.ts';
import type { ImageRecord } from './types.ts';

/** The JSON of `ImageFacts`. Unknown keys pass: a later version may have written them. */
const Facts = z.looseObject({
  tool: z.string().optional(),
  prompt: z.string().optional(),
  negativePrompt: z.string().optional(),
  model: z.string().optional(),
  customModel: z.string().optional(),
  seed: z.number().optional(),
  contentClass: z.string().optional(),
  altText: z.string().optional(),
  sources: z.array(z.string()).optional(),
  mask: z.string().optional(),
  demo: z.boolean().optional(),
});

/** A row of `images`. */
const Row = z.object({
  id: z.string(),
  principal: z.string(),
  account: z.string(),
  conversation: z.string().nullable(),
  kind: z.enum(['generated', 'mask', 'import']),
  job: z.string().nullable(),
  place: z.coerce.number(),
  created_at: z.coerce.number(),
  sha256: z.string(),
  mime_type: z.enum(MEDIA_TYPES),
  bytes: z.coerce.number(),
  width: z.coerce.number(),
  height: z.coerce.number(),
  duration_ms: z.union([z.null(), z.coerce.number()]),
  facts: z.string(),
});

/** Columns of `images`, in the order of `toParameters`. */
export const COLUMNS =
  'id, principal, account, conversation, kind, job, place, created_at, sha256, mime_type, bytes, width, height, duration_ms, prompt_folded, facts';

/** The record of a row. @throws ZodError for a row that this version cannot have written */
export function toRecord(row: SqlRow): ImageRecord {
  const found = Row.parse(row);
  return {
    id: found.id,
    principal: found.principal,
    account: found.account,
    conversation: found.conversation ?? undefined,
    kind: found.kind,
    job: found.job ?? undefined,
    index: found.place,
    createdAt: found.created_at,
    sha256: found.sha256,
    mimeType: found.mime_type,
    bytes: found.bytes,
    width: found.width,
    height: found.height,
    ...(found.duration_ms === null ? {} : { durationMs: found.duration_ms }),
    facts: Facts.parse(JSON.parse(found.facts)),
  };
}

/** The values of `COLUMNS` for a record. */
export function toParameters(image: ImageRecord): readonly SqlValue[] {
  return [
    image.id,
    image.principal,
    image.account,
    image.conversation ?? null,
    image.kind,
    image.job ?? null,
    image.index,
    image.createdAt,
    image.sha256,
    image.mimeType,
    image.bytes,
    image.width,
    image.height,
    image.durationMs ?? null,
    folded(image.facts.prompt ?? ''),
    JSON.stringify(image.facts),
  ];
}

/** A LIKE pattern (escape `!`) for folded prompts that contain this text. */
export function containing(text: string): string {
  return `%${folded(text).replace(/[!%_]/g, '!$&')}%`;
}

/** The dialects fold letters beyond ASCII differently, so prompts and search texts are folded here. */
function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
