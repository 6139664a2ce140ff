import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { copyBlocks } from '../../../src/images/composites/jpeg/copy-blocks.ts';
import { UncopyableJpeg } from '../../../src/images/composites/jpeg/bit-reader.ts';
import { parseBaseline, type BaselineJpeg } from '../../../src/images/composites/jpeg/parse-baseline.ts';
import { codesOf, decodingTable, TYPICAL, ZIGZAG } from '../../../src/images/composites/jpeg/tables.ts';
import { coefficientsOf, withRestarts } from './coefficients.ts';
import { drawn, encoder, type Picture } from './scenes.ts';

interface Sample {
  readonly width: number;
  readonly height: number;
  readonly quality: number;
  readonly subsampling: '4:2:0' | '4:4:4';
  readonly optimised: boolean;
  readonly grey: boolean;
  readonly restarts: number;
  /** Shares of the picture: where the touched cells begin and end. */
  readonly touched: readonly [number, number, number, number];
}

const samples = fc.record({
  width: fc.integer({ min: 1, max: 90 }),
  height: fc.integer({ min: 1, max: 90 }),
  quality: fc.integer({ min: 20, max: 100 }),
  subsampling: fc.constantFrom('4:2:0' as const, '4:4:4' as const),
  optimised: fc.boolean(),
  grey: fc.boolean(),
  restarts: fc.constantFrom(0, 0, 1, 3),
  touched: fc.tuple(...[0, 1, 2, 3].map(() => fc.double({ min: 0, max: 1, noNaN: true }))) as fc.Arbitrary<
    [number, number, number, number]
  >,
});

async function encoded({
  width,
  height,
  quality,
  subsampling,
  optimised,
  grey,
  restarts,
}: Sample): Promise<Uint8Array> {
  const picture = encoder(drawn('textured', width, height, quality));
  if (grey) picture.toColourspace('b-w');
  const bytes = await picture.jpeg({ quality, chromaSubsampling: subsampling, optimiseCoding: optimised }).toBuffer();
  return restarts === 0 ? bytes : withRestarts(bytes, restarts);
}

const rowsOf = (pixels: Uint8Array, row: number) => (top: number, bottom: number) =>
  pixels.subarray(top * row, bottom * row);

/** A patch of the whole picture in one colour, of which only some cells count. */
function patchOf({ width, height, components }: BaselineJpeg, [a, b, c, d]: Sample['touched'], level: number) {
  const [across, down] = [Math.ceil(width / 8), Math.ceil(height / 8)];
  const [left, right] = [Math.min(a, b) * across, Math.max(a, b) * across];
  const [top, bottom] = [Math.min(c, d) * down, Math.max(c, d) * down];
  const channels = components.length === 1 ? 1 : 3;
  const touched = new Uint8Array(across * down).map((_, cell) => {
    const [x, y] = [cell % across, Math.floor(cell / across)];
    return x >= Math.floor(left) && x < right && y >= Math.floor(top) && y < bottom ? 1 : 0;
  });
  const pixels = new Uint8Array(width * height * channels).fill(level);
  const box = { left: 0, top: 0, right: width, bottom: height };
  return { box, rows: rowsOf(pixels, width * channels), channels, touched } as const;
}

/** Coefficients by block, with the name of the cells below each. */
const blocksOf = (bytes: Uint8Array) => coefficientsOf(bytes, parseBaseline(bytes)!);

describe('the copy of a baseline JPEG', () => {
  test(
    'has every untouched block as it was, to the last coefficient, and touched ones in the new colour',
    { tags: 'long' },
    async () => {
      await fc.assert(
        fc.asyncProperty(samples, async (sample) => {
          const bytes = await encoded(sample);
          const jpeg = parseBaseline(bytes)!;
          const patch = patchOf(jpeg, sample.touched, 200);
          const copy = copyBlocks(bytes, jpeg, { patch, lead: [] });
          const [before, after] = [blocksOf(bytes), blocksOf(copy)];
          expect(after).toHaveLength(before.length);
          const across = Math.ceil(sample.width / 8);
          const down = Math.ceil(sample.height / 8);
          before.forEach((block, index) => {
            const touched = block.cells.some(
              ({ x, y }) => x < across && y < down && patch.touched[y * across + x] === 1,
            );
            if (touched) expect(after[index]!.coefficients.slice(1).every((value) => value === 0)).toBe(true);
            else expect(after[index]!.coefficients).toEqual(block.coefficients);
          });
          const { data, info } = await sharp(copy, { failOn: 'warning' }).raw().toBuffer({ resolveWithObject: true });
          expect([info.width, info.height]).toEqual([sample.width, sample.height]);
          if (patch.touched.every((cell) => cell === 1))
            expect(data.every((level) => Math.abs(level - 200) <= 8)).toBe(true);
        }),
        { numRuns: 50 },
      );
    },
  );

  test('encodes pixels that did not change nearly as they were', async () => {
    const bytes = await encoder(drawn('textured', 160, 120))
      .jpeg({ quality: 90 })
      .toBuffer();
    const pixels = await sharp(bytes).raw().toBuffer();
    const jpeg = parseBaseline(bytes)!;
    const patch = { ...patchOf(jpeg, [0, 1, 0, 1], 0), rows: rowsOf(pixels, 160 * 3) };
    const again = await sharp(copyBlocks(bytes, jpeg, { patch, lead: [] }))
      .raw()
      .toBuffer();
    const differences = pixels.map((level, at) => Math.abs(level - again[at]!));
    expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThan(0.4);
    expect(Math.max(...differences)).toBeLessThanOrEqual(12);
  });

  test.each([
    ['progressive', (picture: Picture) => encoder(picture).jpeg({ progressive: true })],
    ['CMYK', (picture: Picture) => encoder(picture).toColourspace('cmyk').jpeg()],
  ] as const)('is not tried for a %s one', async (_, encode) => {
    expect(parseBaseline(await encode(drawn('textured', 64, 48)).toBuffer())).toBeUndefined();
  });

  test('is given up for damaged data, wherever it is damaged, and never hangs or reads beyond it', async () => {
    const bytes = await encoder(drawn('textured', 96, 80))
      .jpeg({ quality: 85 })
      .toBuffer();
    const outcome = (damaged: Uint8Array) => {
      const jpeg = parseBaseline(damaged);
      if (jpeg === undefined) return 'refused';
      try {
        return copyBlocks(damaged, jpeg, { patch: patchOf(jpeg, [0, 0.5, 0, 0.5], 9), lead: [] }).length > 0
          ? 'copied'
          : 'empty';
      } catch (error) {
        expect(error).toBeInstanceOf(UncopyableJpeg);
        return 'given up';
      }
    };
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const damaged = Uint8Array.from(bytes);
        damaged[at] = value;
        expect(['refused', 'copied', 'given up']).toContain(outcome(damaged));
      }),
      { numRuns: 200 },
    );
    const cut = Buffer.concat([bytes.subarray(0, bytes.length - 200), Buffer.from([0xff, 0xd9])]);
    expect(outcome(cut)).toBe('given up');
    expect(outcome(bytes.subarray(0, bytes.length - 2))).toBe('refused');
  });

  test('has tables with a code for every symbol', () => {
    expect(new Set(ZIGZAG).size).toBe(64);
    expect([...ZIGZAG.subarray(0, 10)]).toEqual([0, 1, 8, 16, 9, 2, 3, 10, 17, 24]);
    for (const spec of TYPICAL.ac) {
      expect(spec.symbols).toHaveLength(162);
      const { code, length } = codesOf(spec);
      const table = decodingTable(spec)!;
      for (const symbol of spec.symbols) {
        expect(table[code[symbol]! << (16 - length[symbol]!)]).toBe((length[symbol]! << 8) | symbol);
      }
    }
  });
});
