import type { Sharp } from 'sharp';
import { storedForm } from '../formats/format.ts';
import { MOST_COPY_BYTES } from '../limits.ts';
import { isTransparent, readHeader } from '../masks/decode.ts';
import type { StillType } from '../media.ts';
import type { Size } from '../size.ts';
import { LONGEST } from './plan.ts';

/**
 * Bytes that the encoder of a WebP holds for each pixel. It encodes transparency like a picture of its own, without loss: with 26
 * where that is soft, with 40 where it has grain.
 */
const WEBP_BYTES = { opaque: 6, transparent: 40 } as const;
/** Bytes that a JPEG whose Huffman codes are made for it holds for each pixel; with the usual ones it is written in rows. */
const OPTIMISED_JPEG_BYTES = 13;

/** A way to encode a copy. */
interface CopyEncoding {
  readonly format: StillType;
  readonly encode: (picture: Sharp) => Sharp;
}

/**
 * Chooses how copies of a picture are encoded within `MOST_COPY_BYTES`. A WebP that takes more, or is too long for its format,
 * becomes a PNG where any pixel is transparent, else a JPEG. With the usual Huffman codes a JPEG has equal pixels, and its file
 * is a little larger.
 * @returns the encoding for a copy of a size that is wanted in a format
 * @throws Problem as `readHeader`
 */
export async function copyEncodings(
  bytes: Uint8Array,
  { width, height }: Size,
): Promise<(wanted: StillType, size: Size) => Promise<CopyEncoding>> {
  const free = MOST_COPY_BYTES - bytes.length - storedForm(bytes).heldBytes * width * height;
  const { hasAlpha } = await readHeader(bytes);
  let known: Promise<boolean> | undefined;
  const showsThrough = () => (known ??= isTransparent(bytes));

  return async (wanted, size) => {
    const hasRoom = (bytesOfPixel: number) => bytesOfPixel * size.width * size.height <= free;
    if (wanted === 'image/png') return PNG;
    if (wanted === 'image/jpeg') return jpeg(hasRoom(OPTIMISED_JPEG_BYTES));
    const isWebp = Math.max(size.width, size.height) <= LONGEST['image/webp'];
    if (isWebp && hasRoom(hasAlpha ? WEBP_BYTES.transparent : WEBP_BYTES.opaque)) return WEBP;
    if (hasAlpha && (await showsThrough())) return PNG;
    return isWebp && hasRoom(WEBP_BYTES.opaque) ? OPAQUE_WEBP : jpeg(hasRoom(OPTIMISED_JPEG_BYTES));
  };
}

const PNG: CopyEncoding = { format: 'image/png', encode: (picture) => picture.png({ compressionLevel: 6 }) };
const WEBP: CopyEncoding = { format: 'image/webp', encode: (picture) => picture.webp({ quality: 95, effort: 2 }) };
const OPAQUE_WEBP: CopyEncoding = { format: 'image/webp', encode: (picture) => WEBP.encode(picture.removeAlpha()) };

const jpeg = (optimiseCoding: boolean): CopyEncoding => ({
  format: 'image/jpeg',
  encode: (picture) => picture.jpeg({ quality: 95, chromaSubsampling: '4:4:4', optimiseCoding }),
});
