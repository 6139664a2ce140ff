import { Problem } from '../../shared/errors.ts';
import { requirePixels, undecodable } from '../problems.ts';
import { loadSharp, OPEN_OPTIONS } from '../sharp.ts';
import type { Preview, StoredBytes } from '../stored.ts';

/** One attempt: longer side in pixels, JPEG quality. */
interface Attempt {
  readonly side: number;
  readonly quality: number;
}

/** Attempts for thumbnails (docs/pictures-and-masks.md#previews). The last one of noise, which compresses worst, has 8 kB. */
const SMALL: readonly Attempt[] = [
  { side: 512, quality: 72 },
  { side: 512, quality: 50 },
  { side: 448, quality: 45 },
  { side: 384, quality: 45 },
  { side: 256, quality: 40 },
  { side: 192, quality: 35 },
  { side: 128, quality: 30 },
];

/** Attempts for what is larger, as shares of its longer side: a sheet of many pictures loses quality before all of it is tiny. */
const BETWEEN = [
  [0.7, 55],
  [0.7, 42],
  [0.6, 48],
  [0.5, 45],
] as const;

/** Quality from which colours keep their full resolution: thin lines, such as those of a mask, are blurred otherwise. */
const FULL_COLOUR = 65;

/** Effort of the search for a palette, 1 to 10: more takes twice the time for hardly fewer bytes. */
const PALETTE_EFFORT = 3;

/** Attempts for a longer side of at most `maxSide` pixels, from the best to the smallest. */
export function ladder(maxSide: number): readonly Attempt[] {
  const large = maxSide > 512 ? [80, 68, 55].map((quality) => ({ side: maxSide, quality })) : [];
  const between =
    maxSide > 768 ? BETWEEN.map(([share, quality]) => ({ side: Math.round(maxSide * share), quality })) : [];
  const own = maxSide < 512 ? [{ side: maxSide, quality: 72 }] : [];
  return [
    ...large,
    ...between.filter(({ side }) => side > 512),
    ...own,
    ...SMALL.filter(({ side }) => side <= maxSide),
  ];
}

/**
 * Renders the best JPEG, or PNG where there is transparency, upright and in sRGB, whose longer side has at most `maxSide`
 * pixels and whose file at most `maxBytes`. A small picture is not enlarged.
 * @throws Problem `picture_too_large`, `undecodable_picture`, `preview_too_large`
 */
export async function renderPreview(
  original: Uint8Array,
  image: Pick<StoredBytes, 'width' | 'height' | 'mimeType'>,
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
 * Encodes pixels as the best JPEG of at most `maxBytes`: quality goes down first, then size. Transparency makes it a PNG with
 * a palette, or where none fits a JPEG on white. Hosts that take pictures take both; WebP is refused by some
 * (docs/hosts.md#what-hosts-differ-in).
 * @throws Problem `preview_too_large`
 */
export async function encodeWithin(
  pixels: Uint8Array,
  raw: RawPixels,
  { maxSide, maxBytes }: { readonly maxSide: number; readonly maxBytes: number },
): Promise<Preview> {
  const sharp = await loadSharp();
  const sized = (side: number) =>
    sharp(pixels, { raw }).resize(side, side, { fit: 'inside', withoutEnlargement: true });
  const attempts = ladder(maxSide);
  const sides = isTransparent(pixels, raw) ? new Set(attempts.map(({ side }) => side)) : [];
  for (const side of sides) {
    const png = sized(side).png({ palette: true, effort: PALETTE_EFFORT });
    const { data, info } = await png.toBuffer({ resolveWithObject: true });
    if (data.length <= maxBytes) return { data, mimeType: 'image/png', width: info.width, height: info.height };
  }
  for (const { side, quality } of attempts) {
    const chromaSubsampling = quality >= FULL_COLOUR ? '4:4:4' : '4:2:0';
    const jpeg = sized(side).flatten({ background: '#fff' }).jpeg({ quality, chromaSubsampling });
    const { data, info } = await jpeg.toBuffer({ resolveWithObject: true });
    if (data.length <= maxBytes) return { data, mimeType: 'image/jpeg', width: info.width, height: info.height };
  }
  throw tooLarge(maxBytes);
}

/** Whether any pixel is not opaque. Alpha is the last of two or four channels. */
function isTransparent(pixels: Uint8Array, { channels }: RawPixels): boolean {
  if (channels % 2 === 1) return false;
  for (let i = channels - 1; i < pixels.length; i += channels) if (pixels[i] !== 255) return true;
  return false;
}

function tooLarge(maxBytes: number): Problem {
  return new Problem('preview_too_large', `No preview of this picture fits into ${maxBytes} bytes.`, {
    next: 'Ask for fewer pictures at once, or save the original with save_image.',
  });
}
