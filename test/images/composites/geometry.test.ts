import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { makeComposite } from '../../../src/images/composites/make-composite.ts';
import { cutWindow } from '../../../src/images/composites/upload/cut.ts';
import { findOpenParts } from '../../../src/images/composites/window/open-parts.ts';
import { planFill } from '../../../src/images/composites/window/plan-fill.ts';
import { eventLoopTurns } from '../../../src/images/masks/pace.ts';
import type { Size } from '../../../src/images/masks/mask.ts';
import { differences, fill, MAKING, SIZE } from './fill.ts';
import { decoded, drawn, ellipses, encoder } from './scenes.ts';
import { SMALL_SIZES } from './sizes.ts';

/** A round hole in the middle of a picture, pixels across. */
const HOLE_ACROSS = 160;
const RADIUS = 60;

/**
 * Fills a hole by an answer that shows a disc, drawn in the pixels of what is sent, and measures the disc in the result by
 * its second moments: exact to a fraction of a pixel.
 * @returns radii across and down that were seen, pixels of the picture
 */
async function discIn({ width, height }: Size, sizes: readonly Size[]): Promise<readonly [number, number]> {
  const picture = drawn('flat', width, height);
  const bytes = await encoder(picture).png().toBuffer();
  const corner = (length: number) => Math.round((length - HOLE_ACROSS) / 2);
  const hole = { x: corner(width), y: corner(height), width: HOLE_ACROSS, height: HOLE_ACROSS };
  const open = ellipses(picture, [hole]);
  const mask = await encoder({ width, height, data: open }).png().toBuffer();
  const plan = planFill(picture, await findOpenParts({ ...picture, data: open }, eventLoopTurns()), { sizes });
  const { size, scale, x, y } = plan.window;
  const cut = await cutWindow({ bytes, mimeType: 'image/png' }, mask, plan.window);
  const data = new Uint8Array(await sharp(cut.picture.bytes).raw().toBuffer());
  const [centreX, centreY] = [(width / 2 - x) / scale, (height / 2 - y) / scale];
  for (let pixel = 0; pixel < size.width * size.height; pixel++) {
    const [across, down] = [pixel % size.width, Math.floor(pixel / size.width)];
    const cover = RADIUS / scale - Math.hypot(across + 0.5 - centreX, down + 0.5 - centreY) + 0.5;
    const share = Math.min(1, Math.max(0, cover));
    for (let at = pixel * 3; at < pixel * 3 + 3; at++) data[at] = data[at]! + (10 - data[at]!) * share;
  }
  const answer = await sharp(data, { raw: { ...size, channels: 3 } })
    .png()
    .toBuffer();
  const source = { bytes, mimeType: 'image/png' } as const;
  const composite = await makeComposite({ kind: 'fill', source, answer, plan, mask }, MAKING);
  const result = await decoded(composite.bytes);
  expect([result.width, result.height]).toEqual([width, height]);
  const dark: number[] = [];
  for (let pixel = 0; pixel < width * height; pixel++) if (result.values[pixel * 3]! < 75) dark.push(pixel);
  const radius = (of: (pixel: number) => number) => {
    const mean = dark.reduce((sum, pixel) => sum + of(pixel), 0) / dark.length;
    return 2 * Math.sqrt(dark.reduce((sum, pixel) => sum + (of(pixel) - mean) ** 2, 0) / dark.length);
  };
  return [radius((pixel) => pixel % width), radius((pixel) => Math.floor(pixel / width))];
}

function expectRound([across, down]: readonly [number, number]): void {
  expect(Math.abs(across / down - 1)).toBeLessThan(0.005);
  expect(Math.abs(across - RADIUS)).toBeLessThan(0.6);
}

describe('geometry', () => {
  test.each([
    [599, 401],
    [401, 599],
    [301, 1999],
    [1600, 320],
    [1501, 999],
  ])('of a %dx%d picture stays: a circle that Firefly paints is a circle', { tags: 'long' }, async (width, height) => {
    expectRound(await discIn({ width, height }, SMALL_SIZES));
  });

  test.each(SMALL_SIZES)('stays in whatever size Firefly paints: $width x $height', { tags: 'long' }, async (size) => {
    expectRound(await discIn({ width: 599, height: 401 }, [size]));
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'of a picture with orientation %d is that of the picture as displayed',
    async (orientation) => {
      const picture = drawn('graded', SIZE.width, SIZE.height);
      const bytes = await encoder(picture).withMetadata({ orientation }).png().toBuffer();
      const { composite, open } = await fill(bytes, 'image/png');
      const { outside, inside } = await differences(bytes, composite, open);
      expect([outside, inside > 20]).toEqual([0, true]);
      expect((await sharp(composite.bytes).metadata()).orientation).toBe(orientation === 1 ? 1 : orientation);
    },
  );
});
