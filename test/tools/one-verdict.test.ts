import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pngThatClaims, webpThatClaims } from '../images/claims.ts';
import { plain } from '../images/pictures.ts';
import { TestRooms } from '../support/rooms/test-rooms.ts';
import { RIGHT_HALF } from './edit/edited-pictures.ts';

const SOS = Buffer.from([0xff, 0xda]);
const SOF = Buffer.from([0xff, 0xc0]);
const PROGRESSIVE_SOF = Buffer.from([0xff, 0xc2]);

let jpeg: Buffer;
let progressive: Buffer;
let rooms: TestRooms;
beforeAll(async () => {
  jpeg = await plain(800, 600)
    .composite([{ input: await plain(90, 90).negate().png().toBuffer(), left: 300, top: 200 }])
    .jpeg()
    .toBuffer();
  const turned = plain(80, 60).withMetadata({ orientation: 6 });
  progressive = await turned.jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer();
  progressive.writeUInt16BE(8000, progressive.lastIndexOf(PROGRESSIVE_SOF) + 5);
  progressive.writeUInt16BE(8000, progressive.lastIndexOf(PROGRESSIVE_SOF) + 7);
  rooms = await TestRooms.open();
});
afterAll(() => rooms[Symbol.asyncDispose]());

/** The JPEG with bytes changed at an offset from a marker. */
function changed(marker: Buffer, offset: number, ...bytes: readonly number[]): Buffer {
  const copy = Buffer.from(jpeg);
  copy.set(bytes, copy.lastIndexOf(marker) + offset);
  return copy;
}

/** Spectral selection and approximation of a scan's header all 0, as phones of Samsung write them. */
const oddScan = () => changed(SOS, 11, 0, 0, 0);

/** A PNG whose checksum of the header is wrong: its size can be read, its pixels cannot. */
async function wrongChecksum(): Promise<Buffer> {
  const png = await sharp(jpeg).png().toBuffer();
  png.writeUInt32BE((png.readUInt32BE(29) ^ 1) >>> 0, 29);
  return png;
}

const WAYS: readonly (readonly [string, (image: string) => Record<string, unknown>])[] = [
  ['make_mask', (image) => ({ image, shapes: [RIGHT_HALF] })],
  ['fill_image', (image) => ({ image, mask_shapes: [RIGHT_HALF], wait_seconds: 0 })],
  ['expand_image', (image) => ({ image, aspect_ratio: '16:9', wait_seconds: 0 })],
  ['generate_image', (image) => ({ prompt: 'a fox', style_image: image, wait_seconds: 0 })],
  ['generate_image', (image) => ({ prompt: 'a fox', structure_image: image, wait_seconds: 0 })],
];

interface Verdict {
  readonly code: unknown;
  readonly message: unknown;
  readonly next: unknown;
}

/** What every tool says of a picture in a file, and the first one of it as a data URI; undefined where it is taken. */
async function verdicts(bytes: Uint8Array): Promise<readonly (Verdict | undefined)[]> {
  await rooms.file('picture.jpg', bytes);
  const uri = `data:image/jpeg;base64,${Buffer.from(bytes).toString('base64')}`;
  const all: (Verdict | undefined)[] = [];
  const calls = WAYS.map(([tool, input]) => ({ tool, input: input('picture.jpg') }));
  const [[tool, input] = ['', () => ({})]] = WAYS;
  if (bytes.length > 0) calls.push({ tool, input: input(uri) });
  for (const call of calls) {
    const { isError, structured } = await rooms.answer(call.tool, call.input);
    all.push(isError ? (structured?.['error'] as Verdict) : undefined);
  }
  return all;
}

describe('every tool that takes a picture', () => {
  test.each([
    [
      'of 81 megapixels',
      () => changed(SOF, 5, 9000 >> 8, 9000 & 255, 9000 >> 8, 9000 & 255),
      'picture_too_large',
      'The picture has 9000x9000 pixels; 64 million are the limit.',
    ],
    [
      'of 64 megapixels as WebP, whose decoder holds them twice',
      () => webpThatClaims(8000, 8000),
      'picture_too_large',
      'The picture has 8000x8000 pixels; 40 million are the limit of WebP.',
    ],
    [
      'of 64 megapixels as a deep PNG that is interlaced',
      () => pngThatClaims(8000, 8000, { isInterlaced: true }),
      'picture_too_large',
      'The picture has 8000x8000 pixels; 45 million are the limit of a PNG that is interlaced or turned by EXIF.',
    ],
    [
      'of 64 megapixels as a JPEG that is progressive and turned',
      () => progressive,
      'picture_too_large',
      'The picture has 8000x8000 pixels; 40 million are the limit of a JPEG that is progressive or turned by EXIF.',
    ],
    [
      'HEIC named .jpg',
      () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
      'not_a_picture',
      'This is not a picture that can be used: it is a HEIC picture, as iPhones make them, whatever its name says.',
    ],
    [
      'that is empty',
      () => Buffer.alloc(0),
      'not_a_picture',
      'This is not a picture that can be used: the file is empty.',
    ],
    [
      'that is a web page',
      () => Buffer.from('<!DOCTYPE html><html>'),
      'not_a_picture',
      'This is not a picture that can be used: it is a web page, such as an error page, in place of a picture.',
    ],
    [
      'whose second half is missing',
      () => jpeg.subarray(0, Math.floor(jpeg.length * 0.75)),
      'not_a_picture',
      'This is not a picture that can be used: it is cut off, and a part of its pixels is missing.',
    ],
    [
      'whose pixels no viewer shows',
      () => changed(SOS, 5, 9),
      'undecodable_picture',
      'This picture is damaged inside and cannot be shown.',
    ],
    [
      'whose header alone is damaged',
      wrongChecksum,
      'undecodable_picture',
      'This picture is damaged inside and cannot be shown.',
    ],
  ])('says the same of one %s', async (_what, bytes, code, message) => {
    const all = await verdicts(await bytes());
    for (const verdict of all) expect(verdict).toMatchObject({ code, message, next: all[0]?.next });
    expect(rooms.adobe.submits).toEqual([]);
  });

  test.each([
    ['with the scan header that Samsung phones write', oddScan],
    ['without the end marker', () => jpeg.subarray(0, -2)],
  ])('takes a JPEG %s, as viewers do, and sends Adobe one by the standard', { tags: 'long' }, async (_what, bytes) => {
    const before = rooms.uploaded.length;
    expect(new Set(await verdicts(bytes()))).toEqual(new Set([undefined]));
    await rooms.clock.run(rooms.clock.sleep(20_000));
    const sent = rooms.uploaded.slice(before).filter(({ mimeType }) => mimeType === 'image/jpeg');
    expect(sent.length).toBeGreaterThan(0);
    for (const copy of sent) {
      await expect(sharp(copy.bytes, { failOn: 'warning' }).raw().toBuffer()).resolves.toBeDefined();
    }
  });
});
