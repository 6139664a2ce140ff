import { posterOf } from '../../images/previews/poster.ts';
import { isStill } from '../../images/still.ts';
import type { ImageLibrary, ImageRecord, Preview } from '../../images/types.ts';
import type { PictureBlock } from '../../render/rendered.ts';
import { toProblemRecord } from '../../shared/errors.ts';
import type { ToolSettings } from './define.ts';

/** Characters of base64 of all previews of one result together, and the longer side of each in pixels. */
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
}

/** Limits of one preview of `count` in a result, in pixels and bytes; undefined where no preview is wanted. */
export function previewLimits(
  preview: ToolSettings['preview'],
  count: number,
): { readonly maxSide: number; readonly maxBytes: number } | undefined {
  if (preview === 'none' || count === 0) return undefined;
  const { encodedBytes, maxSide } = LIMITS[preview];
  return { maxSide, maxBytes: rawBytes(encodedBytes / count) };
}

/**
 * Previews of the pictures of one result within the limit of the result, of a video by its first frame where that is
 * known. An undecodable picture gives a warning.
 */
export async function previewsOf(
  images: readonly ImageRecord[],
  library: ImageLibrary,
  preview: ToolSettings['preview'],
): Promise<Previews> {
  const limits = previewLimits(preview, images.length);
  if (limits === undefined) return { pictures: [], warnings: [] };
  const pictures: PictureBlock[] = [];
  const warnings: string[] = [];
  for (const image of images) {
    try {
      const shown = isStill(image) ? image : await posterOf(image, library);
      if (shown === undefined) continue;
      pictures.push(pictureBlock(await library.preview(shown, limits)));
      if (shown !== image) warnings.push(`${image.id} is shown by the picture that it begins with, ${shown.id}.`);
    } catch (error) {
      warnings.push(`${image.id} is stored, but cannot be shown here: ${toProblemRecord(error).message}`);
    }
  }
  return { pictures, warnings };
}

/** A preview as a content block. */
export function pictureBlock({ data, mimeType }: Preview): PictureBlock {
  return { data: Buffer.from(data).toString('base64'), mimeType };
}

/** Most bytes whose base64 form stays within `encoded` characters. */
export function rawBytes(encoded: number): number {
  return Math.floor(encoded / 4) * 3;
}
