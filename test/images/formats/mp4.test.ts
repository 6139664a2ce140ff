import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measure } from '../../../src/images/formats/format.ts';
import { box, ftyp, longBox, moov, u32, video } from '../videos.ts';
import { cpuMs } from '../../support/work.ts';

const FACTS = { mimeType: 'video/mp4', width: 320, height: 180, durationMs: 5_000 };
const mdat = box('mdat', Buffer.alloc(2_000, 7));
const join = (...parts: readonly Uint8Array[]) => Buffer.concat(parts);

describe('a video', () => {
  test.each([
    ['with its facts before its data', video()],
    ['with its facts after its data', join(ftyp(), mdat, moov())],
    ['with times of 64 bits', video({ long: true })],
    ['whose data have a length of 64 bits', join(ftyp(), moov(), longBox('mdat', Buffer.alloc(2_000)))],
    ['whose data reach to the end of the file', join(ftyp(), moov(), u32(0), Buffer.from('mdat'), Buffer.alloc(999))],
    [
      'with boxes that nobody knows',
      join(ftyp(), box('free', Buffer.alloc(50)), moov(), box('uuid', Buffer.alloc(40)), mdat),
    ],
    ['of another brand that says it is compatible', join(ftyp('XAVC', 'mp42'), moov(), mdat)],
    ['in fragments', join(ftyp('dash'), moov(), box('moof', box('mfhd', u32(0, 1))), mdat)],
    ['with a few bytes after its end', join(video(), Buffer.alloc(7))],
  ])('%s is measured', (_name, bytes) => {
    expect(measure(bytes)).toEqual(FACTS);
  });

  test('that is shown turned by a quarter has the size that is shown', () => {
    expect(measure(video({ turned: true }))).toEqual({ ...FACTS, width: 180, height: 320 });
  });

  test('without a displayed size has that of its coded pictures', () => {
    const bytes = video();
    const at = bytes.indexOf(u32(320 << 16, 180 << 16));
    bytes.fill(0, at, at + 8);
    expect(measure(bytes)).toEqual(FACTS);
  });

  test.each([
    ['of an unknown length', video({ durationMs: 0xffff_ffff })],
    ['whose fragments alone have a length', video({ durationMs: 0 })],
  ])('%s is measured without one', (_name, bytes) => {
    const { durationMs: _, ...others } = FACTS;
    expect(measure(bytes)).toEqual(others);
  });

  test('is refused where it is cut off at any byte', () => {
    const bytes = video({ data: 100 });
    for (let cut = 0; cut < bytes.length; cut += 1) {
      expect(measure(bytes.subarray(0, cut)), `cut at ${cut} of ${bytes.length}`).toHaveProperty('problem');
    }
  });

  test('is refused without a picture in it', () => {
    const bytes = video();
    bytes.write('soun', bytes.indexOf('vide'), 'latin1');
    expect(measure(bytes)).toEqual({ problem: 'it has no size' });
  });

  test.each(['heic', 'avif', 'mif1', 'qt  ', '3gp4'])('of brand %s is none that is stored', (brand) => {
    expect(measure(join(ftyp(brand), moov(), mdat))).toHaveProperty('problem');
  });

  test('of a picture brand is none, though it says that it is compatible with MP4', () => {
    expect(measure(join(ftyp('avif', 'isom', 'mp42'), moov(), mdat))).toHaveProperty('problem');
  });
});

describe('a hostile video', () => {
  test.each([
    ['a box shorter than its header', join(ftyp(), u32(4), Buffer.from('moov'), moov(), mdat)],
    [
      'a box longer than its parent',
      join(ftyp(), box('moov', u32(5_000), Buffer.from('trak'), Buffer.alloc(9_000)), mdat),
    ],
    [
      'a box without a length inside of another one',
      join(ftyp(), box('moov', u32(0), Buffer.from('trak'), Buffer.alloc(99)), mdat),
    ],
    ['a length beyond the file', join(ftyp(), moov(), u32(0x7fff_ffff), Buffer.from('mdat'), Buffer.alloc(99))],
    ['a length of almost 2 ** 64', join(ftyp(), moov(), longBox('mdat', Buffer.alloc(99), 2n ** 64n - 1n))],
    [
      'a length of 64 bits that is shorter than its header',
      join(ftyp(), moov(), longBox('mdat', Buffer.alloc(99), 15)),
    ],
    ['a brand alone', ftyp()],
    ['no data', join(ftyp(), moov())],
    ['no facts', join(ftyp(), mdat)],
    [
      'facts that are empty boxes',
      join(ftyp(), box('moov', box('mvhd'), box('trak', box('tkhd'), box('mdia', box('hdlr')))), mdat),
    ],
  ])('with %s is refused', (_name, bytes) => {
    expect(measure(bytes)).toHaveProperty('problem');
  });

  test('of boxes in boxes in boxes is refused within a second, and needs no stack', async () => {
    let nested = Buffer.alloc(0);
    const depth = 400_000;
    nested = Buffer.alloc(8 * depth);
    for (let level = 0; level < depth; level += 1) {
      nested.writeUInt32BE(8 * (depth - level), 8 * level);
      nested.write('trak', 8 * level + 4, 'latin1');
    }
    const file = join(ftyp(), box('moov', nested), mdat);
    expect(await cpuMs(() => expect(measure(file)).toHaveProperty('problem'))).toBeLessThan(1_000);
  });

  test('of millions of empty boxes is refused within 1.5 seconds', { tags: 'long' }, async () => {
    const boxes = Buffer.alloc(24_000_000);
    for (let at = 0; at < boxes.length; at += 8) boxes.writeUInt32BE(8, at);
    const file = join(ftyp(), box('moov', boxes));
    expect(await cpuMs(() => expect(measure(file)).toHaveProperty('problem'))).toBeLessThan(1_500);
  });

  test('with any bytes changed is measured or refused, and nothing is thrown', () => {
    const original = video({ data: 200 });
    const mutation = fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(mutation, (changes) => {
        const bytes = Buffer.from(original);
        for (const [at, value] of changes) bytes[at] = value;
        const result = measure(bytes);
        if ('problem' in result) return;
        expect(result.width * result.height).toBeGreaterThan(0);
        expect(Number.isSafeInteger(result.durationMs ?? 0)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});
