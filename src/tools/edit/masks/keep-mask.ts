import { createHash } from 'node:crypto';
import { requireStill } from '../../../images/still.ts';
import type { ImageRecord, Still } from '../../../images/types.ts';
import type { MaskContext } from './mask-context.ts';

/**
 * Stores a mask under a handle of its own.
 * @param bytes PNG
 * @param context.reuses an equal mask of this conversation, by the same tool and for the same picture under that name, is taken again, and is the newest mask then
 * @param file name of the file that was given as the mask
 */
export async function keepMask(
  bytes: Uint8Array,
  sources: readonly Pick<ImageRecord, 'id' | 'facts'>[],
  { services, call, tool, reuses = false }: MaskContext & { readonly reuses?: boolean },
  file?: string,
): Promise<Still<ImageRecord>> {
  // Files with equal bytes are one picture, so that the name that this call gave is kept with what is drawn on it.
  const named = sources.flatMap(({ id, facts: { file: name } }) =>
    name === undefined ? [] : [{ role: 'image', image: id, file: name }],
  );
  const roles = named.length === 0 ? undefined : named;
  const facts = { tool, sources: sources.map(({ id }) => id), roles, file };
  const known = reuses ? await equalMask(bytes, facts, { services, call }) : undefined;
  return known ?? services.imageImport.keep(bytes, { kind: 'mask', facts }, call.caller);
}

/** Newest masks of a picture among which an equal one is looked for. */
const MOST_COMPARED = 50;

async function equalMask(
  bytes: Uint8Array,
  {
    tool,
    sources: [picture],
    roles,
  }: Pick<ImageRecord['facts'], 'roles'> & { tool: string; sources: readonly string[] },
  { services, call }: Pick<MaskContext, 'services' | 'call'>,
): Promise<Still<ImageRecord> | undefined> {
  const { caller } = call;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const masks = await services.images.list({ limit: MOST_COMPARED, madeFrom: picture, kinds: ['mask'] }, caller);
  const known = masks.find(
    (mask) =>
      mask.sha256 === sha256 &&
      mask.facts.tool === tool &&
      mask.conversation === caller.conversation &&
      mask.facts.roles?.[0]?.file === roles?.[0]?.file,
  );
  // What a call has drawn last is what "last" means after it, whether or not it had been drawn before.
  return known && requireStill(await services.images.renew(known));
}
