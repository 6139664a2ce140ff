import { crc32, deflateSync } from 'node:zlib';

/** Colorants of Adobe RGB (1998) adapted to D50, and its gamma (ICC.1:2010, matrix and TRC). */
const [RED, GREEN, BLUE] = [
  [0.60974, 0.31111, 0.01947],
  [0.20528, 0.62567, 0.06087],
  [0.14919, 0.06322, 0.74457],
] as const;
const WHITE = [0.9642, 1, 0.8249] as const;
const GAMMA = 563 / 256;

/** A picture with the profile Adobe RGB, drawn here: the values of its pixels stay. */
export async function adobeRgb(bytes: Buffer, mimeType: 'image/png' | 'image/jpeg'): Promise<Buffer> {
  const icc = profile();
  if (mimeType === 'image/jpeg') {
    const head = Buffer.concat([Buffer.from('ICC_PROFILE\0', 'latin1'), Buffer.of(1, 1), icc]);
    const segment = Buffer.alloc(4);
    segment.writeUInt16BE(0xffe2, 0);
    segment.writeUInt16BE(head.length + 2, 2);
    const at = 4 + bytes.readUInt16BE(4);
    return Buffer.concat([bytes.subarray(0, at), segment, head, bytes.subarray(at)]);
  }
  const content = Buffer.concat([Buffer.from('iCCPwide\0\0', 'latin1'), deflateSync(icc)]);
  const chunk = Buffer.alloc(content.length + 8);
  chunk.writeUInt32BE(content.length - 4, 0);
  chunk.set(content, 4);
  chunk.writeUInt32BE(crc32(content), content.length + 4);
  // Behind the signature and the header.
  return Buffer.concat([bytes.subarray(0, 33), chunk, bytes.subarray(33)]);
}

function profile(): Buffer {
  const curve = Buffer.alloc(16);
  curve.write('curv', 0);
  curve.writeUInt32BE(1, 8);
  curve.writeUInt16BE(Math.round(GAMMA * 256), 12);
  const text = Buffer.from('text\0\0\0\0drawn here\0\0', 'latin1');
  const name = Buffer.alloc(108);
  name.write('desc', 0);
  name.writeUInt32BE(5, 8);
  name.write('wide\0', 12);
  const tags: readonly [string, Buffer][] = [
    ['desc', name],
    ['cprt', text],
    ['wtpt', xyz(WHITE)],
    ['rXYZ', xyz(RED)],
    ['gXYZ', xyz(GREEN)],
    ['bXYZ', xyz(BLUE)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ];
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length, 0);
  let at = 128 + table.length;
  tags.forEach(([signature, data], index) => {
    table.write(signature, 4 + 12 * index);
    table.writeUInt32BE(at, 8 + 12 * index);
    table.writeUInt32BE(data.length, 12 + 12 * index);
    at += data.length;
  });
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at, 0);
  header.writeUInt32BE(0x02_10_00_00, 8);
  header.write('mntrRGB XYZ ', 12);
  header.write('acsp', 36);
  xyz(WHITE).copy(header, 68, 8);
  return Buffer.concat([header, table, ...tags.map(([, data]) => data)]);
}

function xyz(values: readonly [number, number, number]): Buffer {
  const data = Buffer.alloc(20);
  data.write('XYZ ', 0);
  values.forEach((value, index) => data.writeInt32BE(Math.round(value * 65_536), 8 + 4 * index));
  return data;
}
