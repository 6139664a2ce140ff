import type { Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import type { RoomRequest } from '../../../src/images/composites/expand/plan-expand.ts';
import { decoded } from './scenes.ts';
import { expand } from './expand.ts';
import { deep, rgb, translucent } from './fill.ts';

describe('an expansion', () => {
  /** The greatest difference of own pixels, and the mean step of the green channel across the picture's left edge. */
  async function ownPixels(bytes: Uint8Array, { composite, plan }: Awaited<ReturnType<typeof expand>>, is16 = false) {
    const [before, after] = [await decoded(bytes, { deep: is16 }), await decoded(composite.bytes, { deep: is16 })];
    expect([after.width, after.height, after.channels]).toEqual([plan.size.width, plan.size.height, before.channels]);
    const { left, top } = plan.inset;
    let [most, jump] = [0, 0];
    for (let y = 0; y < before.height; y++) {
      for (let at = 0; at < before.width * before.channels; at++) {
        const there = ((y + top) * after.width + left) * after.channels + at;
        most = Math.max(most, Math.abs(before.values[y * before.width * before.channels + at]! - after.values[there]!));
      }
      const edge = ((y + top) * after.width + left) * after.channels;
      const mean = (from: number) =>
        [0, 1, 2, 3].reduce((sum, x) => sum + after.values[from + x * after.channels]! / 4, 0);
      if (left > 4) jump += mean(edge) - mean(edge - 4 * after.channels);
    }
    return { most, jump: Math.abs(jump / before.height) };
  }

  test.each<[string, () => Sharp, RoomRequest, number]>([
    ['to a banner', () => rgb().png(), { aspectRatio: { width: 3, height: 1 } }, 3999],
    [
      'with the picture on the right',
      () => rgb('flat').png(),
      { aspectRatio: { width: 16, height: 9 }, insets: { left: { percent: 60 } } },
      3999,
    ],
    [
      'beyond what is painted',
      () => rgb('flat').png(),
      { insets: { left: { pixels: 150 }, bottom: { pixels: 77 } } },
      333,
    ],
    // Here what is painted has as many columns as the result, and one row less.
    ['a little beyond what is painted', () => rgb('flat').png(), { insets: { bottom: { pixels: 410 } } }, 609],
    ['with transparency', () => translucent().png(), { insets: { right: { pixels: 60 } } }, 3999],
    ['of grey', () => rgb('flat').toColourspace('b-w').png(), { insets: { left: { pixels: 60 } } }, 3999],
    [
      'turned by its orientation',
      () => rgb('flat').withMetadata({ orientation: 6 }).png(),
      { insets: { left: { percent: 20 } } },
      3999,
    ],
  ])('%s has every pixel of the picture, and no edge around it', async (_, encode, asked, longest) => {
    const bytes = await encode().toBuffer();
    const expanded = await expand(bytes, 'image/png', asked, longest);
    const { most, jump } = await ownPixels(bytes, expanded);
    expect(most).toBe(0);
    expect(jump).toBeLessThanOrEqual(1.5);
    expect(expanded.composite).toMatchObject({ kept: 'exact', transition: 0 });
  });

  test('of a small picture, around which is painted larger, has its own pixels at their own resolution', async () => {
    const bytes = await rgb('flat').png().toBuffer();
    const insets = { left: { pixels: 41 }, top: { pixels: 13 } };
    const expanded = await expand(bytes, 'image/png', { insets }, 3999, 360);
    expect(expanded.plan).toMatchObject({ size: { width: 341, height: 213 }, painted: { width: 409, height: 256 } });
    const { most, jump } = await ownPixels(bytes, expanded);
    expect(most).toBe(0);
    expect(jump).toBeLessThanOrEqual(1.5);
    expect(expanded.composite).toMatchObject({ kept: 'exact', paintedAt: { width: 409, height: 256 } });
  });

  test('of 16 bits keeps all of them', async () => {
    const bytes = await deep(3).png().toBuffer();
    expect(
      (await ownPixels(bytes, await expand(bytes, 'image/png', { insets: { top: { pixels: 40 } } }), true)).most,
    ).toBe(0);
  });

  test('of a JPEG is a JPEG that is close, and says how much of it is the picture', async () => {
    const bytes = await rgb().jpeg().toBuffer();
    const { composite } = await expand(bytes, 'image/jpeg', { insets: { left: { percent: 100 } } });
    expect(composite).toMatchObject({ mimeType: 'image/jpeg', kept: 'close', width: 600, height: 200 });
    expect(composite.notes).toEqual(['Painted: 300 px left.', 'The picture itself is 50 % of the result.']);
  });
});
