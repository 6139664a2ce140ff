import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measure, Recogniser } from '../../../src/images/formats/format.ts';
import { noisy, plain } from '../pictures.ts';
import { video } from '../videos.ts';

/** All that is found, or the problem, of bytes that come in pieces of these lengths, over and over; by default in one. */
function inPieces(bytes: Uint8Array, lengths: readonly number[] = [bytes.length]) {
  const recogniser = new Recogniser();
  for (let at = 0, n = 0; at < bytes.length; n += 1) {
    const length = lengths[n % lengths.length] ?? 1;
    // A copy, so that no piece is read through another one's memory.
    recogniser.push(Uint8Array.from(bytes.subarray(at, at + length)));
    at += length;
  }
  return recogniser.finish();
}

const SAMPLES: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  'a baseline JPEG': () => noisy(64, 48).jpeg().toBuffer(),
  'a progressive JPEG with EXIF': () =>
    noisy(64, 48).withMetadata({ orientation: 6 }).jpeg({ progressive: true }).toBuffer(),
  'a PNG with EXIF': () => noisy(37, 21).withMetadata({ orientation: 6 }).png().toBuffer(),
  'a lossy WebP with EXIF': () => noisy(37, 21).withMetadata({ orientation: 8 }).webp().toBuffer(),
  'a lossless WebP': () => plain(37, 21).webp({ lossless: true }).toBuffer(),
  'an MP4': () => Promise.resolve(video({ turned: true })),
};

describe.each(Object.entries(SAMPLES))('%s that comes in pieces', (_name, make) => {
  test('of any length is measured as a whole one', async () => {
    const bytes = await make();
    const whole = inPieces(bytes);
    expect(whole).toMatchObject(measure(bytes));
    expect(whole).not.toHaveProperty('problem');
    const lengths = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(lengths, (each) => {
        expect(inPieces(bytes, each)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
    expect(inPieces(bytes, [1])).toEqual(whole);
  });

  test('and is cut off, or changed, answers as for a whole one', { tags: 'long' }, async () => {
    const bytes = await make();
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length));
    const lengths = fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(change, lengths, ([at, value, end], each) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = value;
        for (const some of [bytes.subarray(0, end), changed]) expect(inPieces(some, each)).toEqual(inPieces(some));
      }),
      { numRuns: 300 },
    );
  });
});

test('a file of 200 MB is recognised in pieces without being held in memory', () => {
  const head = video({ data: 0 });
  head.writeUInt32BE(200_000_008, head.length - 8);
  const recogniser = new Recogniser();
  recogniser.push(head);
  const piece = Buffer.alloc(100_000, 1);
  const before = process.memoryUsage().arrayBuffers;
  for (let n = 0; n < 2_000; n += 1) recogniser.push(piece);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  expect(recogniser.finish()).toMatchObject({ mimeType: 'video/mp4', durationMs: 5_000 });
});
