import { webpChunks } from '../../formats/webp.ts';
import type { Size } from '../../masks/mask.ts';
import type { Carried } from './carried.ts';
import { XMP_PACKET } from './xmp.ts';

/** Flags of the extended header (RFC 9649, section 2.7). */
const [WITH_PROFILE, WITH_ALPHA, WITH_EXIF, WITH_XMP] = [0x20, 0x10, 0x08, 0x04];

/**
 * A freshly encoded still WebP with these facts in place of its own, in pieces: its own are parts of the given bytes. WebP has
 * no place for a density but EXIF.
 */
export function attachToWebp(
  bytes: Uint8Array,
  { icc, exif }: Carried,
  { width, height, hasAlpha }: Size & { readonly hasAlpha: boolean },
): readonly Uint8Array[] {
  const pixels = Array.from(webpChunks(bytes))
    .filter(({ type }) => type === 'VP8 ' || type === 'VP8L' || type === 'ALPH')
    .map(({ from, to }) => bytes.subarray(from, to));
  const header = Buffer.alloc(10);
  const flags = [icc && WITH_PROFILE, hasAlpha && WITH_ALPHA, exif && WITH_EXIF, WITH_XMP];
  header.writeUInt8(
    flags.reduce<number>((sum, flag) => sum | (typeof flag === 'number' ? flag : 0), 0),
    0,
  );
  header.writeUIntLE(width - 1, 4, 3);
  header.writeUIntLE(height - 1, 7, 3);
  const content = [
    Buffer.from('WEBP', 'latin1'),
    chunkOf('VP8X', header),
    ...(icc === undefined ? [] : [chunkOf('ICCP', icc)]),
    ...pixels,
    ...(exif === undefined ? [] : [chunkOf('EXIF', exif)]),
    chunkOf('XMP ', Buffer.from(XMP_PACKET)),
  ];
  const riff = Buffer.alloc(8);
  riff.write('RIFF', 'latin1');
  const length = content.reduce((sum, piece) => sum + piece.length, 0);
  riff.writeUInt32LE(length, 4);
  return [riff, ...content, ...(length % 2 === 0 ? [] : [Uint8Array.of(0)])];
}

function chunkOf(type: string, content: Uint8Array): Uint8Array {
  const chunk = Buffer.alloc(8 + content.length + (content.length % 2));
  chunk.write(type, 'latin1');
  chunk.writeUInt32LE(content.length, 4);
  chunk.set(content, 8);
  return chunk;
}
