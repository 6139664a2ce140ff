import { Problem } from '../shared/errors.ts';
import { requirePixels, undecodable } from './problems.ts';
import { loadSharp, OPEN_OPTIONS } from './sharp.ts';
import type { Preview, StoredBytes } from './types.ts';

/** One attempt: longer side in pixels, WebP quality. */
interface Attempt {
  readonly side: number;
  readonly quality: number;
}

/**
 * Attempts for thumbnails (docs/pictures-and-masks.md#previews). Measured on noise of 2048x2048 pixels, which
 * compresses worst: the upper ones stay below 25 kB.
 */
const SMALL: readonly Attempt[] = [
  { side: 512, quality: 72 },
  { side: 512, quality: 50 },
  { side: 448, quality: 45 },
  { side: 384, quality: 45 },
  { side: 256, quality: 40 },
  { side: 192, quality: 35 },
  { side: 128, quality: 30 },
];

/** Effort of libwebp. Measured at 1024 px, 2 needs a quarter of the time of the default 4 for 5 % more bytes. */
const EFFORT = 2;

/** Attempts for a longer side of at most `maxSide` pixels, from the best to the smallest. */
export function ladder(maxSide: number): readonly Attempt[] {
  const large = maxSide > 512 ? [80, 68, 55].map((quality) => ({ side: maxSide, quality })) : [];
  const between = maxSide > 768 ? [{ side: Math.round(maxSide * 0.7), quality: 55 }] : [];
  const own = maxSide < 512 ? [{ side: maxSide, quality: 72 }] : [];
  return [...large, ...between, ...own, ...SMALL.filter(({ side }) => side <= maxSide)];
}

/**
 * Renders the best WebP, upright and in sRGB, whose longer side has at most `maxSide` pixels and whose file at most
 * `maxBytes`. A small picture is not enlarged.
 * @throws Problem `picture_too_large`, `undecodable_picture`, `preview_too_large`
 */
export async function renderPreview(
  original: Uint8Array,
  image: StoredBytes,
  { maxSide, maxBytes }: { readonly maxSide: number; readonly maxBytes: number },
): Promise<Preview> {
  requirePixels(image);
  const sharp = await loadSharp();
  try {
    const { data, info } = await sharp(original, OPEN_OPTIONS)
      .autoOrient()
      .resize(maxSide, maxSide, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: info.channels };
    return await encodeWithin(data, raw, { maxSide, maxBytes });
  } catch (error) {
    throw error instanceof Problem ? error : undecodable(error);
  }
}

/** Shape of uncompressed pixels, as sharp takes them. */
interface RawPixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}

/**
 * Encodes pixels as the best WebP of at most `maxBytes`: quality goes down first, then size.
 * @throws Problem `preview_too_large`
 */
export async function encodeWithin(
  pixels: Uint8Array,
  raw: RawPixels,
  { maxSide, maxBytes }: { readonly maxSide: number; readonly maxBytes: number },
): Promise<Preview> {
  const sharp = await loadSharp();
  for (const { side, quality } of ladder(maxSide)) {
    const encoded = await sharp(pixels, { raw })
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality, effort: EFFORT })
      .toBuffer({ resolveWithObject: true });
    if (encoded.data.length > maxBytes) continue;
    return { data: encoded.data, mimeType: 'image/webp', width: encoded.info.width, height: encoded.info.height };
  }
  throw tooLarge(maxBytes);
}

function tooLarge(maxBytes: number): Problem {
  return new Problem('preview_too_large', `No preview of this picture fits into ${maxBytes} bytes.`, {
    next: 'Ask for fewer pictures at once, or save the original with save_image.',
  });
}
