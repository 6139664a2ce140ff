import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { measure, Recogniser } from '../../../src/images/formats/format.ts';
import { noisy, plain } from '../pictures.ts';
import { cpuMs } from '../../support/work.ts';

const SAMPLES = {
  'baseline JPEG': () => noisy(37, 21).jpeg().toBuffer(),
  'progressive JPEG': () => noisy(64, 48).jpeg({ progressive: true }).toBuffer(),
  PNG: () => noisy(37, 21).png().toBuffer(),
  'PNG with a palette': () => plain(37, 21).png({ palette: true }).toBuffer(),
  'lossy WebP': () => noisy(37, 21).webp().toBuffer(),
  'lossless WebP': () => noisy(37, 21).webp({ lossless: true }).toBuffer(),
  'WebP with alpha': () => plain(37, 21).ensureAlpha(0.5).webp().toBuffer(),
};
const MIME = { jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp' } as const;

describe.each(Object.entries(SAMPLES))('%s', (_name, make) => {
  test('is measured as the decoder measures it', async () => {
    const bytes = await make();
    const { format, width, height } = await sharp(bytes).metadata();
    expect(measure(bytes)).toEqual({ mimeType: MIME[format as 'png'], width, height });
  });

  test('is refused where it is cut off at any byte', async () => {
    const bytes = await make();
    const cuts = Array.from({ length: 200 }, (_, i) => Math.floor((bytes.length * i) / 200));
    for (const cut of [...cuts, bytes.length - 1, bytes.length - 2]) {
      expect(measure(bytes.subarray(0, cut)), `cut at ${cut} of ${bytes.length}`).toHaveProperty('problem');
    }
  });

  test('is measured without bytes that follow its end', async () => {
    const bytes = await make();
    expect(measure(Buffer.concat([bytes, Buffer.alloc(40, 7)]))).toEqual(measure(bytes));
  });
});

describe('the measured size', () => {
  const formats = ['jpeg', 'png', 'webp'] as const;
  const cases = formats.flatMap((format) => [1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => ({ format, orientation })));

  test.each(cases)(
    'of $format with orientation $orientation is that of the displayed picture',
    async ({ format, orientation }) => {
      const bytes = await plain(40, 20).withMetadata({ orientation }).toFormat(format).toBuffer();
      const shown = await sharp(bytes).autoOrient().toBuffer({ resolveWithObject: true });
      expect(measure(bytes)).toMatchObject({ width: shown.info.width, height: shown.info.height });
      expect(shown.info.width).toBe(orientation >= 5 ? 20 : 40);
    },
  );
});

describe('the bytes of a pixel that a decoder holds at once', () => {
  const grey = () => plain(40, 20).toColourspace('b-w');
  const deep = () => plain(40, 20).ensureAlpha(0.5).toColourspace('rgb16');
  const all = { progressive: true, chromaSubsampling: '4:4:4' } as const;
  test.each<readonly [string, () => Sharp, number]>([
    ['a JPEG', () => plain(40, 20).jpeg(), 0],
    ['a JPEG that is mirrored', () => plain(40, 20).withMetadata({ orientation: 2 }).jpeg(), 0],
    ['a JPEG that is turned', () => plain(40, 20).withMetadata({ orientation: 6 }).jpeg(), 3],
    ['a progressive JPEG', () => plain(40, 20).jpeg({ progressive: true }), 3],
    ['a progressive JPEG without subsampling', () => plain(40, 20).jpeg(all), 6],
    ['a grey progressive JPEG', () => grey().jpeg({ progressive: true }), 2],
    ['a progressive JPEG in CMYK', () => plain(40, 20).toColourspace('cmyk').jpeg(all), 8],
    ['a PNG', () => plain(40, 20).png(), 0],
    ['an interlaced PNG', () => plain(40, 20).png({ progressive: true }), 3],
    ['an interlaced PNG with a palette', () => plain(40, 20).png({ palette: true, progressive: true }), 3],
    ['a grey interlaced PNG', () => grey().png({ progressive: true }), 1],
    ['an interlaced PNG of 16 bits with alpha', () => deep().png({ progressive: true }), 8],
    ['one that is turned, too', () => deep().withMetadata({ orientation: 3 }).png({ progressive: true }), 16],
  ])('of %s', async (_name, make, heldBytes) => {
    const recogniser = new Recogniser();
    recogniser.push(await make().toBuffer());
    expect(recogniser.finish()).toMatchObject({ heldBytes });
  });

  test('of a JPEG whose colours are scans of their own are those of a progressive one', async () => {
    const bytes = await plain(40, 20).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer();
    // Only headers are looked at: the first scan says that it has one of three components.
    bytes[bytes.indexOf(Buffer.from([0xff, 0xda])) + 4] = 1;
    const recogniser = new Recogniser();
    recogniser.push(bytes);
    expect(recogniser.finish()).toMatchObject({ heldBytes: 6 });
  });
});

describe('the format', () => {
  test('is recognised by content, and only JPEG, PNG, WebP and MP4 are', async () => {
    expect(measure(await plain(1, 1).png().toBuffer())).toMatchObject({ mimeType: 'image/png' });
    expect(measure(Buffer.from([1, 2, 3]))).toEqual({ problem: 'it is none of JPEG, PNG, WebP and MP4' });
    for (const text of ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'GIF89a', '%PDF-1.7', '']) {
      expect(measure(Buffer.from(text)), text).toHaveProperty('problem');
    }
  });

  test.each([
    ['a PNG that says it has no width', pngHead(0, 5)],
    ['a JPEG of its first three bytes', Buffer.from([0xff, 0xd8, 0xff])],
    ['a JPEG of markers only', Buffer.from([0xff, 0xd8, 0xff, 0xd9])],
    ['a WebP without chunks', Buffer.from('RIFF\x04\0\0\0WEBP', 'latin1')],
  ])('of %s is a problem', (_name, bytes) => {
    expect(measure(bytes)).toHaveProperty('problem');
  });

  test('of an XML error page is a problem', () => {
    expect(measure(Buffer.from('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'))).toMatchObject({
      problem: 'it is text in place of a picture',
    });
  });
});

describe('measuring hostile bytes', () => {
  test.each(Object.keys(SAMPLES))('of a mutated %s never throws', async (name) => {
    const original = await SAMPLES[name as keyof typeof SAMPLES]();
    const mutation = fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(mutation, (changes) => {
        const bytes = Uint8Array.from(original);
        for (const [at, value] of changes) bytes[at] = value;
        const result = measure(bytes);
        if (!('problem' in result)) expect(result.width * result.height).toBeGreaterThan(0);
      }),
      { numRuns: 1500 },
    );
  });

  test('of a signature followed by random bytes never throws', () => {
    const signatures = [[0xff, 0xd8, 0xff], [...Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')]];
    const random = fc.tuple(fc.constantFrom(...signatures), fc.uint8Array({ maxLength: 400 }));
    fc.assert(
      fc.property(random, ([head, tail]) => void measure(Uint8Array.from([...head, ...tail]))),
      { numRuns: 3000 },
    );
  });

  test('of millions of tiny chunks takes less than 1.5 seconds', async () => {
    const chunks = Buffer.alloc(24_000_000);
    pngHead(10, 10).copy(chunks);
    expect(await cpuMs(() => expect(measure(chunks)).toHaveProperty('problem'))).toBeLessThan(1500);
  });
});

test('measuring a WebP that claims gigabytes takes less than 1.5 seconds', async () => {
  const bytes = Buffer.from('RIFF\xff\xff\xff\xffWEBP', 'latin1');
  expect(await cpuMs(() => expect(measure(bytes)).toEqual({ problem: 'it is cut off' }))).toBeLessThan(1500);
});

describe('a WebP of more parts than a picture needs', () => {
  const chunk = (type: string, content: Buffer = Buffer.alloc(0)) => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32LE(content.length, 4);
    return Buffer.concat([head, content]);
  };
  const riff = (...chunks: Buffer[]) => {
    const body = Buffer.concat([Buffer.from('WEBP'), ...chunks]);
    return chunk('RIFF', body);
  };
  const times = (piece: Buffer, count: number) => Buffer.alloc(piece.length * count, piece);
  const canvas = chunk('VP8X', Buffer.from([2, 0, 0, 0, 63, 0, 0, 63, 0, 0]));
  const frame = chunk('ANMF', Buffer.alloc(16));

  test.each([
    ['frames, of which the decoder counts from the first for each', frame, 10_000],
    ['chunks, of which the decoder keeps a record each', chunk('abcd'), 99_998],
  ])('is refused for its %s', async (_what, part, most) => {
    const still = chunk('VP8 ', Buffer.alloc(10));
    expect(measure(riff(canvas, still, times(part, most)))).toMatchObject({ width: 64, height: 64 });
    expect(measure(riff(canvas, still, times(part, most + 1)))).toMatchObject({
      problem: 'it has more parts than a picture needs',
      mend: expect.stringContaining('as PNG') as string,
    });
  });
});

function pngHead(width: number, height: number): Buffer {
  const head = Buffer.alloc(33);
  head.write('\x89PNG\r\n\x1a\n', 'latin1');
  head.writeUInt32BE(13, 8);
  head.write('IHDR', 12, 'latin1');
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head;
}
