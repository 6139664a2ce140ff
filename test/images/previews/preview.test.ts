import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { measure } from '../../../src/images/formats/format.ts';
import { cellOf, sheetOf, tileOf } from '../../../src/images/previews/sheet.ts';
import { ROOT } from '../../architecture/source-files.ts';
import { ladder } from '../../../src/images/previews/preview.ts';
import { loadSharp } from '../../../src/images/sharp.ts';
import { TestLibrary } from '../../support/rooms/test-library.ts';
import { noisy, plain } from '../pictures.ts';

const codeOf = (code: string) => expect.objectContaining({ name: 'Problem', code });

describe('the size of a preview', () => {
  test('fits four noisy pictures of 2048x2048 into 100 kB of base64', { tags: 'long' }, async () => {
    await using home = await TestLibrary.open();
    const stored = await home.store(await noisy(2048, 2048).jpeg({ quality: 90 }).toBuffer());
    const preview = await home.library.preview(stored, { maxSide: 512, maxBytes: 18_750 });
    expect(preview.data.length).toBeLessThanOrEqual(18_750);
    expect(measure(preview.data)).toEqual({ mimeType: 'image/jpeg', width: preview.width, height: preview.height });
    expect(preview.width).toBeGreaterThanOrEqual(192);
  });

  test('is the wanted one for a picture that compresses well', async () => {
    await using home = await TestLibrary.open();
    const stored = await home.store(await plain(2688, 1536).png().toBuffer());
    expect(await home.library.preview(stored, { maxSide: 1024, maxBytes: 100_000 })).toMatchObject({
      width: 1024,
      height: 585,
      mimeType: 'image/jpeg',
    });
  });

  test('is that of the picture where the picture is smaller', async () => {
    await using home = await TestLibrary.open();
    const stored = await home.store(await plain(30, 20).png().toBuffer());
    const preview = await home.library.preview(stored, { maxSide: 512, maxBytes: 10_000 });
    expect([preview.width, preview.height]).toEqual([30, 20]);
  });

  test('that cannot be reached is a problem', async () => {
    await using home = await TestLibrary.open();
    const stored = await home.store(await noisy(400, 400).png().toBuffer());
    await expect(home.library.preview(stored, { maxSide: 512, maxBytes: 50 })).rejects.toEqual(
      codeOf('preview_too_large'),
    );
  });

  test.each([64, 200, 512, 700, 1024, 2048])('of %d pixels is tried first, and 128 or fewer at last', (side) => {
    const sides = ladder(side).map((attempt) => attempt.side);
    expect(Math.max(...sides)).toBe(side);
    expect(Math.min(...sides)).toBeLessThanOrEqual(128);
  });
});

describe('the content of a preview', () => {
  test('is upright where EXIF turns the picture', async () => {
    await using home = await TestLibrary.open();
    const stored = await home.store(await plain(40, 20).withMetadata({ orientation: 6 }).jpeg().toBuffer());
    expect([stored.width, stored.height]).toEqual([20, 40]);
    const preview = await home.library.preview(stored, { maxSide: 512, maxBytes: 10_000 });
    expect([preview.width, preview.height]).toEqual([20, 40]);
  });

  test('keeps transparency', async () => {
    await using home = await TestLibrary.open();
    const stored = await home.store(await plain(40, 20).ensureAlpha(0.3).png().toBuffer());
    const preview = await home.library.preview(stored, { maxSide: 64, maxBytes: 10_000 });
    expect(preview.mimeType).toBe('image/png');
    expect((await sharp(preview.data).metadata()).hasAlpha).toBe(true);
  });

  test('is a JPEG where an alpha channel hides nothing', async () => {
    await using home = await TestLibrary.open();
    const stored = await home.store(await plain(40, 20).ensureAlpha(1).png().toBuffer());
    expect(await home.library.preview(stored, { maxSide: 64, maxBytes: 10_000 })).toMatchObject({
      mimeType: 'image/jpeg',
    });
  });

  test('is a JPEG on white where no transparent form fits', { tags: 'long' }, async () => {
    await using home = await TestLibrary.open();
    const noise = await noisy(600, 600).raw().toBuffer();
    const picture = sharp(noise, { raw: { width: 600, height: 600, channels: 3 } })
      .ensureAlpha(0.5)
      .png();
    const stored = await home.store(await picture.toBuffer());
    const preview = await home.library.preview(stored, { maxSide: 512, maxBytes: 9_000 });
    expect(preview.mimeType).toBe('image/jpeg');
    expect(preview.data.length).toBeLessThanOrEqual(9_000);
  });

  test('of a picture of 256 megapixels in a small file is never decoded', { tags: 'long' }, async () => {
    await using home = await TestLibrary.open();
    const stored = await home.store(bomb(16_384, 16_384));
    expect(stored.bytes).toBeLessThan(500_000);
    const before = process.memoryUsage().rss;
    await expect(home.library.preview(stored, { maxSide: 512, maxBytes: 10_000 })).rejects.toEqual(
      codeOf('picture_too_large'),
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  test('of a picture with broken pixels is a problem', async () => {
    await using home = await TestLibrary.open();
    const bytes = await noisy(64, 64).png().toBuffer();
    bytes.fill(0, bytes.indexOf('IDAT') + 10, bytes.indexOf('IDAT') + 400);
    const stored = await home.store(bytes);
    await expect(home.library.preview(stored, { maxSide: 64, maxBytes: 10_000 })).rejects.toEqual(
      codeOf('undecodable_picture'),
    );
  });

  test('never comes from another loader than those of JPEG, PNG and WebP', async () => {
    const blocked = await loadSharp();
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    await expect(blocked(svg).png().toBuffer()).rejects.toThrow();
    const tiff = Buffer.from('49492a00080000000000', 'hex');
    await expect(blocked(tiff).png().toBuffer()).rejects.toThrow();
    await expect(plain(2, 2).png().toBuffer()).resolves.toBeInstanceOf(Buffer);
  });
});

/** A small PNG that decodes to a huge picture. */
function bomb(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const rows = deflateSync(Buffer.alloc((width + 1) * height), { level: 9 });
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
}

test('ten photographs on one sheet have about 200 pixels each within the limit of a small result', async () => {
  const photograph = readFileSync(join(ROOT, 'examples/portrait.png'));
  const tile = await tileOf(photograph, cellOf(10));
  const sheet = await sheetOf(
    Array.from({ length: 10 }, () => tile),
    75_000,
  );
  expect(sheet.data.length).toBeLessThanOrEqual(75_000);
  // Four columns.
  expect(sheet.width).toBeGreaterThan(4 * 200);
});
