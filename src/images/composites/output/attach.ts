import { attachToJpeg } from '../metadata/attach-jpeg.ts';
import { attachToPng } from '../metadata/attach-png.ts';
import { attachToWebp } from '../metadata/attach-webp.ts';
import type { Carried } from '../metadata/carried.ts';
import type { Encoded, Encoding } from './encode.ts';

/** Bytes beside profile, EXIF and chunks that are attached at most: XMP, density, headers of pieces. */
const OTHER_BYTES = 65_536;

/**
 * What was encoded, with what is carried over in place of all other metadata. What comes from a file is moved together where it
 * was read to, so that a large result is never held twice.
 */
export async function attach(encoded: Encoded, encoding: Encoding, carried: Carried): Promise<Uint8Array> {
  const { whole, from } = await encoded.read(roomFor(carried));
  const pieces = piecesOf(whole.subarray(from), encoding, carried);
  const isOwn = ({ buffer }: Uint8Array) => buffer === whole.buffer;
  const added = pieces.reduce((sum, piece) => sum + (isOwn(piece) ? 0 : piece.length), 0);
  if (added > from) return Buffer.concat(pieces);
  let length = 0;
  for (const piece of pieces) {
    // No piece reaches the next one before that is moved: what was added before it had its room in front of all.
    whole.set(piece, length);
    length += piece.length;
  }
  return whole.subarray(0, length);
}

function piecesOf(bytes: Uint8Array, encoding: Encoding, carried: Carried): readonly Uint8Array[] {
  if (encoding.mimeType === 'image/png') return attachToPng(bytes, carried);
  if (encoding.mimeType === 'image/webp') return attachToWebp(bytes, carried, encoding);
  return attachToJpeg(bytes, carried);
}

function roomFor({ icc, exif, chunks }: Carried): number {
  const all = [icc, exif, ...chunks].reduce((sum, part) => sum + (part?.length ?? 0), 0);
  // A profile that deflate cannot lessen grows a little, and one in segments has a header for each.
  return OTHER_BYTES + 2 * all;
}
