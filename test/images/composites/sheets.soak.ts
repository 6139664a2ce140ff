import { mkdirSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import type { StillType } from '../../../src/images/media.ts';
import { expand } from './expand.ts';
import { fill, SIZE } from './fill.ts';
import { decoded, drawn, ellipses, encoder, photographBytes, type Ellipse } from './scenes.ts';

// Sheets for the eye, of what other tests measure: fills of 300x200 in every place, and expansions.
const SHEETS = '.test-tmp/composites';
const LONG = { timeout: 300_000 };
const EVERYTHING = [{ x: -200, y: -200, width: 700, height: 600 }];
const PLACES: readonly [place: string, boxes: readonly Ellipse[]][] = [
  ['in a corner', [{ x: -40, y: -40, width: 120, height: 100 }]],
  ['in the middle', [{ x: 110, y: 60, width: 90, height: 80 }]],
  [
    'over two islands',
    [
      { x: 30, y: 30, width: 60, height: 50 },
      { x: 200, y: 110, width: 70, height: 60 },
    ],
  ],
  ['at the edge', [{ x: 240, y: 50, width: 110, height: 90 }]],
  ['over everything', EVERYTHING],
];
const GROUNDS: readonly [ground: string, make: () => Promise<Buffer>][] = [
  [
    'a photograph',
    () => sharp(photographBytes('portrait')).removeAlpha().resize(SIZE.width, SIZE.height).png().toBuffer(),
  ],
  [
    'a drawn picture',
    () =>
      encoder(drawn('textured', SIZE.width, SIZE.height))
        .png()
        .toBuffer(),
  ],
];
/** Pixels beyond a touched block of a JPEG up to which smoothed colour differs, and the block. */
const NEAR_BLOCKS = 32;

const rows = new Map<string, Buffer[][]>();

/** Keeps a row of a sheet. */
async function look(sheet: string, tiles: readonly Uint8Array[]): Promise<void> {
  const row = await Promise.all(
    tiles.map((tile) => sharp(tile).resize(450, 300, { fit: 'contain', background: '#888' }).png().toBuffer()),
  );
  rows.set(sheet, [...(rows.get(sheet) ?? []), row]);
}

afterAll(async () => {
  mkdirSync(SHEETS, { recursive: true });
  for (const [name, lines] of rows) {
    const across = Math.max(...lines.map((line) => line.length));
    await sharp({ create: { width: 450 * across, height: 300 * lines.length, channels: 3, background: '#888' } })
      .composite(lines.flatMap((line, y) => line.map((input, x) => ({ input, left: x * 450, top: y * 300 }))))
      .png()
      .toFile(`${SHEETS}/${name}.png`);
    console.log(`sheet: ${SHEETS}/${name}.png`);
  }
});

describe.each(GROUNDS)('of %s of 300x200', (ground, make) => {
  test.each(PLACES)('a fill %s changes nothing else, as PNG and as JPEG', LONG, async (_, boxes) => {
    const png = await make();
    const mask = ellipses(SIZE, boxes);
    const near = boxes.map((box) => ({
      x: box.x - NEAR_BLOCKS,
      y: box.y - NEAR_BLOCKS,
      width: box.width + 2 * NEAR_BLOCKS,
      height: box.height + 2 * NEAR_BLOCKS,
    }));
    const results: Uint8Array[] = [];
    for (const mimeType of ['image/png', 'image/jpeg'] satisfies StillType[]) {
      const bytes = mimeType === 'image/png' ? png : await sharp(png).jpeg({ quality: 90 }).toBuffer();
      const { composite } = await fill(bytes, mimeType, { mask, oneRequest: true });
      results.push(composite.bytes);
      const [before, after] = [await decoded(bytes), await decoded(composite.bytes)];
      expect([after.width, after.height]).toEqual([SIZE.width, SIZE.height]);
      const open = mimeType === 'image/png' ? mask : ellipses(SIZE, near);
      const differs = before.values.findIndex(
        (value, at) => open[Math.floor(at / 3)] === 0 && value !== after.values[at],
      );
      expect(composite.transition === 0 ? differs : -1).toBe(-1);
    }
    await look(`fills of ${ground}`, [
      png,
      await encoder({ ...SIZE, data: mask })
        .png()
        .toBuffer(),
      ...results,
    ]);
  });

  test(
    'expansions keep its pixels, to a banner, with it on the right, around a small one, and beyond what is painted',
    LONG,
    async () => {
      const png = await make();
      const left = { left: { percent: 60 } };
      const { composite: banner } = await expand(png, 'image/png', { aspectRatio: { width: 3, height: 1 } });
      const { composite: right } = await expand(png, 'image/png', {
        aspectRatio: { width: 16, height: 9 },
        insets: left,
      });
      const { composite: small } = await expand(
        png,
        'image/png',
        { insets: { top: { percent: 40 }, ...left } },
        3999,
        600,
      );
      const { composite: large } = await expand(
        png,
        'image/png',
        { insets: { bottom: { percent: 30 }, ...left } },
        333,
      );
      for (const made of [banner, right, small, large]) expect(made).toMatchObject({ kept: 'exact', transition: 0 });
      expect([banner.width / banner.height, right.width / right.height]).toEqual([3, 16 / 9]);
      await look(`expansions of ${ground}`, [png, banner.bytes, right.bytes, small.bytes, large.bytes]);
    },
  );
});
