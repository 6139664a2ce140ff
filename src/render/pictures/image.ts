import { isUnread } from '../../images/still.ts';
import { beforeAndAfter } from './before-and-after.ts';
import type { Lineage } from '../../images/library/lineage.ts';
import { parentsOf } from '../../images/library/parents.ts';
import type { ImageRecord, Preview } from '../../images/types.ts';
import { isoTime, shortened } from '../phrases.ts';
import { studioLines } from '../links.ts';
import { givenName, roleOf } from './made-from.ts';
import { pictureFacts, pictureLines, type RenderContext, wayTo } from './picture.ts';
import { demoNotice } from '../demo.ts';
import { textOf, type Rendered } from '../rendered.ts';

/** Preview and lineage of a picture. */
export interface ImageToRender extends Lineage {
  /** Undefined for a video without a first frame that is known. */
  readonly preview: Preview | undefined;
  /** The picture that a mask is shown on; undefined where the picture itself is shown. */
  readonly tinted?: ImageRecord | undefined;
  /** The picture by which a video is shown. */
  readonly poster?: ImageRecord | undefined;
}

/**
 * One picture with all its facts. No structured form, so that every host passes the picture to the model, and no link beside
 * it, since some agent libraries then pass neither.
 */
export function renderImage(image: ImageRecord, shown: ImageToRender, context: RenderContext): Rendered {
  const { preview } = shown;
  return {
    text: imageText(image, shown, context),
    structured: undefined,
    pictures:
      preview === undefined ? [] : [{ data: Buffer.from(preview.data).toString('base64'), mimeType: preview.mimeType }],
    links: [],
    isError: false,
  };
}

function imageText(image: ImageRecord, shown: ImageToRender, context: RenderContext): string {
  const { preview } = shown;
  const { facts } = image;
  const lines = [
    ...pictureLines(pictureFacts(image, context)),
    preview === undefined
      ? `${isUnread(image) ? 'A file that is not read' : 'A video'} cannot be shown here.`
      : shownLine(preview, shown),
    `Kind: ${image.kind}, made at ${isoTime(image.createdAt)}`,
    line('Prompt', facts.prompt),
    line('Negative prompt', facts.negativePrompt),
    facts.model === undefined ? undefined : `Model: ${facts.model}`,
    facts.customModel === undefined ? undefined : `Custom model: ${facts.customModel}`,
    facts.contentClass === undefined ? undefined : `Content class: ${facts.contentClass}`,
    ...lineageLines(image, shown),
    ...studioLines({ studio: context.studio?.(image.id) }),
    `Next: ${wayTo('the original', context)}${compared(image)}.`,
    facts.demo || context.demo ? demoNotice({ pictures: [{ mime_type: image.mimeType }] }) : undefined,
  ];
  return textOf(lines);
}

function compared(image: ImageRecord): string {
  const sheet = beforeAndAfter([image]);
  return sheet === '' ? '' : `; show_images shows it${sheet}`;
}

/** How a picture is shown beside these words. */
function shownLine({ width, height }: Preview, { tinted, poster }: ImageToRender): string {
  if (poster !== undefined) {
    return `Shown at ${width}x${height} by the picture that it begins with, ${poster.id}. A video itself cannot be shown here.`;
  }
  if (tinted === undefined) return `Shown at ${width}x${height}; the original is unchanged.`;
  return `Shown on ${tinted.id}, tinted where it opens, at ${width}x${height}.`;
}

/** Sources and derivatives of a picture, one generation each. */
function lineageLines(image: ImageRecord, { parents, children, hasMoreChildren }: Lineage): readonly string[] {
  const { id, facts } = image;
  const gone = parentsOf(image).filter((handle) => !parents.some((parent) => parent.id === handle));
  const roleIn = (parent: string) => {
    const role = roleOf(parent, facts);
    return role === undefined ? '' : ` (${role})`;
  };
  return [
    ...(parents.length + gone.length > 0 ? ['Made from:'] : []),
    ...parents.map((parent) => `- ${relative(named(parent, facts))}${roleIn(parent.id)}`),
    ...gone.map((handle) => `- ${handle}, which no longer exists${roleIn(handle)}`),
    ...(children.length > 0 ? ['Used to make:'] : []),
    ...children.map((child) => `- ${relative(child)}`),
    ...(hasMoreChildren ? [`- more: list_images with made_from "${id}"`] : []),
  ];
}

/** A source under the name that the call gave, where it has several. */
function named(parent: ImageRecord, facts: ImageRecord['facts']): ImageRecord {
  const file = givenName(parent.id, facts);
  return file === undefined ? parent : { ...parent, facts: { ...parent.facts, file } };
}

/** A source or derivative as one line. */
function relative({ id, job, index, kind, facts, width, height }: ImageRecord): string {
  const parts = [
    job === undefined ? id : `${id} (${job}#${index})`,
    facts.file === undefined ? undefined : JSON.stringify(facts.file),
    `${kind}${facts.tool === undefined ? '' : ` by ${facts.tool}`}, ${width}x${height}`,
    facts.model,
    facts.seed === undefined ? undefined : `seed ${facts.seed}`,
    facts.prompt === undefined ? undefined : `prompt ${JSON.stringify(shortened(facts.prompt, 80))}`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function line(name: string, text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : `${name}: ${JSON.stringify(text)}`;
}
