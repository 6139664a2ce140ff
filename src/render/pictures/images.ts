import type { ImageRecord } from '../../images/types.ts';
import { isoTime, seconds, shortened, sizeAndFormat } from '../phrases.ts';
import { givenName, madeFrom, roleFacts } from './made-from.ts';
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
  /** Names of the files that sources were read from, by handle. */
  readonly fileOf?: ReadonlyMap<string, string | undefined> | undefined;
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
    text: imagesText(result),
    structured: withoutUndefined(result),
    pictures: [],
    links: [],
    isError: false,
  };
}

/** One picture of a listing. */
export function imageEntry(image: ImageRecord, fileOf: Page['fileOf'] = new Map()): Entry {
  const { sources = [] } = image.facts;
  const files = sources.map((id) => givenName(id, image.facts) ?? fileOf.get(id)).filter((file) => file !== undefined);
  return {
    image: image.id,
    kind: image.kind,
    file: image.facts.file,
    width: image.width,
    height: image.height,
    mime_type: image.mimeType,
    seconds: image.durationMs === undefined ? undefined : seconds(image.durationMs),
    seed: image.facts.seed,
    prompt: image.facts.prompt === undefined ? undefined : shortened(image.facts.prompt, LONGEST_PROMPT),
    model: image.facts.model,
    made_from: image.facts.sources && [...image.facts.sources],
    source_files: files.length === 0 ? undefined : files,
    mask: image.facts.mask,
    roles: roleFacts(image.facts, { namesFiles: false }),
    created_at: isoTime(image.createdAt),
    demo: image.facts.demo || undefined,
  };
}

function imagesFacts(
  images: readonly ImageRecord[],
  { more, isFiltered, period, fileOf }: Page,
  context: RenderContext,
): ImagesResult {
  const oldest = images.at(-1);
  return {
    images: images.map((image) => imageEntry(image, fileOf)),
    next_before: more ? oldest?.id : undefined,
    period,
    demo: context.demo || undefined,
    next: nextStep({ isEmpty: oldest === undefined, isFiltered }, context),
  };
}

function nextStep({ isEmpty, isFiltered }: { isEmpty: boolean; isFiltered: boolean }, context: RenderContext): string {
  if (!isEmpty) return `show_images shows one, or several on one sheet; ${wayTo('its original', context)}.`;
  return isFiltered ? 'Leave the filter out to see all.' : 'generate_image makes a picture.';
}

function imagesText(result: ImagesResult): string {
  const { images = [] } = result;
  const made = result.period === undefined ? '' : ` made ${result.period}`;
  const lines = [
    images.length === 0 ? `No picture matches${made}.` : `Pictures${made}, newest first:`,
    ...images.map(entryLine),
    result.next_before === undefined ? undefined : `Older ones: call again with before "${result.next_before}".`,
    `Next: ${result.next}`,
    result.demo ? demoNotice({ pictures: images }) : undefined,
  ];
  return textOf(lines);
}

function entryLine(entry: Entry): string {
  const facts = [
    entry.created_at,
    entry.kind === 'generated' ? undefined : entry.kind,
    entry.file === undefined ? undefined : JSON.stringify(entry.file),
    sizeAndFormat({ ...entry, mimeType: entry.mime_type, durationMs: entry.seconds && entry.seconds * 1000 }),
    entry.model,
    entry.seed === undefined ? undefined : `seed ${entry.seed}`,
    entry.demo ? 'by the emulator' : undefined,
    madeFrom(entry),
    // Roles name the files themselves.
    entry.source_files === undefined || entry.roles !== undefined
      ? undefined
      : `file ${entry.source_files.map((file) => JSON.stringify(file)).join(', ')}`,
    entry.prompt === undefined ? undefined : `prompt ${JSON.stringify(entry.prompt)}`,
  ];
  return `- ${entry.image}: ${facts.filter((fact) => fact !== undefined).join(', ')}`;
}
