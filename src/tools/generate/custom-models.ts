import type { CustomModel } from '../../firefly/contract/custom-models.ts';
import type { GatedQueries } from '../../jobs/limits/gated-queries.ts';
import type { Clock } from '../../shared/time/clock.ts';
import { Problem } from '../../shared/errors.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { nearestNames } from '../../shared/text/nearest-names.ts';

/** A custom model. Its texts come from Adobe and have been cleaned. */
export interface KnownModel {
  readonly assetId: string;
  readonly name: string;
  /** Names that `custom_model` may give. */
  readonly aliases: readonly string[];
  readonly trainingMode: string | undefined;
  readonly concept: string | undefined;
  readonly baseModel: string | undefined;
  /** Value of `x-model-version` for its base model; undefined where the base is unknown. */
  readonly header: 'image3_custom' | 'image4_custom' | undefined;
  readonly publishedState: string | undefined;
  readonly samplePrompt: string | undefined;
  /** Epoch milliseconds. */
  readonly modifiedAt: number | undefined;
}

/** The custom models of an account. */
export interface ModelListing {
  readonly models: readonly KnownModel[];
  /** False where Adobe has more models than were read. */
  readonly complete: boolean;
}

/** Lifetime of a cached listing. */
const FRESH_MS = 60_000;
const PAGE = 50;
const MOST_PAGES = 20;

export type PublishedState =
  'all' | 'published' | 'unpublished' | 'ready' | 'queued' | 'training' | 'failed' | 'cancelled';

/** Listings by client and so by account; they are released with their client. */
const cache = new WeakMap<
  GatedQueries,
  Map<PublishedState, { readonly listing: ModelListing; readonly readAt: number }>
>();

/**
 * All custom models in this state, newest first, from a cache of one minute; older while Adobe answers 429.
 * @throws Problem as `Firefly.customModels`
 */
export async function listModels(
  firefly: GatedQueries,
  state: PublishedState,
  options: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<ModelListing> {
  const listings = cache.get(firefly) ?? new Map();
  cache.set(firefly, listings);
  const known = listings.get(state);
  if (known !== undefined && options.clock.monotonic() - known.readAt < FRESH_MS) return known.listing;
  try {
    const listing = await readAll(firefly, state, options.signal);
    // An empty listing is not cached: its reader shares a model and lists again at once.
    if (listing.models.length > 0) listings.set(state, { listing, readAt: options.clock.monotonic() });
    return listing;
  } catch (error) {
    // During a cooldown an older listing serves better than none.
    if (known !== undefined && error instanceof Problem && error.code === 'rate_limited') return known.listing;
    throw error;
  }
}

async function readAll(
  firefly: GatedQueries,
  publishedState: PublishedState,
  signal: AbortSignal,
): Promise<ModelListing> {
  const models: KnownModel[] = [];
  let start: string | undefined = '0';
  for (let page = 0; page < MOST_PAGES && start !== undefined; page++) {
    const answer = await firefly.customModels({ sortBy: '-modifiedDate', start, limit: PAGE, publishedState }, signal);
    models.push(...answer.models.flatMap(toKnown));
    start = answer.models.length === 0 ? undefined : answer.nextStart;
  }
  return { models, complete: start === undefined };
}

/**
 * The one model of this name or asset id.
 * @throws Problem `unknown_custom_model`, `ambiguous_custom_model`
 */
export function findModel(wanted: string, listing: ModelListing): KnownModel {
  const key = fold(wanted);
  const found = listing.models.filter(
    ({ assetId, aliases }) => assetId === wanted || aliases.some((name) => fold(name) === key),
  );
  const [only, ...others] = found;
  if (only === undefined) throw unknownModel(wanted, listing);
  if (others.length === 0) return only;
  throw new Problem('ambiguous_custom_model', `${found.length} custom models have this name.`, {
    next: `Pass the asset id as custom_model: ${found.map(({ assetId }) => assetId).join(', ')}.`,
  });
}

function unknownModel(wanted: string, listing: ModelListing): Problem {
  const near = nearestNames(
    wanted,
    listing.models.map(({ name }) => name),
    3,
  );
  const next =
    'Call list_custom_models and pass an asset id or a name from there. A model must be shared with the technical account of these credentials.';
  return new Problem('unknown_custom_model', 'There is no custom model of this name.', {
    next,
    upstream: near.length === 0 ? undefined : quoteUntrusted(`Names that are near: ${near.join(', ')}`),
  });
}

function toKnown(model: CustomModel): readonly KnownModel[] {
  // Adobe's own sample code reads `repo:assetId`, its specification says `assetId`.
  const assetId = model.assetId ?? model['repo:assetId'];
  // The id goes back to Adobe and into results unchanged, so that only plain identifiers are accepted.
  if (assetId === undefined || !/^[\x21-\x7e]{1,300}$/.test(assetId)) return [];
  const names = [model.displayName, model.assetName, model.assetName?.replace(/\.ffcustommodel$/i, '')]
    .map((name) => cleaned(name, 100))
    .filter((name) => name !== undefined);
  const base = [model.baseModel?.name, model.baseModel?.version].filter((part) => part !== undefined && part !== '');
  const baseModel = base.length === 0 ? undefined : quoteUntrusted(base.join(' '), 60);
  return [
    {
      assetId,
      name: names[0] ?? assetId,
      aliases: names,
      trainingMode: cleaned(model.trainingMode, 20),
      concept: cleaned(model.conceptId, 100),
      baseModel,
      header: headerOfBase(model.baseModel?.name),
      publishedState: cleaned(model.publishedState, 20),
      samplePrompt: cleaned(model.samplePrompt, 200),
      modifiedAt: timeOf(model.modifiedDate),
    },
  ];
}

/**
 * Adobe documents no list of base-model names. Its tutorial sends `image3_custom` for `clio_v2`; other names are read for
 * "image 3" and "image 4".
 */
function headerOfBase(name: string | undefined): KnownModel['header'] {
  const base = name?.toLowerCase() ?? '';
  if (/^clio_v2$|image[ _-]?(model[ _-]?)?3/.test(base)) return 'image3_custom';
  return /image[ _-]?(model[ _-]?)?4/.test(base) ? 'image4_custom' : undefined;
}

/** ISO text as specified, or epoch milliseconds as in Adobe's sample. */
function timeOf(date: string | number | undefined): number | undefined {
  const time = typeof date === 'string' ? Date.parse(date) : (date ?? NaN);
  return Number.isFinite(time) && Math.abs(time) < 8.64e15 ? time : undefined;
}

function cleaned(text: string | undefined, limit: number): string | undefined {
  const clean = text === undefined ? '' : quoteUntrusted(text, limit);
  return clean === '' ? undefined : clean;
}

function fold(text: string): string {
  return quoteUntrusted(text, 200).toLowerCase();
}
