import { z } from 'zod';
import { parseReference } from '../../images/library/reference.ts';
import { unquoted } from '../../images/import/path-spellings.ts';
import {
  type ImageKind,
  type ImageLibrary,
  type ImageQuery,
  IN_LINEAGE,
  MADE_HERE,
  type Viewer,
} from '../../images/types.ts';
import { jobField } from '../arguments/fields.ts';
import { readPeriod, sinceField, untilField } from '../arguments/period.ts';
import type { Services, ToolCall } from '../definition/define.ts';
import { jobsNamed } from './jobs-named.ts';

/**
 * Fields that choose stored pictures; all of those given have to fit. One table for the list and the deletion, so that the one
 * shows what the other takes.
 */
export const filterFields = {
  before: z.string().max(100).optional().describe('Older than this: next_before.'),
  text: z.string().max(200).optional().describe('In prompt, file or source name.'),
  since: sinceField,
  until: untilField,
  seed: z.int().optional().describe('With this seed.'),
  tool: z.string().max(40).optional().describe('Made by this tool.'),
  job: jobField.optional().describe('Of this job or batch.'),
  made_from: z.string().min(1).max(200).optional().describe('Made from img_… or file name.'),
  kind: z
    .enum(['generated', 'mask', 'painted', 'import', 'all'])
    .optional()
    .describe('painted: before the composite; import: used files. Default generated and mask.'),
};

/** Filters as a call gives them. */
export type PictureFilters = z.infer<z.ZodObject<typeof filterFields>>;

/** Filters as a query, the period in words, and whether there is any. */
export interface ReadFilters {
  readonly query: Omit<ImageQuery, 'limit'>;
  readonly period: string | undefined;
  readonly isFiltered: boolean;
}

/** Reads filters. @throws Problem `invalid_argument` for a period; `unknown_image` for a handle that is not there; as `jobsNamed` */
export async function readFilters(
  given: PictureFilters,
  services: Services,
  call: Pick<ToolCall, 'caller' | 'clock'>,
): Promise<ReadFilters> {
  const { before, text, since, until, seed, tool, job, made_from: from, kind } = given;
  const { words, ...period } = readPeriod({ since, until }, call);
  const jobs = job === undefined ? undefined : await jobsNamed(job, services, call.caller);
  const source = await sourceNamed(from, services.images, call.caller);
  const kinds = kind === undefined ? (from === undefined ? MADE_HERE : IN_LINEAGE) : kindsOf(kind);
  return {
    query: { before, text, ...period, seed, tool, jobs, ...source, kinds },
    period: words,
    isFiltered: [before, text, words, seed, tool, job, from, kind].some((filter) => filter !== undefined),
  };
}

/**
 * The picture that `made_from` names, or the file: an import may have been given under several names, and without one.
 * @throws Problem `unknown_image` for a handle that is not there
 */
async function sourceNamed(
  text: string | undefined,
  images: ImageLibrary,
  viewer: Viewer,
): Promise<Pick<ImageQuery, 'descendedFrom' | 'descendedFromFile'>> {
  if (text === undefined) return {};
  if (parseReference(text) === undefined && !/^(img|job|batch)_/.test(text)) {
    return { descendedFromFile: unquoted(text).split(/[\\/]/).at(-1) };
  }
  return { descendedFrom: (await images.resolve(text, viewer)).id };
}

function kindsOf(kind: ImageKind | 'all'): readonly ImageKind[] | undefined {
  return kind === 'all' ? undefined : [kind];
}
