import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { measure } from '../../../src/images/formats/format.ts';
import { makeUploadCopy, type CopyOptions, type Measured } from '../../../src/images/import/upload-copy.ts';
import { IMAGE_LIMITS_V3, IMAGE_LIMITS_V4, UPSCALE_LIMITS } from '../../../src/firefly/families/limits.ts';
import { noisy, plain } from '../pictures.ts';

const limits = IMAGE_LIMITS_V3.upload;
const copyOf = (bytes: Uint8Array, options: Partial<CopyOptions> = {}) =>
  makeUploadCopy(bytes, measure(bytes) as Measured, { limits, ...options });

describe('an upload copy', () => {
  test('of a picture without metadata and of a right size has equal bytes', async () => {
    const bytes = await noisy(800, 600).jpeg().toBuffer();
    const copy = await copyOf(bytes);
    expect(copy).toMatchObject({ width: 800, height: 600, mimeType: 'image/jpeg', notes: [] });
    expect(Buffer.compare(copy.bytes, bytes)).toBe(0);
  });

  test('of a picture that EXIF turns is upright', async () => {
    const upright = await sharp({ create: { width: 900, height: 700, channels: 3, background: 'black' } })
      .composite([{ input: await plain(100, 100).png().toBuffer(), left: 0, top: 0 }])
      .png()
      .toBuffer();
    const turned = await sharp(upright).rotate(270).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(measure(turned)).toMatchObject({ width: 900, height: 700 });
    const copy = await copyOf(turned);
    expect(copy).toMatchObject({ width: 900, height: 700, notes: [] });
    const { data } = await sharp(copy.bytes).raw().toBuffer({ resolveWithObject: true });
    expect(data[2]).toBeGreaterThan(150);
    expect((await sharp(copy.bytes).metadata()).orientation ?? 1).toBe(1);
  });

  test('of a picture that is too small for Adobe is enlarged, with a note', async () => {
    const copy = await copyOf(await plain(300, 200).png().toBuffer());
    expect(copy).toMatchObject({ width: 600, height: 400, notes: [expect.stringContaining('300x200 to 600x400')] });
  });

  test('of a picture of more than 15 MB is below that', { tags: 'long' }, async () => {
    const bytes = await noisy(3000, 2000).png({ compressionLevel: 0 }).toBuffer();
    expect(bytes.length).toBeGreaterThan(limits.mostBytes);
    const copy = await copyOf(bytes);
    expect(copy.bytes.length).toBeLessThanOrEqual(limits.mostBytes);
    expect(copy).toMatchObject({ width: 3000, height: 2000, mimeType: 'image/webp' });
  });

  test('of a picture whose metadata alone has 15 MB has none of it, and a note where that were Content Credentials', async () => {
    const jpeg = await noisy(800, 600).jpeg().toBuffer();
    const box = Buffer.alloc(65_533);
    box.write('jumbc2pa', 8, 'latin1');
    const segment = Buffer.concat([Buffer.from([0xff, 0xeb, 0xff, 0xff]), box]);
    const large = Buffer.concat([jpeg.subarray(0, 2), ...Array.from({ length: 240 }, () => segment), jpeg.subarray(2)]);
    expect(large.length).toBeGreaterThan(limits.mostBytes);
    const copy = await copyOf(large);
    expect(Buffer.compare(copy.bytes, jpeg)).toBe(0);
    expect(copy.notes).toEqual([expect.stringContaining('does not carry the Content Credentials')]);
  });

  test('of a picture that is longer than a WebP can be has another format', async () => {
    const copy = await copyOf(await noisy(16_400, 8).png().toBuffer(), { limits: { ...limits, mostBytes: 300_000 } });
    expect(copy).toMatchObject({ width: 16_400, height: 8, mimeType: 'image/jpeg' });
  });

  test('of a mask has the size that its picture was scaled to', async () => {
    expect(await copyOf(await plain(300, 200).png().toBuffer(), { size: { width: 640, height: 480 } })).toMatchObject({
      width: 640,
      height: 480,
    });
  });

  test('of a picture with too many pixels is refused by its header alone', async () => {
    const head = await plain(10, 10).png().toBuffer();
    head.writeUInt32BE(50_000, 16);
    head.writeUInt32BE(50_000, 20);
    await expect(copyOf(head)).rejects.toMatchObject({ code: 'picture_too_large' });
  });

  test('of a picture in a format that its operation does not take has the preferred one', async () => {
    const jpeg = await noisy(800, 600).jpeg().toBuffer();
    const copy = await copyOf(jpeg, { limits: { ...limits, formats: ['image/png'] } });
    expect(copy).toMatchObject({ width: 800, height: 600, mimeType: 'image/png' });
    expect(measure(copy.bytes)).toMatchObject({ mimeType: 'image/png' });
  });

  test.each([
    [100, 100, 512, 512],
    [4000, 1000, 4000, 1000],
    [4001, 1500, 3344, 1253],
    [2688, 1536, 2688, 1536],
  ])('for Image 5 of %dx%d has %dx%d pixels', async (width, height, wide, high) => {
    const copy = await copyOf(await plain(width, height).png().toBuffer(), { limits: IMAGE_LIMITS_V4.upload });
    expect(copy).toMatchObject({ width: wide, height: high });
  });

  test('for Image 5 of a picture that is more than five times as long as wide is refused', async () => {
    const strip = await plain(1001, 200).png().toBuffer();
    await expect(copyOf(strip, { limits: IMAGE_LIMITS_V4.upload })).rejects.toMatchObject({ code: 'picture_ratio' });
  });

  test('that would have to be smaller than its operation takes, to have few enough bytes, is refused', async () => {
    const bytes = await noisy(700, 700).png().toBuffer();
    const options = { limits: { ...limits, mostBytes: 20_000 } };
    await expect(copyOf(bytes, options)).rejects.toMatchObject({ code: 'picture_too_large' });
  });
});

describe('a copy whose own pixels count', () => {
  const exactly = (bytes: Uint8Array) => copyOf(bytes, { limits: UPSCALE_LIMITS.upload });

  test('is never enlarged, and has equal bytes where nothing has to change', async () => {
    const bytes = await noisy(80, 60).jpeg().toBuffer();
    expect(await exactly(bytes)).toMatchObject({ width: 80, height: 60, mimeType: 'image/jpeg', notes: [] });
    expect(Buffer.compare((await exactly(bytes)).bytes, bytes)).toBe(0);
  });

  test('of a picture that EXIF turns has its pixels upright, as PNG', async () => {
    const turned = await sharp(await noisy(90, 70).png().toBuffer())
      .jpeg()
      .withMetadata({ orientation: 8 })
      .toBuffer();
    const copy = await exactly(turned);
    expect(copy).toMatchObject({ width: 70, height: 90, mimeType: 'image/png' });
    expect(copy.notes).toEqual(['The copy for Adobe is turned upright without loss, as PNG.']);
    expect(await sharp(copy.bytes).raw().toBuffer()).toEqual(await sharp(turned).autoOrient().raw().toBuffer());
  });

  test('of a turned picture with Content Credentials is upright nevertheless, and says that it lacks them', async () => {
    const turned = await sharp(await noisy(90, 70).png().toBuffer())
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const box = Buffer.alloc(40);
    box.write('jumbc2pa', 8, 'latin1');
    const segment = Buffer.concat([Buffer.from([0xff, 0xeb, 0x00, 0x2a]), box]);
    const copy = await exactly(Buffer.concat([turned.subarray(0, 2), segment, turned.subarray(2)]));
    expect(copy).toMatchObject({ width: 70, height: 90, mimeType: 'image/png' });
    expect(copy.notes).toEqual([
      expect.stringContaining('turned upright'),
      expect.stringContaining('does not carry the Content Credentials'),
    ]);
  });

  test('of more than 15 MB is refused', async () => {
    const bytes = await noisy(3000, 2000).png({ compressionLevel: 0 }).toBuffer();
    await expect(exactly(bytes)).rejects.toMatchObject({ code: 'picture_too_large' });
  });
});
