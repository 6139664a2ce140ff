import sharp from 'sharp';

const [GREY, RED] = [
  [0x9a, 0xa0, 0xa6],
  [0xc8, 0x1e, 0x1e],
] as const;

/**
 * A PNG of 600x400 with a red disc on grey: its middle at 300, 200, its radius 90. Drawn pixel by pixel, since a product that
 * runs in this process has blocked every loader but those of its formats.
 */
export function disc(): Promise<Buffer> {
  const [width, height] = [600, 400];
  const pixels = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    const [x, y] = [(at % width) + 0.5 - 300, Math.floor(at / width) + 0.5 - 200];
    pixels.set(Math.hypot(x, y) <= 90 ? RED : GREY, at * 3);
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
