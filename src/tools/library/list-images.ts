import { z } from 'zod';
import { parseReference } from '../../images/library/reference.ts';
import { unquoted } from '../../images/import/path-spellings.ts';
import {
  type ImageKind,
  type ImageLibrary,
  type ImageQuery,
  type ImageRecord,
  IN_LINEAGE,
  MADE_HERE,
  type Viewer,
} from '../../images/types.ts';
import { renderImages } from '../../render/pictures/images.ts';
import { ImagesResult } from '../../render/library-schemas.ts';
import { renderContext } from '../definition/render-context.ts';
import { defineTool } from '../definition/define.ts';
import { SHOWN_IN_STUDIO } from '../studio.ts';
import { jobField } from '../arguments/fields.ts';
import { readPeriod, sinceField, untilField } from '../arguments/period.ts';
import { jobsNamed } from './jobs-named.ts';

/** Lists stored pictures, newest first. */
export const listImages = defineTool({
  name: 'list_images',
  title: 'List images',
  toolset: 'library',
  meta: SHOWN_IN_STUDIO,
  description:
    'Lists the images made so far (history), newest first, also of earlier conversations, with handles, prompts, seeds and source files. Costs nothing.',
  intent: 'read',
  idempotent: true,
  openWorld: false,
  input: z.strictObject({
    limit: z.int().min(1).max(50).optional().describe('1-50; default 20.'),
    before: z.string().max(100).optional().describe('Only older than this handle, from next_before.'),
    text: z.string().max(200).optional().describe('Only prompts, file and source names with this.'),
    since: sinceField,
    until: untilField,
    seed: z.int().optional().describe('Only this seed.'),
    tool: z.string().max(40).optional().describe('Only what this tool made.'),
    job: jobField.optional().describe('Only of this job or batch.'),
    made_from: z.string().min(1).max(200).optional().describe('Only what was made from this: img_… or a file name.'),
    kind: z
      .enum(['generated', 'mask', 'import', 'all'])
      .optional()
      .describe('import: files that were used. Default generated and mask; with made_from all.'),
  }),
  output: ImagesResult,
  outline: ImagesResult.pick({ images: true, next_before: true }),
  async handler({ limit = 20, before, text, since, until, seed, tool, job, made_from, kind }, call) {
    const services = await call.services();
    const { images } = services;
    const { words, ...period } = readPeriod({ since, until }, call);
    const jobs = job === undefined ? undefined : await jobsNamed(job, services, call.caller);
    const from = await sourceNamed(made_from, images, call.caller);
    const kinds = kind === undefined ? (made_from === undefined ? MADE_HERE : IN_LINEAGE) : kindsOf(kind);
    const found = await images.list(
      { limit: limit + 1, before, text, ...period, seed, tool, jobs, ...from, kinds },
      call.caller,
    );
    const filters = [before, text, words, seed, tool, job, made_from, kind];
    const shown = found.slice(0, limit);
    const page = {
      more: found.length > limit,
      isFiltered: filters.some((filter) => filter !== undefined),
      period: words,
      fileOf: await filesOf(shown, images, call.caller),
    };
    return renderImages(shown, page, await renderContext(call, images, shown));
  },
});

/**
 * The picture that `made_from` names, or the file: an import may have been given under several names, and without one.
 * @throws Problem `unknown_image` for a handle that is not there
 */
async function sourceNamed(
  text: string | undefined,
  images: ImageLibrary,
  viewer: Viewer,
): Promise<Pick<ImageQuery, 'madeFrom' | 'madeFromFile'>> {
  if (text === undefined) return {};
  if (parseReference(text) === undefined && !/^(img|job|batch)_/.test(text)) {
    return { madeFromFile: unquoted(text).split(/[\\/]/).at(-1) };
  }
  return { madeFrom: (await images.resolve(text, viewer)).id };
}

/** Names of the files that these pictures were made from, by handle. */
async function filesOf(shown: readonly ImageRecord[], images: ImageLibrary, viewer: Viewer) {
  const ids = [...new Set(shown.flatMap(({ facts }) => facts.sources ?? []))];
  const sources = ids.length === 0 ? [] : await images.list({ limit: ids.length, ids }, viewer);
  return new Map(sources.map(({ id, facts }) => [id, facts.file]));
}

function kindsOf(kind: ImageKind | 'all'): readonly ImageKind[] | undefined {
  return kind === 'all' ? undefined : [kind];
}
