import { z } from 'zod';
import type { SqlRow, SqlValue } from '../../store/database.ts';
import { placeholders } from '../../store/placeholders.ts';
import { json, nullable, parseRow, time } from '../../store/rows.ts';
import { KEPT, SEAMS } from '../composites/facts.ts';
import { STORED_TYPES } from '../media.ts';
import type { ImageKind, ImageRecord } from '../types.ts';

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
  roles: z.array(z.object({ role: z.string(), image: z.string(), file: z.string().optional() })).optional(),
  firstFrame: z.string().optional(),
  mask: z.string().optional(),
  file: z.string().optional(),
  painted: z.string().optional(),
  composite: z
    .object({
      kept: z.enum(KEPT),
      transition: z.number(),
      seam: z.enum(SEAMS),
      paintedAt: z.object({ width: z.number(), height: z.number() }),
      sides: z.object({ left: z.number(), top: z.number(), right: z.number(), bottom: z.number() }).optional(),
      notes: z.array(z.string()),
    })
    .optional(),
  demo: z.boolean().optional(),
});

/** A row of `images`. */
const Row = z.object({
  id: z.string(),
  principal: z.string(),
  account: z.string(),
  conversation: nullable(z.string()),
  kind: z.enum(['generated', 'painted', 'mask', 'import']),
  job: nullable(z.string()),
  place: z.number(),
  created_at: time,
  sha256: z.string(),
  mime_type: z.enum(STORED_TYPES),
  bytes: z.number(),
  width: z.number(),
  height: z.number(),
  duration_ms: nullable(z.number()),
  facts: json(Facts),
});

/** Columns of `images`, in the order of `toParameters`. */
export const COLUMNS =
  'id, principal, account, conversation, kind, job, place, created_at, sha256, mime_type, bytes, width, height, duration_ms, tool, seed, words, facts';

/** The record of a row. @throws Problem `store_unreadable` for a row that this version cannot have written */
export function toRecord(row: SqlRow): ImageRecord {
  const found = parseRow(Row, row);
  return {
    id: found.id,
    principal: found.principal,
    account: found.account,
    conversation: found.conversation,
    kind: found.kind,
    job: found.job,
    index: found.place,
    createdAt: found.created_at,
    sha256: found.sha256,
    mimeType: found.mime_type,
    bytes: found.bytes,
    width: found.width,
    height: found.height,
    ...(found.duration_ms === undefined ? {} : { durationMs: found.duration_ms }),
    facts: found.facts,
  };
}

/**
 * SQL condition: a row of `images` with this alias is of one of these kinds. A painted picture counts as generated while
 * its composite is missing, so that what was paid for is always found, and no deletion of painted ones takes it.
 */
export function isOfKind(image: string, kinds: readonly ImageKind[]) {
  const plain = `${image}.kind IN ${placeholders(kinds)}`;
  const [generated, painted] = [kinds.includes('generated'), kinds.includes('painted')];
  if (generated === painted) return { sql: plain, params: kinds };
  return {
    sql: generated ? `(${plain} OR ${standsIn(image)})` : `(${plain} AND NOT ${standsIn(image)})`,
    params: kinds,
  };
}

/** SQL condition: a row of `images` with this alias is what Adobe painted, and has no composite. */
function standsIn(image: string): string {
  return `(${image}.kind = 'painted' AND NOT EXISTS (SELECT 1 FROM images made
    WHERE made.job = ${image}.job AND made.place = ${image}.place AND made.kind = 'generated'))`;
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
    image.facts.tool ?? null,
    image.facts.seed ?? null,
    wordsOf(image.facts),
    JSON.stringify(image.facts),
  ];
}

/** What searches read: the prompt, and each file name that the picture or a source of it was given under, one a line. */
function wordsOf({ prompt = '', file = '', roles = [] }: ImageRecord['facts']): string {
  const given = new Set([file, ...roles.flatMap((role) => role.file ?? [])]);
  return folded([prompt, ...given].join('\n'));
}

/** A LIKE pattern (escape `!`) for folded words that contain this text. */
export function containing(text: string): string {
  return `%${escaped(text)}%`;
}

/** As `containing`, for words with this text as a whole line: a file name is not the end of another one. */
export function withLine(text: string): string {
  return `%\n${escaped(text)}\n%`;
}

function escaped(text: string): string {
  return folded(text).replace(/[!%_]/g, '!$&');
}

/** The dialects fold letters beyond ASCII differently, so prompts and search texts are folded here. */
function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
