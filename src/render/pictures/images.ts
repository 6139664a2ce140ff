import type { ImageRecord } from '../../images/types.ts';
import { isoTime, madeFrom, seconds, shortened, sizeAndFormat } from '../phrases.ts';
import { type RenderContext, wayTo } from './picture.ts';
import { demoNotice } from '../demo.ts';
import { textOf, type Rendered, withoutUndefined } from '../rendered.ts';
import type { ImagesResult } from '../schemas.ts';

type Entry = NonNullable<ImagesResult['images']>[number];

/** What a page of stored pictures leaves out. */
interface Page {
  /** Older pictures exist. */
  readonly more: boolean;
  /** The caller has asked for some pictures only. */
  readonly isFiltered: boolean;
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
export function imageEntry(image: ImageRecord): Entry {
  return {
    image: image.id,
    kind: image.kind,
    width: image.width,
    height: image.height,
    mime_type: image.mimeType,
    seconds: image.durationMs === undefined ? undefined : seconds(image.durationMs),
    seed: image.facts.seed,
    prompt: image.facts.prompt === undefined ? undefined : shortened(image.facts.prompt, LONGEST_PROMPT),
    model: image.facts.model,
    made_from: image.facts.sources && [...image.facts.sources],
    mask: image.facts.mask,
    created_at: isoTime(image.createdAt),
    demo: image.facts.demo || undefined,
  };
}

function imagesFacts(images: readonly ImageRecord[], { more, isFiltered }: Page, context: RenderContext): ImagesResult {
  const oldest = images.at(-1);
  return {
    images: images.map(imageEntry),
    next_before: more ? oldest?.id : undefined,
    demo: context.demo || undefined,
    next: nextStep({ isEmpty: oldest === undefined, isFiltered }, context),
  };
}

function nextStep({ isEmpty, isFiltered }: { isEmpty: boolean; isFiltered: boolean }, context: RenderContext): string {
  if (!isEmpty) return `show_images shows one; ${wayTo('its original', context)}.`;
  return isFiltered ? 'Leave the filter out to see all.' : 'generate_image makes a picture.';
}

function imagesText(result: ImagesResult): string {
  const { images = [] } = result;
  const lines = [
    images.length === 0 ? 'No picture matches.' : 'Pictures, newest first:',
    ...images.map(entryLine),
    result.next_before === undefined ? undefined : `Older ones: call again with before "${result.next_before}".`,
    `Next: ${result.next}`,
    result.demo ? demoNotice({ pictures: images.length > 0 }) : undefined,
  ];
  return textOf(lines);
}

function entryLine(entry: Entry): string {
  const facts = [
    entry.created_at,
    entry.kind === 'generated' ? undefined : entry.kind,
    sizeAndFormat({ ...entry, mimeType: entry.mime_type, durationMs: entry.seconds && entry.seconds * 1000 }),
    entry.model,
    entry.seed === undefined ? undefined : `seed ${entry.seed}`,
    entry.demo ? 'by the emulator' : undefined,
    madeFrom(entry),
    entry.prompt === undefined ? undefined : `prompt ${JSON.stringify(entry.prompt)}`,
  ];
  return `- ${entry.image}: ${facts.filter((fact) => fact !== undefined).join(', ')}`;
}
