import type { ImageRecord } from '../../images/types.ts';
import { imageLink } from '../links.ts';
import { isoTime, madeFrom, shortened } from '../phrases.ts';
import { pictureFacts, pictureLines, type RenderContext, wayTo } from './picture.ts';
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

/** A page of stored pictures, newest first. */
export function renderImages(images: readonly ImageRecord[], page: Page, context: RenderContext): Rendered {
  const result = imagesFacts(images, page, context);
  return {
    text: imagesText(result),
    structured: withoutUndefined(result),
    pictures: [],
    links: images.map(imageLink),
    isError: false,
  };
}

/** One picture of a listing. */
export function imageEntry(image: ImageRecord, context: RenderContext): Entry {
  return {
    ...pictureFacts(image, context),
    kind: image.kind,
    prompt: image.facts.prompt === undefined ? undefined : shortened(image.facts.prompt, 200),
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
    images: images.map((image) => imageEntry(image, context)),
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
    ...images.flatMap(entryLines),
    result.next_before === undefined ? undefined : `Older ones: call again with before "${result.next_before}".`,
    `Next: ${result.next}`,
    result.demo ? demoNotice({ pictures: images.length > 0 }) : undefined,
  ];
  return textOf(lines);
}

function entryLines(entry: Entry): readonly string[] {
  const made = [entry.created_at, entry.kind, entry.model].filter((part) => part !== undefined).join(', ');
  const parents = madeFrom(entry);
  const prompt = entry.prompt === undefined ? '' : `; prompt ${JSON.stringify(entry.prompt)}`;
  return [
    ...pictureLines(entry),
    `  ${made}${entry.demo ? ', by the emulator' : ''}${prompt}${parents === undefined ? '' : `; ${parents}`}`,
  ];
}
