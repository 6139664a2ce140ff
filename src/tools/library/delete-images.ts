import { z } from 'zod';
import type { ImageRecord } from '../../images/types.ts';
import { renderDeleted } from '../../render/pictures/deleted.ts';
import { DeletedResult } from '../../render/library-schemas.ts';
import { unlisted } from '../arguments/fields.ts';
import { defineTool, type Services } from '../definition/define.ts';
import { agreeToDelete } from './agree-to-delete.ts';
import { chooseDoomed } from './choose-doomed.ts';
import { filterFields } from './picture-filters.ts';

const MOST_HANDLES = 200;
const handles = z.array(z.string().min(1).max(200)).min(1).max(MOST_HANDLES).optional();

/** Deletes pictures for good, once a person has agreed. */
export const deleteImages = defineTool({
  name: 'delete_images',
  title: 'Delete images',
  toolset: 'library',
  description:
    'Deletes stored images for good: by handle, or by the filters of list_images ("masks of today"). Asks the user first. Saved files stay, and what unfinished work needs. Costs nothing.',
  intent: 'end',
  idempotent: true,
  openWorld: false,
  input: z.strictObject({
    image: unlisted(z.string().min(1).max(200).optional().describe('As images.')),
    images: handles.describe('1-200 of img_…, job_…#2, "last".'),
    except: handles.describe('But not these, 1-200.'),
    ...filterFields,
    before: unlisted(filterFields.before),
    seed: unlisted(filterFields.seed),
    tool: unlisted(filterFields.tool),
    made_from: unlisted(filterFields.made_from),
    confirm: z.boolean().optional().describe('true once the user agreed.'),
  }),
  output: DeletedResult,
  async handler({ confirm = false, ...given }, call) {
    const services = await call.services();
    const { deletion, images } = services;
    const chosen = await chooseDoomed(given, services, call);
    const { found, period, more, notAsked } = chosen;
    const planned = await deletion.remove(
      found.map(({ id }) => id),
      true,
    );
    const doomed = found.filter(({ id }) => !planned.kept.includes(id));
    const ids = doomed.map(({ id }) => id);
    const files = call.caller.can.serverPaths ? await images.savedFiles(ids) : undefined;
    if (doomed.length > 0) {
      const told = { ...planned, doomed, files, more };
      await agreeToDelete(told, { key: chosen.key, confirmed: confirm && !chosen.isNew }, call);
    }
    call.asked?.forget(call.caller.principal, chosen.key);
    const { gone, ...done } = await remove(doomed, services);
    return renderDeleted(
      {
        ...done,
        deleted: doomed.filter(({ id }) => gone.has(id)),
        kept: [...planned.kept, ...done.kept],
        neededBy: [...new Set([...planned.neededBy, ...done.neededBy])],
        filesLeft: {
          onDisk: done.filesLeft,
          saved: [...(files ?? [])].flatMap(([id, paths]) => (gone.has(id) ? paths : [])),
        },
        period,
        more,
        notAsked,
      },
      call.settings,
    );
  },
});

/** Deletes; a picture that another call has deleted since is gone as it should be. */
async function remove(doomed: readonly ImageRecord[], { deletion }: Services) {
  const ids = doomed.map(({ id }) => id);
  const first = await deletion.remove(ids);
  const done =
    first.unknown.length === 0 ? first : await deletion.remove(ids.filter((id) => !first.unknown.includes(id)));
  return { ...done, gone: new Set(ids.filter((id) => !done.kept.includes(id))) };
}
