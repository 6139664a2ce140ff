import { draw, type Draw } from '../../../src/emulator/index.ts';

/** Encoded pictures of one colour, by size; encoding one takes as long as many tests. */
const flat = new Map<string, Promise<Buffer>>();

/**
 * Draws pictures of one colour, for tests that no pixel matters to: a scene costs more than the rest of a paid call. Each
 * has bytes of its own, by a comment that holds its spec. Edits, PNG and WebP are drawn as ever.
 */
export const drawFlat: Draw = async (spec) => {
  if (spec.clip || spec.edit || spec.rework || spec.format !== 'jpeg') return draw(spec);
  const { prompt, seed, style, width, height } = spec;
  const size = `${width}x${height}`;
  const found = flat.get(size) ?? encoded(width, height);
  flat.set(size, found);
  return commented(await found, JSON.stringify({ prompt, seed, style }));
};

async function encoded(width: number, height: number): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const background = { r: 60, g: 110, b: 130 };
  return sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer();
}

/** The JPEG with a comment behind its first segment (ISO/IEC 10918-1, B.2.4.5: the length counts its own two bytes). */
function commented(jpeg: Buffer, comment: string): Buffer {
  const text = Buffer.from(comment).subarray(0, 60_000);
  const head = Buffer.from([0xff, 0xfe, 0, 0]);
  head.writeUInt16BE(text.length + 2, 2);
  const place = 4 + jpeg.readUInt16BE(4);
  return Buffer.concat([jpeg.subarray(0, place), head, text, jpeg.subarray(place)]);
}
