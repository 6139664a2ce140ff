import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { measure } from '../../../src/images/formats/format.ts';
import { stripMetadata, hasContentCredentials } from '../../../src/images/import/strip-metadata.ts';
import type { StillType } from '../../../src/images/media.ts';
import { noisy } from '../pictures.ts';

const FORMATS = ['image/jpeg', 'image/png', 'image/webp'] as const;
const EXIF = {
  IFD0: { Copyright: 'SECRET-OWNER', ImageDescription: 'SECRET-PLACE' },
  IFD3: { GPSLatitude: '51/1 30/1 0/1' },
};

async function withMetadata(mimeType: StillType): Promise<Buffer> {
  const picture = noisy(64, 48).withExif(EXIF).withXmp('<x:xmpmeta>SECRET-XMP</x:xmpmeta>').withIccProfile('p3');
  if (mimeType === 'image/png') return picture.png().toBuffer();
  return mimeType === 'image/webp' ? picture.webp({ lossless: true }).toBuffer() : picture.jpeg().toBuffer();
}

describe('stripping metadata', () => {
  test.each(FORMATS)('leaves no metadata in %s, and keeps every pixel and the colour profile', async (mimeType) => {
    const original = await withMetadata(mimeType);
    expect(original.includes('SECRET')).toBe(true);
    const { bytes, removed } = stripMetadata(original, mimeType);
    expect(removed).toBeGreaterThan(0);
    expect(Buffer.from(bytes).includes('SECRET')).toBe(false);
    const facts = await sharp(bytes).metadata();
    expect([facts.width, facts.height, facts.exif, facts.xmp]).toEqual([64, 48, undefined, undefined]);
    expect(facts.icc).toBeDefined();
    expect(measure(bytes)).toMatchObject({ mimeType, width: 64, height: 48 });
    expect(await sharp(bytes).raw().toBuffer()).toEqual(await sharp(original).raw().toBuffer());
  });

  test.each(FORMATS)('removes bytes after the end of a %s, as in a polyglot', async (mimeType) => {
    const honest = stripMetadata(await withMetadata(mimeType), mimeType).bytes;
    const polyglot = Buffer.concat([honest, Buffer.from('PK\u0003\u0004 SECRET')]);
    expect(Buffer.compare(stripMetadata(polyglot, mimeType).bytes, honest)).toBe(0);
  });

  test('removes the comments of a JPEG', async () => {
    const jpeg = await noisy(32, 32).jpeg().toBuffer();
    const comment = Buffer.from([0xff, 0xfe, 0, 8, ...Buffer.from('SECRET')]);
    const withComment = Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
    expect(Buffer.from(stripMetadata(withComment, 'image/jpeg').bytes).includes('SECRET')).toBe(false);
    expect(stripMetadata(withComment, 'image/jpeg').removed).toBeGreaterThanOrEqual(comment.length);
  });
});

describe('Content Credentials', () => {
  test('are found in all three formats, and not in pictures without them', async () => {
    const jpeg = await noisy(32, 32).jpeg().toBuffer();
    const box = Buffer.from('JP\0\0\0\0\0\0\0\0jumbc2pa', 'latin1');
    const app11 = Buffer.concat([Buffer.from([0xff, 0xeb, 0, box.length + 2]), box]);
    const png = await noisy(32, 32).png().toBuffer();
    const chunk = Buffer.concat([Buffer.from([0, 0, 0, 4]), Buffer.from('caBXc2pa'), Buffer.alloc(4)]);
    const webp = await noisy(32, 32).webp().toBuffer();
    const riff = Buffer.concat([webp, Buffer.from('C2PA'), Buffer.from([4, 0, 0, 0]), Buffer.from('c2pa')]);
    riff.writeUInt32LE(riff.length - 8, 4);
    expect(hasContentCredentials(Buffer.concat([jpeg.subarray(0, 2), app11, jpeg.subarray(2)]), 'image/jpeg')).toBe(
      true,
    );
    expect(hasContentCredentials(Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]), 'image/png')).toBe(
      true,
    );
    expect(hasContentCredentials(riff, 'image/webp')).toBe(true);
    expect([jpeg, png, webp].map((bytes, n) => hasContentCredentials(bytes, FORMATS[n] ?? 'image/png'))).toEqual([
      false,
      false,
      false,
    ]);
  });
});
