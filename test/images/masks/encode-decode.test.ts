import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodeAlpha, decodeLuminance } from '../../../src/images/masks/decode.ts';
import { encodeMask, scaleMask } from '../../../src/images/masks/encode.ts';
import { closedMask, type Mask } from '../../../src/images/masks/mask.ts';
import { renderOverlay } from '../../../src/images/masks/overlay/overlay.ts';
import { noisy, plain } from '../pictures.ts';
import { draw, fromAscii, noYield, toAscii } from './ascii-mask.ts';

/** Every value once, in an odd shape. */
const RAMP: Mask = { width: 17, height: 16, data: Uint8Array.from({ length: 272 }, (_, i) => Math.min(i, 255)) };

describe('an encoded mask', () => {
  test('is 8-bit grey PNG without metadata, and decodes to equal bytes', async () => {
    const png = await encodeMask(RAMP);
    expect(await sharp(png).metadata()).toMatchObject({
      format: 'png',
      width: 17,
      height: 16,
      channels: 1,
      depth: 'uchar',
    });
    // IHDR: bit depth 8, colour type 0 (PNG specification, section 11.2.1).
    expect([png[24], png[25]]).toEqual([8, 0]);
    const kinds = Buffer.from(png)
      .toString('latin1')
      .match(/IHDR|IDAT|IEND|PLTE|tRNS|iCCP|eXIf|tEXt|iTXt|zTXt/g);
    expect(new Set(kinds)).toEqual(new Set(['IHDR', 'IDAT', 'IEND']));
    expect(await decodeLuminance(png)).toMatchObject({ width: 17, height: 16, data: Buffer.from(RAMP.data) });
  });

  test('of black and white has 8 bits a pixel', async () => {
    const png = await encodeMask(fromAscii('##..\n#..#'));
    expect([png[24], png[25]]).toEqual([8, 0]);
  });
});

describe('decoded brightness', () => {
  test('is grey for colours and black for transparent pixels', async () => {
    const pixels = Buffer.from([255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 255, 0, 255, 0, 255]);
    const png = await sharp(pixels, { raw: { width: 4, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    const { data } = await decodeLuminance(png);
    expect([data[0], data[1], data[2]]).toEqual([255, 0, 0]);
    expect(data[3]).toBeGreaterThan(128);
  });

  test('of 16 bits is scaled to 8, not cut', async () => {
    const deep = Uint16Array.from([0, 0x8080, 0xffff]);
    const png = await sharp(deep, { raw: { width: 3, height: 1, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    expect((await sharp(png).metadata()).depth).toBe('ushort');
    expect([...(await decodeLuminance(png)).data]).toEqual([0, 128, 255]);
  });

  test('is upright where EXIF turns the picture', async () => {
    const stored = await encodeMask(fromAscii('#...\n....'));
    const turned = await sharp(stored).withMetadata({ orientation: 6 }).png().toBuffer();
    expect(toAscii(await decodeLuminance(turned))).toBe('.#\n..\n..\n..');
  });
});

describe('decoded transparency', () => {
  test('is the alpha channel, also of 16-bit, palette and grey pictures', async () => {
    const pixels = Buffer.from([9, 9, 9, 0, 9, 9, 9, 128, 9, 9, 9, 255]);
    const raw = { width: 3, height: 1, channels: 4 } as const;
    const eight = await sharp(pixels, { raw }).png().toBuffer();
    const webp = await sharp(pixels, { raw }).webp({ lossless: true }).toBuffer();
    const palette = await sharp(pixels, { raw }).png({ palette: true }).toBuffer();
    const deep = await sharp(pixels, { raw }).toColourspace('rgb16').png().toBuffer();
    const grey = await sharp(Buffer.from([9, 0, 9, 128, 9, 255]), { raw: { width: 3, height: 1, channels: 2 } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    for (const bytes of [eight, webp, palette, deep, grey]) {
      expect([...(await decodeAlpha(bytes)).data]).toEqual([0, 128, 255]);
    }
  });

  test('of a JPEG is a problem', async () => {
    const jpeg = await plain(8, 8).jpeg().toBuffer();
    await expect(decodeAlpha(jpeg)).rejects.toMatchObject({ code: 'no_transparency' });
  });
});

describe('decoding is refused', () => {
  test('for more than 64 megapixels, by the header alone', async () => {
    const png = Buffer.from(await encodeMask(RAMP));
    png.writeUInt32BE(8001, 16);
    png.writeUInt32BE(8000, 20);
    png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
    await expect(decodeLuminance(png)).rejects.toMatchObject({
      code: 'picture_too_large',
      message: expect.stringContaining('8001x8000'),
    });
  });

  test.each([
    ['no bytes', Buffer.alloc(0)],
    ['half a PNG', undefined],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>')],
    ['GIF', Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')],
  ])('for %s', async (_, bytes) => {
    const given = bytes ?? (await noisy(64, 64).png().toBuffer()).subarray(0, 5000);
    await expect(decodeLuminance(given)).rejects.toMatchObject({ code: 'undecodable_picture' });
    await expect(
      renderOverlay(given, closedMask({ width: 64, height: 64 }), { maxSide: 64, maxBytes: 9000 }, noYield),
    ).rejects.toMatchObject({
      code: 'undecodable_picture',
    });
  });
});

test('a scaled mask keeps its black and white, and their places', async () => {
  const mask = await draw([{ shape: 'rectangle', x: 25, y: 50, width: 50, height: 50 }], { width: 400, height: 200 });
  for (const size of [
    { width: 100, height: 50 },
    { width: 900, height: 450 },
  ]) {
    const scaled = await scaleMask(mask, size);
    const at = (x: number, y: number) =>
      scaled.data[Math.floor(y * size.height) * size.width + Math.floor(x * size.width)];
    expect([at(0.5, 0.75), at(0.27, 0.54), at(0.23, 0.75), at(0.5, 0.46)]).toEqual([255, 255, 0, 0]);
  }
  expect(await scaleMask(mask, mask)).toBe(mask);
});

describe('an overlay', () => {
  const picture = { width: 600, height: 400 };
  const limits = { maxSide: 300, maxBytes: 25_000 };

  async function pixelsOf(overlay: Uint8Array) {
    const { data, info } = await sharp(overlay).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    return (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
  }

  test('is red where the mask is open, unchanged where it is kept, with lines along the edge', async () => {
    const mask = await draw([{ shape: 'rectangle', x: 0, y: 0, width: 50, height: 100 }], picture);
    const overlay = await renderOverlay(await plain(600, 400).png().toBuffer(), mask, limits, noYield);
    expect(overlay).toMatchObject({ width: 300, height: 200, mimeType: 'image/jpeg' });
    const at = await pixelsOf(overlay.data);
    const near = (wanted: readonly number[]) => wanted.map((value) => expect.closeTo(value, -1.2));
    expect(at(250, 100)).toEqual(near([40, 120, 200]));
    expect(at(50, 100)).toEqual(near([148, 60, 100]));
    expect(Math.min(...at(149, 100))).toBeGreaterThan(150);
    expect(Math.max(...at(150, 100))).toBeLessThan(105);
    // The edge of the picture is no contour.
    expect(at(0, 100)).toEqual(near([148, 60, 100]));
  });

  test('has at most the given bytes, and is never larger than the picture', { tags: 'long' }, async () => {
    const mask = await draw([{ shape: 'border', thickness: 10 }], { width: 900, height: 900 });
    const bytes = await noisy(900, 900).jpeg().toBuffer();
    const small = await renderOverlay(bytes, mask, { maxSide: 1024, maxBytes: 20_000 }, noYield);
    expect(small.data.length).toBeLessThanOrEqual(20_000);
    expect(small.width).toBeLessThan(900);
    await expect(renderOverlay(bytes, mask, { maxSide: 512, maxBytes: 100 }, noYield)).rejects.toMatchObject({
      code: 'preview_too_large',
    });
    const tiny = await renderOverlay(
      await plain(30, 20).png().toBuffer(),
      fromAscii(Array(20).fill('#'.repeat(30)).join('\n')),
      limits,
      noYield,
    );
    expect(tiny).toMatchObject({ width: 30, height: 20 });
  });

  test('of a picture that EXIF turns needs a mask of the upright size', async () => {
    const turned = await plain(600, 400).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const upright = { width: 400, height: 600 };
    const mask = await draw([{ shape: 'rectangle', x: 0, y: 0, width: 100, height: 25 }], upright);
    const overlay = await renderOverlay(turned, mask, limits, noYield);
    expect(overlay).toMatchObject({ width: 200, height: 300 });
    const at = await pixelsOf(overlay.data);
    expect(at(100, 30)[0]).toBeGreaterThan(120);
    expect(at(100, 200)[0]).toBeLessThan(60);
    const flat = await draw([{ shape: 'rectangle', x: 0, y: 0, width: 100, height: 25 }], picture);
    await expect(renderOverlay(turned, flat, limits, noYield)).rejects.toMatchObject({
      code: 'mask_size',
      message: 'The mask has 600x400 pixels, the picture 400x600.',
    });
  });
});
