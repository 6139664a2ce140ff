import type { ImageLibrary, ImageRecord } from '../images/types.ts';
import type { PictureBlock } from '../render/rendered.ts';
import { toProblemRecord } from '../shared/errors.ts';
import type { ToolSettings } from './define.ts';

/** What all previews of one result may take together, as base64, and how large each may be. */
const LIMITS = {
  /** DESIGN §2 `FIREFLY_PREVIEW`: at most 100 kB for a whole result. */
  thumb: { encodedBytes: 100_000, maxSide: 512 },
  /** Below the 1 MB per result of some hosts, with room for text and links. */
  full: { encodedBytes: 700_000, maxSide: 1024 },
} as const;

/** Pictures to look at, and what kept any of them from being shown. */
export interface Previews {
  readonly pictures: readonly PictureBlock[];
  readonly warnings: readonly string[];
}

/** Small renditions of the pictures of one result, within one budget. A picture that cannot be shown is a remark. */
export async function previewsOf(
  images: readonly ImageRecord[],
  library: ImageLibrary,
  preview: ToolSettings['preview'],
): Promise<Previews> {
  if (preview === 'none' || images.length === 0) return { pictures: [], warnings: [] };
  const { encodedBytes, maxSide } = LIMITS[preview];
  const maxBytes = rawBytes(encodedBytes / images.length);
  const pictures: PictureBlock[] = [];
  const warnings: string[] = [];
  for (const image of images) {
    try {
      const { data, mimeType } = await library.preview(image, { maxSide, maxBytes });
      pictures.push({ data: Buffer.from(data).toString('base64'), mimeType });
    } catch (error) {
      warnings.push(`${image.id} is kept, but cannot be shown here: ${toProblemRecord(error).message}`);
    }
  }
  return { pictures, warnings };
}

/** Most bytes whose base64 form stays within `encoded` characters. */
export function rawBytes(encoded: number): number {
  return Math.floor(encoded / 4) * 3;
}
