import { z } from 'zod';
import { type ImageRecord, MADE_HERE } from '../../images/types.ts';
import { counted, shortened } from '../../render/phrases.ts';
import { renderDeleted } from '../../render/pictures/deleted.ts';
import { DeletedResult } from '../../render/library-schemas.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { imageField, jobField } from '../arguments/fields.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { readPeriod, sinceField, untilField } from '../arguments/period.ts';
import { requireConsent } from '../definition/confirmation.ts';
import { defineTool, type Services, type ToolCall } from '../definition/define.ts';
import { jobsNamed } from './jobs-named.ts';

/** Most pictures of one call. A call for more deletes the newest of them and says so. */
const MOST_AT_ONCE = 1_000;
/** Pictures that a question names; of the others it says the number. */
const MOST_NAMED = 6;

/** Deletes pictures for good, once a person has agreed. */
export const deleteImages = defineTool({
  name: 'delete_images',
  title: 'Delete images',
  toolset: 'library',
  description:
    'Deletes stored images for good: by handle, or all of a job, batch or time ("what I made today"). Asks the user first, with number and names. What an unfinished job, batch or edit needs stays, and so do files of the user. Costs nothing.',
  intent: 'end',
  idempotent: true,
  openWorld: false,
  input: z.strictObject({
    image: imageField.optional(),
    images: z.array(z.string().min(1).max(200)).min(1).max(200).optional().describe('1-200 pictures instead.'),
    job: jobField.optional().describe('All pictures of this job or batch.'),
    since: sinceField,
    until: untilField,
    confirm: z.boolean().optional().describe('true once the user agreed to delete.'),
  }),
  output: DeletedResult,
  async handler(given, call) {
    const services = await call.services();
    const { found, more, words } = await choose(given, services, call);
    const ids = found.map(({ id }) => id);
    const planned = await services.deletion.remove(ids, true);
    const doomed = found.filter(({ id }) => !planned.kept.includes(id));
    if (doomed.length > 0) await agree(doomed, given.confirm ?? false, call);
    const done = await remove(doomed, services);
    return renderDeleted(
      {
        deleted: doomed.map(({ id }) => id).filter((id) => !done.kept.includes(id)),
        kept: [...planned.kept, ...done.kept],
        freed: done.freed.bytes,
        period: words,
        more,
      },
      call.settings,
    );
  },
});

interface Given {
  readonly image?: string | undefined;
  readonly images?: readonly string[] | undefined;
  readonly job?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** The pictures that a call names, each once, newest first where it names a job or a time. */
async function choose(given: Given, services: Services, call: ToolCall) {
  const { image, images, job, since, until } = given;
  const named = [...(image === undefined ? [] : [image]), ...(images ?? [])];
  const isFiltered = job !== undefined || since !== undefined || until !== undefined;
  if (isFiltered === named.length > 0) {
    throw invalidArgument(
      isFiltered ? 'Pictures and a job or time are both given.' : 'Nothing says which pictures.',
      'Give images, or else job, since and until; list_images takes the same and shows what they name.',
    );
  }
  if (!isFiltered) {
    const found = new Map<string, ImageRecord>();
    for (const text of named) {
      const record = await services.images.resolve(text, call.caller);
      found.set(record.id, record);
    }
    return { found: [...found.values()], more: false, words: undefined };
  }
  const { words, ...period } = readPeriod({ since, until }, call);
  const jobs = job === undefined ? undefined : await jobsNamed(job, services, call.caller);
  const query = { limit: MOST_AT_ONCE + 1, kinds: MADE_HERE, jobs, ...period };
  const found = await services.images.list(query, call.caller);
  return { found: found.slice(0, MOST_AT_ONCE), more: found.length > MOST_AT_ONCE, words };
}

/** @throws Problem `confirmation_required`; what `call.ask` throws */
async function agree(doomed: readonly ImageRecord[], confirmed: boolean, call: ToolCall): Promise<void> {
  const number = counted(doomed.length, 'picture');
  const names = doomed.slice(0, MOST_NAMED).map(inWords);
  const others = doomed.length - names.length;
  const list = [...names, ...(others > 0 ? [`${others} more`] : [])].join(', ');
  await requireConsent(
    {
      question: { act: 'delete', text: `Delete ${number} for good? ${list}`, box: `Yes, delete ${number}` },
      call: `delete ${doomed.map(({ id }) => id).join(' ')}`,
      confirmed,
      refusal: `This call would delete ${number} for good: ${list}. A person has to agree to that first.`,
      undone: 'Nothing was deleted.',
    },
    call,
  );
}

function inWords({ id, kind, facts }: ImageRecord): string {
  const what = facts.prompt ?? facts.file;
  const kindly = kind === 'mask' ? ' (mask)' : '';
  return what === undefined ? `${id}${kindly}` : `${id} ${JSON.stringify(shortened(quoteUntrusted(what, 120), 40))}`;
}

/** Deletes; a picture that another call has deleted since is gone as it should be. */
async function remove(doomed: readonly ImageRecord[], { deletion }: Services) {
  const ids = doomed.map(({ id }) => id);
  const done = await deletion.remove(ids);
  if (done.unknown.length === 0) return done;
  return deletion.remove(ids.filter((id) => !done.unknown.includes(id)));
}
