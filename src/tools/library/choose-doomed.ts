import type { ImageRecord } from '../../images/types.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import type { Services, ToolCall } from '../definition/define.ts';
import { filterFields, type PictureFilters, readFilters } from './picture-filters.ts';

/** Most pictures of one call. A call for more deletes the newest of them and says so. */
const MOST_AT_ONCE = 1_000;

/** What a call names for deletion. */
export interface NamedForDeletion extends PictureFilters {
  readonly image?: string | undefined;
  readonly images?: readonly string[] | undefined;
  /** What stays though the filters find it. */
  readonly except?: readonly string[] | undefined;
}

/** The pictures that a call is about. */
export interface ChosenForDeletion {
  /** Each once, newest first where filters have found them. */
  readonly found: readonly ImageRecord[];
  /** More match than one call deletes. */
  readonly more: boolean;
  /** Pictures that match by now and that no one was asked about. */
  readonly notAsked: number;
  /** A handle names another picture than when the person was asked, so that the earlier yes is to something else. */
  readonly isNew: boolean;
  /** The period that was asked for, in words. */
  readonly period: string | undefined;
  /** Equal for repeats of the call. */
  readonly key: string;
}

/**
 * The pictures that a call names, by handles or by the filters of list_images. Where a question about this very call is open,
 * they are those of the question, whatever more matches by now.
 * @throws Problem `invalid_argument` where neither or both are given; `unknown_image`; as `readFilters`
 */
export async function chooseDoomed(
  given: NamedForDeletion,
  services: Services,
  call: ToolCall,
): Promise<ChosenForDeletion> {
  const { image, images, except = [], ...filters } = given;
  const named = [...(image === undefined ? [] : [image]), ...(images ?? [])];
  const { query, period, isFiltered } = await readFilters(filters, services, call);
  if (named.length > 0 && (isFiltered || except.length > 0)) {
    throw unclear('Pictures and filters are both given.');
  }
  if (named.length === 0 && !isFiltered) throw unclear('Nothing says which pictures.');
  const key = JSON.stringify([call.caller.conversation, given]);
  const asked = call.asked?.of(call.caller.principal, key);
  if (!isFiltered) {
    const found = await resolved(named, services, call);
    const isNew = asked !== undefined && found.some(({ id }) => !asked.includes(id));
    return { found, more: false, notAsked: 0, isNew, period, key };
  }
  const stay = new Set((await resolved(except, services, call)).map(({ id }) => id));
  const limit = MOST_AT_ONCE + 1 + stay.size;
  const all = await services.images.list({ ...query, limit }, call.caller);
  const matching = all.filter(({ id }) => !stay.has(id));
  const more = matching.length > MOST_AT_ONCE;
  const common = { isNew: false, period, key };
  if (asked === undefined) return { found: matching.slice(0, MOST_AT_ONCE), more, notAsked: 0, ...common };
  const found = await services.images.list({ limit: asked.length, ids: asked }, call.caller);
  return { found, more, notAsked: more ? 0 : matching.filter(({ id }) => !asked.includes(id)).length, ...common };
}

async function resolved(texts: readonly string[], { images }: Services, call: ToolCall) {
  const found = new Map<string, ImageRecord>();
  for (const text of texts) {
    const record = await images.resolve(text, call.caller);
    found.set(record.id, record);
  }
  return [...found.values()];
}

function unclear(why: string) {
  const filters = Object.keys(filterFields).toSorted().join(', ');
  return invalidArgument(
    why,
    `Give images, or else filters (${filters}), with except for what stays; list_images takes the same filters and shows what they find.`,
  );
}
