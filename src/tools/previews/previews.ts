import { posterOf } from '../../images/previews/poster.ts';
import { isStill } from '../../images/still.ts';
import type { ImageLibrary, ImageRecord, Preview } from '../../images/types.ts';
import type { PictureBlock } from '../../render/rendered.ts';
import { toProblemRecord } from '../../shared/errors.ts';
import type { ToolCall, ToolSettings } from '../definition/define.ts';
import { numberedSheet } from './numbered-sheet.ts';

/** Characters of base64 of the preview of one result, and its longer side in pixels where it shows one picture. */
const LIMITS = {
  /** docs/pictures-and-masks.md#previews: at most 100 kB for a whole result. */
  thumb: { encodedBytes: 100_000, maxSide: 512 },
  /** Below the limit of 1 MB per result of some hosts, with room for text and links. */
  full: { encodedBytes: 700_000, maxSide: 1024 },
} as const;

/** Previews, and a warning for each picture that has none. */
export interface Previews {
  readonly pictures: readonly PictureBlock[];
  readonly warnings: readonly string[];
  /** What the pictures show. */
  readonly caption?: string;
}

/** Limits of the one preview of a result, in pixels and bytes; undefined where none is wanted. */
export function previewLimits(
  preview: ToolSettings['preview'],
): { readonly maxSide: number; readonly maxBytes: number } | undefined {
  if (preview === 'none') return undefined;
  const { encodedBytes, maxSide } = LIMITS[preview];
  return { maxSide, maxBytes: rawBytes(encodedBytes) };
}

/** What an answer says of a sheet: the name of a picture, `job_…#2`, ends with its number. */
const ON_A_SHEET = 'The preview is one sheet; its numbers are those after #.';

/**
 * Previews of the pictures of one job within the limit of the result: of one picture itself, of several one sheet with the
 * number of each in its job, of a video its first frame where that is known. An undecodable picture gives a warning.
 */
export async function previewsOf(
  images: readonly ImageRecord[],
  library: ImageLibrary,
  { settings, signal }: Pick<ToolCall, 'settings' | 'signal'>,
): Promise<Previews> {
  const limits = previewLimits(settings.preview);
  const [image, ...others] = images;
  if (limits === undefined || image === undefined) return { pictures: [], warnings: [] };
  if (others.length > 0) return sheetOfJob(images, library, { ...limits, signal });
  try {
    const shown = isStill(image) ? image : await posterOf(image, library);
    if (shown === undefined) return { pictures: [], warnings: [] };
    const warnings = shown === image ? [] : [`${image.id} is shown by the picture that it begins with, ${shown.id}.`];
    return { pictures: [pictureBlock(await library.preview(shown, limits))], warnings };
  } catch (error) {
    return { pictures: [], warnings: [cannotBeShown(image, toProblemRecord(error).message)] };
  }
}

async function sheetOfJob(
  images: readonly ImageRecord[],
  library: ImageLibrary,
  how: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<Previews> {
  const numbered = images.map((image) => ({ number: image.index, image }));
  const { sheet, failed } = await numberedSheet(numbered, library, how);
  const warnings = failed.map(({ image, why }) => cannotBeShown(image, why));
  if (sheet === undefined) return { pictures: [], warnings };
  return { pictures: [pictureBlock(sheet)], warnings, caption: ON_A_SHEET };
}

function cannotBeShown({ id }: ImageRecord, why: string): string {
  return `${id} is stored, but cannot be shown here: ${why}`;
}

/** A preview as a content block. */
export function pictureBlock({ data, mimeType }: Preview): PictureBlock {
  return { data: Buffer.from(data).toString('base64'), mimeType };
}

/** Most bytes whose base64 form stays within `encoded` characters. */
export function rawBytes(encoded: number): number {
  return Math.floor(encoded / 4) * 3;
}
