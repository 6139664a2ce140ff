import { crc32, deflateSync } from 'node:zlib';
import { fourLetters } from '../../formats/four-letters.ts';
import { pngChunks } from '../../formats/png.ts';
import type { Carried } from './carried.ts';
import { XMP_PACKET } from './xmp.ts';

const [IHDR, IDAT, IEND, PHYS] = ['IHDR', 'IDAT', 'IEND', 'pHYs'].map(fourLetters);
const SIGNATURE_LENGTH = 8;
const INCHES_A_METRE = 1 / 0.0254;

/**
 * A freshly encoded truecolour or grey PNG with these facts in place of its own (PNG specification, third edition), in pieces:
 * its own are parts of the given bytes.
 */
export function attachToPng(bytes: Uint8Array, carried: Carried): readonly Uint8Array[] {
  const { icc, exif, density, chunks } = carried;
  const own = Array.from(pngChunks(bytes), (piece) => ({
    type: piece.type,
    chunk: bytes.subarray(piece.from, piece.to),
  }));
  const only = (type: number | undefined) => own.filter((piece) => piece.type === type).map(({ chunk }) => chunk);
  const facts: Uint8Array[] = [...chunks];
  if (icc !== undefined) facts.unshift(chunkOf('iCCP', Buffer.from('profile\0\0', 'latin1'), deflateSync(icc)));
  const hasDensity = chunks.some((chunk) => Buffer.from(chunk).readUInt32BE(4) === PHYS);
  if (density !== undefined && !hasDensity) facts.push(chunkOf('pHYs', densityOf(density)));
  if (exif !== undefined) facts.push(chunkOf('eXIf', exif));
  facts.push(chunkOf('iTXt', Buffer.from('XML:com.adobe.xmp\0\0\0\0\0', 'latin1'), Buffer.from(XMP_PACKET)));
  return [bytes.subarray(0, SIGNATURE_LENGTH), ...only(IHDR), ...facts, ...only(IDAT), ...only(IEND)];
}

/** Pixels a metre on both axes. */
function densityOf(density: number): Uint8Array {
  const value = Buffer.alloc(9, 1);
  value.writeUInt32BE(Math.round(density * INCHES_A_METRE), 0);
  value.writeUInt32BE(Math.round(density * INCHES_A_METRE), 4);
  return value;
}

function chunkOf(type: string, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), ...contents]);
  const chunk = Buffer.alloc(content.length + 8);
  chunk.writeUInt32BE(content.length - 4, 0);
  chunk.set(content, 4);
  chunk.writeUInt32BE(crc32(content), content.length + 4);
  return chunk;
}
