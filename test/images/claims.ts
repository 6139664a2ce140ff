import { crc32, deflateSync } from 'node:zlib';

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}

/** A whole PNG of some bytes whose header claims these pixels: grey, one bit each, or RGBA of 16 bits. */
export function pngThatClaims(width: number, height: number, { isInterlaced = false, isDeep = false } = {}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const isWide = isInterlaced || isDeep;
  header[8] = isWide ? 16 : 1;
  header[9] = isWide ? 6 : 0;
  header[12] = isInterlaced ? 1 : 0;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const pixels = chunk('IDAT', deflateSync(Buffer.alloc(1)));
  return Buffer.concat([signature, chunk('IHDR', header), pixels, chunk('IEND', Buffer.alloc(0))]);
}

/** A lossless WebP of some bytes whose header claims these pixels, at most 16384 a side. */
export function webpThatClaims(width: number, height: number): Buffer {
  const data = Buffer.alloc(6);
  data[0] = 0x2f;
  data.writeUInt32LE((((height - 1) << 14) | (width - 1)) >>> 0, 1);
  const file = Buffer.alloc(20);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(12 + data.length, 4);
  file.write('WEBPVP8L', 8, 'latin1');
  file.writeUInt32LE(data.length, 16);
  return Buffer.concat([file, data]);
}
