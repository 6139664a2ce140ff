import { z } from 'zod';
import type { ImageRecord } from '../../images/types.ts';
import { existingParents } from '../../images/library/lineage.ts';
import type { PictureCost } from '../../jobs/model/spending-views.ts';
import { renderImages } from '../../render/pictures/images.ts';
import { ImagesResult } from '../../render/library-schemas.ts';
import { renderContext } from '../definition/render-context.ts';
import { defineTool, type Services, type ToolCall } from '../definition/define.ts';
import { SHOWN_IN_STUDIO } from '../studio.ts';
import { filterFields, readFilters } from './picture-filters.ts';

/** Lists stored pictures, newest first. */
export const listImages = defineTool({
  name: 'list_images',
  title: 'List images',
  toolset: 'library',
  meta: SHOWN_IN_STUDIO,
  description:
    'Lists the images made so far (find, history), also of earlier conversations, newest first, with prompts, seeds, costs, source and saved files. Costs nothing.',
  intent: 'read',
  idempotent: true,
  openWorld: false,
  input: z.strictObject({
    limit: z.int().min(1).max(50).optional().describe('1-50; default 20.'),
    ...filterFields,
  }),
  output: ImagesResult,
  outline: ImagesResult.pick({ images: true, next_before: true }),
  async handler({ limit = 20, ...filters }, call) {
    const services = await call.services();
    const { images } = services;
    const { query, period, isFiltered } = await readFilters(filters, services, call);
    const found = await images.list({ ...query, limit: limit + 1 }, call.caller);
    const shown = found.slice(0, limit);
    const page = {
      more: found.length > limit,
      isFiltered,
      period,
      from: filters.made_from,
      sources: await existingParents(shown, images, call.caller),
      costs: await costsOf(shown, services, call),
      files: call.caller.can.serverPaths ? await images.savedFiles(shown.map(({ id }) => id)) : undefined,
      outputFolder: call.settings.outputFolder,
    };
    return renderImages(shown, page, await renderContext(call, images, shown));
  },
});

/** What each picture cost, by handle. What Adobe painted was paid for with its composite, where there is one. */
async function costsOf(
  shown: readonly ImageRecord[],
  { images, jobs }: Services,
  { caller }: Pick<ToolCall, 'caller'>,
): Promise<ReadonlyMap<string, PictureCost>> {
  const named = [...new Set(shown.flatMap(({ job }) => job ?? []))];
  const [costs, made] = [await jobs.pictureCosts(named, caller), await images.ofJobs(named)];
  const counted = new Set([...made.values()].flat().map(({ id }) => id));
  return new Map(
    shown.flatMap(({ id, job = '' }) => {
      const cost = counted.has(id) ? costs.get(job) : undefined;
      return cost === undefined ? [] : [[id, cost] as const];
    }),
  );
}
