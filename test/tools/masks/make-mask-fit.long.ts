/** @module-tag long */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Rendered } from '../../../src/render/rendered.ts';
import { overlap } from '../../../src/images/subject/cut/measures.ts';
import { MaskResult } from '../../../src/render/schemas.ts';
import { ROOT } from '../../architecture/source-files.ts';
import { plain } from '../../images/pictures.ts';
import { givenPolygons } from '../../images/subject/rough.ts';
import { photographed } from '../../images/subject/scenes.ts';
import { ANNA, TestRooms } from '../../support/rooms/test-rooms.ts';
import { maskOf, refusal } from '../edit/edited-pictures.ts';

let rooms: TestRooms;
beforeAll(async () => {
  rooms = await TestRooms.open();
  const cup = readFileSync(join(ROOT, 'examples/product.png'));
  await rooms.file('cup.png', cup);
  await rooms.file('half.png', await sharp(cup).resize(300, 200).png().toBuffer());
  await rooms.file('small.png', await plain(40, 30).png().toBuffer());
});
afterAll(() => rooms[Symbol.asyncDispose]());

/** A rough outline of the cup, as a caller draws it: eight points in percent. */
const CUP = (() => {
  const [shape] = givenPolygons('cup');
  const points = shape?.kind === 'polygon' ? shape.points.map(([x, y]) => [x / 6, y / 4]) : [];
  return { shape: 'polygon', points };
})();

const facts = (result: Pick<Rendered, 'structured'>) => MaskResult.parse(result.structured);

/** The grey values of a stored mask. */
async function valuesOf(result: Pick<Rendered, 'structured'>): Promise<Uint8Array> {
  const { images } = await rooms.services();
  const bytes = await images.read(await images.get(maskOf(result), ANNA));
  return new Uint8Array(await sharp(bytes).toColourspace('b-w').raw().toBuffer());
}

/** Overlap of a mask with the cup's own outline. */
async function onCup(result: Pick<Rendered, 'structured'>): Promise<number> {
  const { truth } = await photographed('cup');
  const data = (await valuesOf(result)).map((value) => (value >= 128 ? 1 : 0));
  return overlap({ width: 600, height: 400, data }, truth);
}

describe('a mask from a rough shape', () => {
  test('follows the cup that eight points were drawn around, fill_image takes it, and points correct it', async () => {
    const drawn = await rooms.call('make_mask', { image: 'cup.png', shapes: [CUP] });
    const fitted = await rooms.call('make_mask', { image: 'cup.png', shapes: [CUP], fit: true });
    expect(await onCup(drawn)).toBeLessThan(0.89);
    expect(await onCup(fitted)).toBeGreaterThan(0.93);
    const { fit, made_for: picture, mask } = facts(fitted);
    expect(facts(drawn).fit).toBeUndefined();
    expect(fit?.from).toBe('colours');
    expect(fitted.text).toContain(`Fitted to edges in the picture. Confidence: ${fit?.confidence}.`);
    expect(fitted.pictures).toHaveLength(1);
    await rooms.call('fill_image', { image: picture, mask, prompt: 'a blue cup' });
    expect(rooms.adobe.submits).toHaveLength(1);
    // The rim at the top left belongs, the spoon does not.
    const points = { belongs: [[35, 15]], stays: [[60, 72]] };
    const corrected = await rooms.call('make_mask', { image: 'cup.png', from: mask, ...points });
    const values = await valuesOf(corrected);
    expect([values[60 * 600 + 210], values[288 * 600 + 360]]).toEqual([255, 0]);
    expect(facts(corrected).fit?.confidence).toBeDefined();
    expect(await onCup(corrected)).toBeGreaterThan((await onCup(fitted)) - 0.02);
  });

  test('opens nothing outside of a rectangle, and says which points it could not follow', async () => {
    const box = { shape: 'rectangle', x: 28, y: 3, width: 42, height: 78 };
    const points = {
      belongs: [
        [50, 40],
        [90, 90],
      ],
      stays: [[5, 5]],
    };
    const result = await rooms.call('make_mask', { image: 'half.png', shapes: [box], fit: true, ...points });
    const values = await valuesOf(result);
    const isOutside = (pixel: number) => {
      const [x, y] = [pixel % 300, Math.floor(pixel / 300)];
      return x < 84 || x >= 210 || y < 6 || y >= 162;
    };
    expect([...values.keys()].filter((pixel) => values[pixel] !== 0 && isOutside(pixel))).toEqual([]);
    expect(facts(result).fit).toMatchObject({ from: 'colours', stability: expect.any(Number) });
    expect(facts(result).warnings).toEqual([
      'Point 2 of belongs is still left out: draw the shape so that it holds the point.',
    ]);
  });

  test('is not called good where a point was not followed, or is outside of the picture', async () => {
    // The second point would be on the cup if rows of pixels went on behind the picture's side.
    const belongs = [
      [50, 40],
      [150, 40],
    ];
    const result = await rooms.call('make_mask', {
      image: 'half.png',
      shapes: [CUP],
      fit: true,
      belongs,
      stays: [[-5, 40]],
    });
    const { warnings, fit } = facts(result);
    expect(warnings).toEqual([
      'Point 2 of belongs is outside of the picture.',
      'Point 1 of stays is outside of the picture.',
    ]);
    expect(fit?.confidence).not.toBe('good');
    expect(fit?.reasons).toContain('Not all points of belongs and stays were followed.');
  });

  test('is doubtful where it takes the whole picture', async () => {
    const points = [
      [-20, -20],
      [120, -20],
      [120, 120],
      [-20, 120],
    ];
    const result = await rooms.call('make_mask', {
      image: 'half.png',
      shapes: [{ shape: 'polygon', points }],
      fit: true,
    });
    expect(facts(result).fit).toMatchObject({ confidence: 'doubtful', reasons: [expect.stringContaining('no edge')] });
  });

  test('is refused where there is nothing to fit or to correct', async () => {
    const border = { shape: 'border', thickness: 5 };
    for (const input of [
      { image: 'cup.png', fit: true },
      { image: 'cup.png', fit: true, shapes: [border] },
      { image: 'cup.png', shapes: [CUP], belongs: [[50, 50]] },
      { image: 'cup.png', fit: true, shapes: Array.from({ length: 9 }, () => CUP) },
    ]) {
      expect(await refusal(rooms, 'make_mask', input)).toMatchObject({ code: 'invalid_argument', actor: 'caller' });
    }
  });
});

describe('shapes that are joined', () => {
  const OPS = ['add', 'subtract', 'intersect'] as const;
  const rectangle = fc.record({
    shape: fc.constant('rectangle' as const),
    unit: fc.constant('pixels' as const),
    x: fc.integer({ min: 0, max: 30 }),
    y: fc.integer({ min: 0, max: 20 }),
    width: fc.integer({ min: 1, max: 30 }),
    height: fc.integer({ min: 1, max: 25 }),
    op: fc.constantFrom(...OPS),
  });
  type Rectangle = typeof rectangle extends fc.Arbitrary<infer Value> ? Value : never;

  /** What is open where shapes are joined one after the other, pixel by pixel. */
  function joined([first, ...others]: readonly Rectangle[]): readonly number[] {
    const isIn = ({ x, y, width, height }: Rectangle, pixel: number) => {
      const [column, row] = [pixel % 40, Math.floor(pixel / 40)];
      return column >= x && column < x + width && row >= y && row < y + height;
    };
    return Array.from({ length: 1200 }, (_, pixel) => {
      let is = isIn(first!, pixel);
      for (const shape of others) {
        if (shape.op === 'add') is ||= isIn(shape, pixel);
        else is &&= isIn(shape, pixel) === (shape.op === 'intersect');
      }
      return is ? 255 : 0;
    });
  }

  test('open what they say, in their order, in any combination', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rectangle, { minLength: 1, maxLength: 5 }), async (given) => {
        const shapes = given.map((shape, i) => (i === 0 ? { ...shape, op: 'add' as const } : shape));
        const open = joined(shapes);
        const call = rooms.call('make_mask', { image: 'small.png', shapes });
        if (open.includes(255)) expect([...(await valuesOf(await call))]).toEqual(open);
        else await expect(call).rejects.toMatchObject({ code: 'mask_empty' });
      }),
      { numRuns: 25 },
    );
  });

  test('are each fitted by themselves: the saucer without the cup', async () => {
    const [set] = givenPolygons('set');
    const points = set?.kind === 'polygon' ? set.points.map(([x, y]) => [x / 6, y / 4]) : [];
    const shapes = [
      { shape: 'polygon', points },
      { ...CUP, op: 'subtract' },
    ];
    // What belongs to the whole is not taken away from it.
    const belongs = [
      [50, 85],
      [36, 62],
    ];
    const saucer = await rooms.call('make_mask', { image: 'cup.png', shapes, fit: true, belongs });
    const values = await valuesOf(saucer);
    const at = (x: number, y: number) => values[y * 600 + x];
    expect([at(290, 60), at(280, 340), at(110, 200), at(20, 20)]).toEqual([0, 255, 255, 0]);
    expect(at(300, 340)).toBe(255);
    expect(at(216, 248)).toBeGreaterThan(200);
  });
});
