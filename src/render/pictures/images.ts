import { relative, isAbsolute } from 'node:path';
import { parseReference } from '../../images/library/reference.ts';
import type { ImageRecord } from '../../images/types.ts';
import type { PictureCost } from '../../jobs/model/spending-views.ts';
import { counted, isoTime, seconds, shortened, sizeAndFormat } from '../phrases.ts';
import { deletedParents, givenName, madeFrom, roleFacts } from './made-from.ts';
import { type RenderContext, wayTo } from './picture.ts';
import { demoNotice } from '../demo.ts';
import { textOf, type Rendered, withoutUndefined } from '../rendered.ts';
import type { ImagesResult } from '../library-schemas.ts';

type Entry = NonNullable<ImagesResult['images']>[number];

/** What a page of stored pictures leaves out. */
interface Page {
  /** Older pictures exist. */
  readonly more: boolean;
  /** The caller has asked for some pictures only. */
  readonly isFiltered: boolean;
  /** The time that was asked for, in words. */
  readonly period?: string | undefined;
  /** The picture or file that these were to be made from, as the call named it. */
  readonly from?: string | undefined;
  /** The pictures that these were made from or with and that still exist, by handle. */
  readonly sources: ReadonlyMap<string, ImageRecord>;
  /** What each picture cost, by handle. */
  readonly costs: ReadonlyMap<string, PictureCost>;
  /** Files that they were saved as, absolute, by handle; undefined for a caller who may see no paths. */
  readonly files: ReadonlyMap<string, readonly string[]> | undefined;
  /** The folder that files are saved below, absolute. */
  readonly outputFolder: string;
}

/** Most characters of a prompt in a list. */
const LONGEST_PROMPT = 100;

/**
 * A page of stored pictures, newest first, in one line each. Path, URI and the number in its job follow from a handle and
 * would be half of the list, which hosts cut when it is long. For that reason there are no links either.
 */
export function renderImages(images: readonly ImageRecord[], page: Page, context: RenderContext): Rendered {
  const result = imagesFacts(images, page, context);
  return {
    text: imagesText(result, page.from),
    structured: withoutUndefined(result),
    pictures: [],
    links: [],
    isError: false,
  };
}

/**
 * One picture of a listing.
 * @param sources as in `Page`
 */
export function imageEntry(image: ImageRecord, sources: Page['sources']): Entry {
  const { facts } = image;
  const { made_from, mask, roles, deleted } = livingParents(facts, sources);
  const files = (made_from ?? []).map((id) => givenName(id, facts) ?? sources.get(id)?.facts.file);
  const named = files.filter((file) => file !== undefined);
  return {
    image: image.id,
    kind: image.kind,
    file: facts.file,
    width: image.width,
    height: image.height,
    mime_type: image.mimeType,
    seconds: image.durationMs === undefined ? undefined : seconds(image.durationMs),
    seed: facts.seed,
    prompt: facts.prompt === undefined ? undefined : shortened(facts.prompt, LONGEST_PROMPT),
    model: facts.model,
    made_from,
    source_files: named.length === 0 ? undefined : named,
    mask,
    roles,
    deleted,
    created_at: isoTime(image.createdAt),
    demo: facts.demo || undefined,
  };
}

/** What a picture was made from, without the handles of what was deleted: those lead nowhere. */
function livingParents(
  facts: ImageRecord['facts'],
  living: Page['sources'],
): Pick<Entry, 'made_from' | 'mask' | 'roles' | 'deleted'> {
  const { sources, mask, roles } = facts;
  const isThere = (id: string) => living.has(id);
  const there = sources?.filter(isThere);
  const ofThose = {
    sources: there?.length === 0 ? undefined : there,
    mask: mask !== undefined && isThere(mask) ? mask : undefined,
    roles: roles?.filter(({ image }) => isThere(image)),
  };
  const deleted = deletedParents(facts, isThere);
  return {
    made_from: ofThose.sources,
    mask: ofThose.mask,
    roles: roleFacts(ofThose, { namesFiles: false }),
    deleted: deleted.length === 0 ? undefined : [...deleted],
  };
}

function imagesFacts(images: readonly ImageRecord[], page: Page, context: RenderContext): ImagesResult {
  const { more, isFiltered, period, sources, costs, files, outputFolder } = page;
  const oldest = images.at(-1);
  const all = images.flatMap(({ id }) => costs.get(id) ?? []);
  return {
    images: images.map((image) => ({
      ...imageEntry(image, sources),
      cost: costFacts(costs.get(image.id)),
      saved: files?.get(image.id)?.map((path) => below(outputFolder, path)),
    })),
    cost: all.length === 0 ? undefined : costFacts(sumOf(all)),
    saved_in: files === undefined || files.size === 0 ? undefined : outputFolder,
    next_before: more ? oldest?.id : undefined,
    period,
    demo: context.demo || undefined,
    next: nextStep({ isEmpty: oldest === undefined, isFiltered }, context),
  };
}

/** The mark of an estimate only where it is one: a list has many costs. */
function costFacts(cost: PictureCost | undefined): Entry['cost'] {
  return cost && { operations: cost.operations, estimate: cost.estimate || undefined };
}

function sumOf(costs: readonly PictureCost[]): PictureCost {
  const operations = costs.reduce((sum, cost) => sum + cost.operations, 0);
  return { operations: Math.round(operations * 100) / 100, estimate: costs.some(({ estimate }) => estimate) };
}

/** A path from the output folder on, which a list names once; a file elsewhere by its whole path. */
function below(folder: string, path: string): string {
  const inside = relative(folder, path);
  return inside.startsWith('..') || isAbsolute(inside) ? path : inside;
}

function nextStep({ isEmpty, isFiltered }: { isEmpty: boolean; isFiltered: boolean }, context: RenderContext): string {
  if (!isEmpty) return `show_images shows one, or several on one sheet; ${wayTo('its original', context)}.`;
  return isFiltered ? 'Leave the filter out to see all.' : 'generate_image makes a picture.';
}

function imagesText(result: ImagesResult, from: string | undefined): string {
  const { images = [] } = result;
  const made = result.period === undefined ? '' : ` made ${result.period}`;
  const lines = [
    images.length === 0 ? `No picture matches${made}.` : `Pictures${made}${lineWords(from, made)}, newest first:`,
    ...images.map(entryLine),
    result.cost === undefined ? undefined : `Cost of these: ${costWords(result.cost)}.`,
    result.saved_in === undefined ? undefined : `Saved files are below ${JSON.stringify(result.saved_in)}.`,
    result.next_before === undefined ? undefined : `Older ones: call again with before "${result.next_before}".`,
    `Next: ${result.next}`,
    result.demo ? demoNotice({ pictures: images }) : undefined,
  ];
  return textOf(lines);
}

/** Words for a heading: a listing by source has the later steps too, which a model need not look for one by one. */
function lineWords(from: string | undefined, made: string): string {
  if (from === undefined) return '';
  const name = parseReference(from) === undefined ? JSON.stringify(from) : from;
  return `${made === '' ? ' made' : ''} from ${name}, directly or in several steps`;
}

function entryLine(entry: Entry): string {
  const facts = [
    entry.created_at,
    entry.kind === 'generated' ? undefined : entry.kind,
    entry.file === undefined ? undefined : JSON.stringify(entry.file),
    sizeAndFormat({ ...entry, mimeType: entry.mime_type, durationMs: entry.seconds && entry.seconds * 1000 }),
    entry.model,
    entry.seed === undefined ? undefined : `seed ${entry.seed}`,
    entry.cost === undefined ? undefined : costWords(entry.cost),
    entry.demo ? 'by the emulator' : undefined,
    madeFrom(entry),
    entry.deleted?.map((parent) => `${parent} deleted`).join(', '),
    entry.saved && `saved as ${entry.saved.map((path) => JSON.stringify(path)).join(', ')}`,
    // Roles name the files themselves.
    entry.source_files === undefined || entry.roles !== undefined
      ? undefined
      : `file ${entry.source_files.map((file) => JSON.stringify(file)).join(', ')}`,
    entry.prompt === undefined ? undefined : `prompt ${JSON.stringify(entry.prompt)}`,
  ];
  return `- ${entry.image}: ${facts.filter((fact) => fact !== undefined).join(', ')}`;
}

function costWords({ operations, estimate }: NonNullable<Entry['cost']>): string {
  return `${estimate ? 'about ' : ''}${counted(operations, 'operation')}`;
}
