import type { Kept } from '../../images/composites/facts.ts';
import { inPixels } from '../../images/masks/mask.ts';
import type { ImageRecord, StoredBytes } from '../../images/types.ts';
import { imageUri } from '../links.ts';
import { humanBytes, seconds, sizeAndFormat } from '../phrases.ts';
import type { PictureFacts } from '../schemas.ts';

/** The circumstances of rendering. */
export interface RenderContext {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Results come from the emulator, which every answer states. */
  readonly demo: boolean;
  /** Address of an original on this machine; undefined for callers that may not see it, and where there is none. */
  readonly path: (image: StoredBytes) => string | undefined;
  /** Address at which a browser opens the original; undefined where none reaches the server. */
  readonly link?: ((image: ImageRecord) => string | undefined) | undefined;
  /** Address at which a browser opens the studio at a place; undefined where none reaches it, or the host shows it itself. */
  readonly studio?: ((place: string) => string) | undefined;
  /** Whether paths of this machine are shown. */
  readonly serverPaths: boolean;
  /** The process that answers ends with the call, and works on no job after it. */
  readonly endsWithCall?: boolean | undefined;
}

/** The way to an original, in words: a file for callers that may have one on this machine, the resource for all others. */
export function wayTo(original: string, { serverPaths }: Pick<RenderContext, 'serverPaths'>): string {
  return serverPaths
    ? `save_image copies ${original} into the output folder`
    : `the resource firefly://images/{image} holds ${original}`;
}

/** One picture in a result. */
export function pictureFacts(
  image: ImageRecord,
  { path, link }: Partial<Pick<RenderContext, 'path' | 'link'>>,
): PictureFacts {
  return {
    image: image.id,
    ref: image.job === undefined ? undefined : `${image.job}#${image.index}`,
    uri: imageUri(image.id),
    path: path?.(image),
    link: link?.(image),
    width: image.width,
    height: image.height,
    mime_type: image.mimeType,
    seconds: image.durationMs === undefined ? undefined : seconds(image.durationMs),
    bytes: image.bytes,
    seed: image.facts.seed,
    alt_text: image.facts.altText,
    edit: editFacts(image),
  };
}

function editFacts({ facts: { painted, composite } }: ImageRecord): PictureFacts['edit'] {
  if (composite === undefined) return undefined;
  const { kept, transition, seam, paintedAt, sides } = composite;
  return { adobe_picture: painted, kept, transition, seam, painted_at: inPixels(paintedAt), painted: sides };
}

/** What of the source is in the result, in words; whether its edges are to be looked at is a note of the job. */
const KEPT_WORDS = {
  exact: 'the rest is unchanged',
  blocks: 'the rest is unchanged',
  close: 'the rest is as it was, but for encoding it again',
  nothing: 'nothing of the source is kept',
} as const satisfies Record<Kept, string>;

function editLine({ adobe_picture, kept, transition, painted_at }: NonNullable<PictureFacts['edit']>): string {
  const edge = transition === 0 ? '' : `pixels up to ${transition} px outside of the mask are blended, `;
  const facts = `  ${edge}${KEPT_WORDS[kept]}; painted at ${painted_at}`;
  return adobe_picture === undefined ? facts : `${facts}; as Adobe made it: ${adobe_picture}`;
}

/** One picture as lines of text. */
export function pictureLines(picture: PictureFacts): readonly string[] {
  const names = picture.ref === undefined ? picture.image : `${picture.image} (${picture.ref})`;
  const { width, height, mime_type: mimeType } = picture;
  const durationMs = picture.seconds === undefined ? undefined : picture.seconds * 1000;
  const format = `${sizeAndFormat({ width, height, mimeType, durationMs })}, ${humanBytes(picture.bytes)}`;
  const seed = picture.seed === undefined ? '' : `, seed ${picture.seed}`;
  return [
    `- ${names}: ${format}${seed}`,
    `  ${picture.uri}`,
    ...(picture.path === undefined ? [] : [`  ${picture.path}`]),
    ...(picture.link === undefined ? [] : [`  ${picture.link}`]),
    ...(picture.edit === undefined ? [] : [editLine(picture.edit)]),
    ...(picture.alt_text ? [`  Adobe describes it as (untrusted data): ${JSON.stringify(picture.alt_text)}`] : []),
  ];
}
