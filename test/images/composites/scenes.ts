import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { seededRandom } from '../../../src/emulator/drawing/seeded-random.ts';
import { ROOT } from '../../architecture/source-files.ts';

/** RGB of eight bits. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export type Ground = 'flat' | 'graded' | 'lines' | 'textured';

/** A drawn ground with grain, as a camera has it. */
export function drawn(ground: Ground, width: number, height: number, seed = 1): Picture {
  const random = seededRandom(`${ground} ${seed}`);
  const data = new Uint8Array(width * height * 3);
  const waves = Array.from({ length: 14 }, () => ({
    x: random.between(-0.4, 0.4),
    y: random.between(-0.4, 0.4),
    phase: random.between(0, 6),
    level: random.between(3, 12),
  }));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const grain = random.between(-2, 2);
      const base = levelAt(ground, { x, y, width, height, waves });
      for (let channel = 0; channel < 3; channel++) {
        data[(y * width + x) * 3 + channel] = Math.min(255, Math.max(0, base - channel * 14 + grain + 0.5));
      }
    }
  }
  return { width, height, data };
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly waves: readonly { x: number; y: number; phase: number; level: number }[];
}

function levelAt(ground: Ground, { x, y, width, height, waves }: Place): number {
  if (ground === 'flat') return 140;
  if (ground === 'graded') return 70 + (120 * x) / width + (40 * y) / height;
  if (ground === 'lines') return 130 + 60 * Math.sin(x / 2.2);
  return waves.reduce((level, wave) => level + wave.level * Math.sin(wave.x * x + wave.y * y + wave.phase), 140);
}

/** One of the two photographs of the examples. */
export async function photograph(name: 'portrait' | 'product'): Promise<Picture> {
  const { data, info } = await sharp(photographBytes(name))
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

export function photographBytes(name: 'portrait' | 'product'): Buffer {
  return readFileSync(join(ROOT, `examples/${name}.png`));
}

export interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A hard mask that opens the ellipses in these boxes, or everything else. */
export function ellipses(
  { width, height }: { readonly width: number; readonly height: number },
  boxes: readonly Ellipse[],
  { inverted = false } = {},
): Uint8Array {
  const mask = new Uint8Array(width * height).fill(inverted ? 255 : 0);
  for (const box of boxes) {
    for (let y = Math.max(0, box.y); y < Math.min(height, box.y + box.height); y++) {
      for (let x = Math.max(0, box.x); x < Math.min(width, box.x + box.width); x++) {
        const across = ((x + 0.5 - box.x) / box.width) * 2 - 1;
        const down = ((y + 0.5 - box.y) / box.height) * 2 - 1;
        if (across * across + down * down <= 1) mask[y * width + x] = inverted ? 0 : 255;
      }
    }
  }
  return mask;
}

/** An encoder of a picture or, with one channel, of a mask. */
export function encoder({ width, height, data }: Picture) {
  const channels = data.length === width * height ? 1 : 3;
  const picture = sharp(data, { raw: { width, height, channels } });
  return channels === 1 ? picture.toColourspace('b-w') : picture;
}

/** Decoded values as the file has them, upright; every channel. */
export async function decoded(bytes: Uint8Array, { deep = false } = {}) {
  const picture = sharp(bytes, { ignoreIcc: true }).autoOrient();
  const { data, info } = await (
    deep ? picture.toColourspace('rgb16').raw({ depth: 'ushort' }) : picture.raw()
  ).toBuffer({
    resolveWithObject: true,
  });
  const values = deep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  return { width: info.width, height: info.height, channels: info.channels, values };
}
