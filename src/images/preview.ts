import { Problem } from '../shared/errors.ts';
import { pictureTooLarge, undecodable } from './problems.ts';
import { loadSharp, MOST_PIXELS, OPEN_OPTIONS } from './sharp.ts';
import type { Preview, StoredBytes } from './types.ts';

/** One attempt: longest side in pixels, WebP quality. */
interface Rung {
  readonly side: number;
  readonly quality: number;
}

/** Measured (reference: toolchain, "Pictures"): the upper ones keep noisy 2048² pictures under 25 kB each. */
const SMALL: readonly Rung[] = [
  { side: 512, quality: 72 },
  { side: 512, quality: 50 },
  { side: 448, quality: 45 },
  { side: 384, quality: 45 },
  { side: 256, quality: 40 },
  { side: 192, quality: 35 },
  { side: 128, quality: 30 },
];

/** libwebp's effort: 2 takes a quarter of the time of the default 4 for 5 % more bytes (measured at 1024 px). */
const EFFORT = 2;

/** Attempts for a wanted side, from the best to the smallest. */
export function ladder(maxSide: number): readonly Rung[] {
  const large = maxSide > 512 ? [80, 68, 55].map((quality) => ({ side: maxSide, quality })) : [];
  const between = maxSide > 768 ? [{ side: Math.round(maxSide * 0.7), quality: 55 }] : [];
  const own = maxSide < 512 ? [{ side: maxSide, quality: 72 }] : [];
  return [...large, ...between, ...own, ...SMALL.filter(({ side }) => side <= maxSide)];
}

/**
 * The best WebP rendition, turned upright, whose longer side is at most `maxSide` pixels and that takes at most
 * `maxBytes`. Never larger than the picture itself.
 * @throws Problem `picture_too_large`, `undecodable_picture`, `preview_too_large`
 */
export async function renderPreview(
  original: Uint8Array,
  image: StoredBytes,
  { maxSide, maxBytes }: { readonly maxSide: number; readonly maxBytes: number },
): Promise<Preview> {
  if (image.width * image.height > MOST_PIXELS) {
    throw pictureTooLarge(`The picture has ${image.width}x${image.height} pixels, more than are decoded here.`);
  }
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

/** Pixels without compression, as sharp takes them. */
interface RawPixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}

/**
 * The best WebP of these pixels that takes at most `maxBytes`: quality goes down first, then size.
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
    actor: 'caller',
    next: 'Ask for fewer pictures at once, or save the original with save_image.',
  });
}
