import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { copyEncodings } from '../../../src/images/conversion/upload-encoding.ts';
import { noisy, plain } from '../pictures.ts';

const SMALL = { width: 40, height: 30 };
const MEGAPIXEL = 1_000_000;
/** A size of so many million pixels. */
const of = (millions: number) => ({ width: 8_000, height: (millions * MEGAPIXEL) / 8_000 });
const withAlpha = (alpha: number) =>
  sharp({ create: { ...SMALL, channels: 4, background: { r: 9, g: 99, b: 200, alpha } } });
const KINDS = {
  opaque: () => plain(40, 30).png(),
  'opaque with alpha': () => withAlpha(1).png(),
  transparent: () => withAlpha(0.99).png(),
  // The decoder of a WebP holds eight bytes of each pixel.
  'opaque WebP': () => plain(40, 30).webp(),
  'transparent WebP': () => withAlpha(0.5).webp(),
} as const;

describe('a copy that would be a WebP', () => {
  test.each([
    ['opaque', 63, 63, 'webp'],
    ['opaque', 64, 64, 'jpeg'],
    ['opaque with alpha', 14, 14, 'webp'],
    ['opaque with alpha', 63, 63, 'webp'],
    ['opaque with alpha', 64, 64, 'jpeg'],
    ['transparent', 9, 9, 'webp'],
    ['transparent', 10, 10, 'png'],
    ['transparent', 64, 9, 'webp'],
    ['opaque WebP', 27, 27, 'webp'],
    ['opaque WebP', 28, 28, 'jpeg'],
    ['opaque WebP', 40, 9, 'webp'],
    ['transparent WebP', 7, 7, 'webp'],
    ['transparent WebP', 8, 8, 'png'],
  ] as const)(
    'of one that is %s and has %d million pixels, with %d million, is a file of the type %s',
    async (kind, own, made, format) => {
      const encodingFor = await copyEncodings(await KINDS[kind]().toBuffer(), of(own));
      expect((await encodingFor('image/webp', of(made))).format).toBe(`image/${format}`);
    },
  );

  test('keeps no channel of a transparency that it does not have, where that would take too much', async () => {
    const encodingFor = await copyEncodings(await withAlpha(1).png().toBuffer(), of(16));
    const { encode } = await encodingFor('image/webp', of(16));
    expect((await sharp(await encode(withAlpha(1)).toBuffer()).metadata()).channels).toBe(3);
  });
});

test('a copy that is a JPEG has equal pixels, however many there are', async () => {
  const own = await noisy(40, 30).png().toBuffer();
  const encodingFor = await copyEncodings(own, SMALL);
  const [small, large] = await Promise.all(
    [of(20), of(64)].map(async (size) => (await encodingFor('image/jpeg', size)).encode(sharp(own)).toBuffer()),
  );
  expect(small?.length).toBeLessThan(large?.length ?? 0);
  expect(await sharp(small).raw().toBuffer()).toEqual(await sharp(large).raw().toBuffer());
});
