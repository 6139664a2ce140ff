import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { measure } from '../../src/images/formats/format.ts';
import { ladder } from '../../src/images/preview.ts';
import { loadSharp } from '../../src/images/sharp.ts';
import { TestLibrary } from '../support/rooms/test-library.ts';
import { noisy, plain } from './pictures.ts';

const codeOf = (code: string) => expect.objectContaining({ name: 'Problem', code });

describe('size', () => {
  test('a quarter of 100 kB as base64 is enough for a noisy picture of 2048²', async () => {
    await using home = await TestLibrary.open();
    const stored = await home.store(await noisy(2048, 2048).jpeg({ quality: 90 }).toBuffer());
    const preview = await home.library.preview(stored, { maxSide: 512, maxBytes: 18_750 });
    expect(preview.data.length).toBeLessThanOrEqual(18_750);
    expect(measure(preview.data)).toEqual({ mimeType: 'image/webp', width: preview.width, height: preview.height });
    expect(preview.width).toBeGreaterThanOrEqual(192);
  });

  test('a picture that compresses well keeps the wanted side', async () => {
    await using home = await TestLibrary.open();
    const stored = await home.store(await plain(2688, 1536).png().toBuffer());
    expect(await home.library.preview(stored, { maxSide: 1024, maxBytes: 100_000 })).toMatchObject({
      width: 1024,
      height: 585,
      mimeType: 'image/webp',
    });
  });

  test('a small picture is not enlarged', async () => {
    await using home = await TestLibrary.open();
    const stored = await home.store(await plain(30, 20).png().toBuffer());
    const preview = await home.library.preview(stored, { maxSide: 512, maxBytes: 10_000 });
    expect([preview.width, preview.height]).toEqual([30, 20]);
  });

  test('what cannot fit is said, not sent', async () => {
    await using home = await TestLibrary.open();
    const stored = await home.store(await noisy(400, 400).png().toBuffer());
    await expect(home.library.preview(stored, { maxSide: 512, maxBytes: 50 })).rejects.toEqual(
      codeOf('preview_too_large'),
    );
  });

  test.each([64, 200, 512, 700, 1024, 2048])('the ladder for %d never exceeds it and ends small', (side) => {
    const rungs = ladder(side);
    expect(Math.max(...rungs.map((rung) => rung.side))).toBe(side);
    expect(Math.min(...rungs.map((rung) => rung.side))).toBeLessThanOrEqual(128);
  });
});

describe('content', () => {
  test('is turned upright', async () => {
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
    expect((await sharp(preview.data).metadata()).hasAlpha).toBe(true);
  });

  test('a bomb of 256 megapixels is stored, but never decoded', async () => {
    await using home = await TestLibrary.open();
    const stored = await home.store(bomb(16_384, 16_384));
    expect(stored.bytes).toBeLessThan(500_000);
    const before = process.memoryUsage().rss;
    await expect(home.library.preview(stored, { maxSide: 512, maxBytes: 10_000 })).rejects.toEqual(
      codeOf('picture_too_large'),
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  test('pixels that break inside are said to be damaged', async () => {
    await using home = await TestLibrary.open();
    const bytes = await noisy(64, 64).png().toBuffer();
    bytes.fill(0, bytes.indexOf('IDAT') + 10, bytes.indexOf('IDAT') + 400);
    const stored = await home.store(bytes);
    await expect(home.library.preview(stored, { maxSide: 64, maxBytes: 10_000 })).rejects.toEqual(
      codeOf('undecodable_picture'),
    );
  });

  test('no other loader is left in the process', async () => {
    const blocked = await loadSharp();
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    await expect(blocked(svg).png().toBuffer()).rejects.toThrow();
    const tiff = Buffer.from('49492a00080000000000', 'hex');
    await expect(blocked(tiff).png().toBuffer()).rejects.toThrow();
    await expect(plain(2, 2).png().toBuffer()).resolves.toBeInstanceOf(Buffer);
  });
});

/** A small PNG that unfolds into a huge one. */
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
