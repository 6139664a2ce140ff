import { z } from 'zod';
import { type ImageKind, IN_LINEAGE, MADE_HERE } from '../images/types.ts';
import { renderImages } from '../render/pictures/images.ts';
import { ImagesResult } from '../render/schemas.ts';
import { renderContext } from './definition/render-context.ts';
import { defineTool } from './definition/define.ts';
import { jobField } from './arguments/fields.ts';

/** Lists stored pictures, newest first. */
export const listImages = defineTool({
  name: 'list_images',
  title: 'List images',
  toolset: 'library',
  description:
    'Lists the images made so far (history), newest first, also of earlier conversations, with handles, prompts and seeds. Costs nothing.',
  intent: 'read',
  idempotent: true,
  openWorld: false,
  input: z.strictObject({
    limit: z.int().min(1).max(50).optional().describe('Most pictures, 1-50; default 20.'),
    before: z.string().max(100).optional().describe('Only older ones than this handle, from next_before.'),
    prompt: z.string().max(200).optional().describe('Only prompts that contain this, in any case.'),
    job: jobField.optional().describe('Only pictures of this job.'),
    made_from: z.string().min(1).max(200).optional().describe('Only what was made from this picture or mask, img_….'),
    kind: z
      .enum(['generated', 'mask', 'import', 'all'])
      .optional()
      .describe('import: files that were used. Default generated and mask; with made_from all.'),
  }),
  output: ImagesResult,
  outline: ImagesResult.pick({ images: true, next_before: true }),
  async handler({ limit = 20, before, prompt, job, made_from, kind }, call) {
    const { images } = await call.services();
    const madeFrom = made_from === undefined ? undefined : (await images.resolve(made_from, call.caller)).id;
    const kinds = kind === undefined ? (madeFrom === undefined ? MADE_HERE : IN_LINEAGE) : kindsOf(kind);
    const found = await images.list({ limit: limit + 1, before, prompt, job, madeFrom, kinds }, call.caller);
    const isFiltered = [before, prompt, job, made_from, kind].some((filter) => filter !== undefined);
    const more = found.length > limit;
    const shown = found.slice(0, limit);
    return renderImages(shown, { more, isFiltered }, await renderContext(call, images, shown));
  },
});

function kindsOf(kind: ImageKind | 'all'): readonly ImageKind[] | undefined {
  return kind === 'all' ? undefined : [kind];
}
