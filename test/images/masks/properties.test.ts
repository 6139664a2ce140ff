import fc from 'fast-check';
import { expect, test } from 'vitest';
import { invert, join } from '../../../src/images/masks/refining/combine.ts';
import { drawShapes } from '../../../src/images/masks/drawing/draw.ts';
import { feather } from '../../../src/images/masks/refining/feather.ts';
import { grow } from '../../../src/images/masks/refining/grow.ts';
import { closedMask, type Mask, type Size } from '../../../src/images/masks/mask.ts';
import { shapesField, type Shape } from '../../../src/images/masks/drawing/shapes.ts';
import { area, noYield } from './ascii-mask.ts';

const side = fc.integer({ min: 1, max: 60 });
const picture: fc.Arbitrary<Size> = fc.record({ width: side, height: side });
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true, noDefaultInfinity: true });
const place = number(-100, 200);
const length = number(0.01, 200);
const box = { x: place, y: place, width: length, height: length };
const points = (minLength: number) => fc.array(fc.tuple(place, place), { minLength, maxLength: 12 });

const shape: fc.Arbitrary<Shape> = fc.oneof(
  fc.record({ shape: fc.constantFrom('rectangle', 'ellipse'), ...box }),
  fc.record({ shape: fc.constant('polygon'), points: points(3) }),
  fc.record({ shape: fc.constant('stroke'), points: points(1), thickness: length }),
  fc.record({ shape: fc.constant('border'), thickness: length }),
  fc.record({ shape: fc.constant('border'), thickness: length, ...box }),
);
const shapes = fc.array(shape, { minLength: 1, maxLength: 4 });

/** Masks of any bytes; half of them black and white only. */
const mask: fc.Arbitrary<Mask> = picture.chain(({ width, height }) => {
  const size = { minLength: width * height, maxLength: width * height };
  const hard = fc.array(fc.constantFrom(0, 255), size).map((values) => Uint8Array.from(values));
  return fc.oneof(fc.uint8Array(size), hard).map((data) => ({ width, height, data }));
});
const hardMask = mask.map(({ width, height, data }) => ({
  width,
  height,
  data: data.map((value) => (value < 128 ? 0 : 255)),
}));

/** The mask; undefined where a shape is outside. Any other error fails the property. */
async function drawn(list: readonly Shape[], size: Size): Promise<Mask | undefined> {
  try {
    return await drawShapes(list, size, noYield);
  } catch (error) {
    expect(error).toMatchObject({ code: 'shape_outside' });
    return undefined;
  }
}

/** Whether `outer` opens at least what `inner` opens. */
function covers(outer: Mask, inner: Mask, slack = 0): boolean {
  return inner.data.every((value, i) => (outer.data[i] ?? 0) + slack >= value);
}

/** Holds for random values; the soak of these properties takes more of them. */
async function holds<Values extends [unknown, ...unknown[]]>(property: fc.IAsyncProperty<Values>): Promise<void> {
  await fc.assert(property, { numRuns: fc.readConfigureGlobal().numRuns ?? 60 });
}

test('every valid shape on every picture is drawn, or refused as outside', async () => {
  await holds(
    fc.asyncProperty(shapes, picture, async (list, size) => {
      // What is at most 1 throughout was probably meant as a fraction, and is refused before it is drawn.
      const told = shapesField.safeParse(list).error?.issues.map(({ message }) => message) ?? [];
      expect(told.filter((message) => !message.includes('for a fraction of the picture'))).toEqual([]);
      const made = await drawn(list, size);
      expect(made?.data.length ?? size.width * size.height).toBe(size.width * size.height);
    }),
  );
});

test('a rectangle opens its area within the picture', async () => {
  await holds(
    fc.asyncProperty(fc.record(box), picture, async ({ x, y, width, height }, size) => {
      const made = await drawn([{ shape: 'rectangle', x, y, width, height }], size);
      const inside = (from: number, extent: number) =>
        Math.max(0, Math.min(100, from + extent) - Math.max(0, from)) / 100;
      const across = inside(x, width) * size.width;
      const down = inside(y, height) * size.height;
      // Two horizontal edges, each exact to 1/16 of a row, and the rounding of each pixel.
      const slack = across / 8 + down / 128 + (size.width * size.height) / 510 + 0.01;
      expect(Math.abs((made === undefined ? 0 : area(made)) - across * down)).toBeLessThanOrEqual(slack);
    }),
  );
});

test('an ellipse opens pi quarters of its bounding box', async () => {
  await holds(
    fc.asyncProperty(number(20, 60), number(20, 60), async (width, height) => {
      const ellipse: Shape = { shape: 'ellipse', x: 0.3, y: 0.7, width, height, unit: 'pixels' };
      const made = await drawShapes([ellipse], { width: 64, height: 64 }, noYield);
      expect(area(made) / ((Math.PI / 4) * width * height)).toBeCloseTo(1, 1);
    }),
  );
});

test('equal places in percent and in pixels make equal masks', async () => {
  await holds(
    fc.asyncProperty(fc.record(box), points(3), picture, async (given, corners, size) => {
      const [sx, sy] = [size.width / 100, size.height / 100];
      const scaled = { x: given.x * sx, y: given.y * sy, width: given.width * sx, height: given.height * sy };
      const scaledCorners = corners.map(([x, y]) => [x * sx, y * sy]);
      const pixels: readonly Shape[] = [
        { shape: 'ellipse', ...scaled, unit: 'pixels' },
        { shape: 'polygon', points: scaledCorners, unit: 'pixels' },
      ];
      const percent: readonly Shape[] = [
        { shape: 'ellipse', ...given },
        { shape: 'polygon', points: corners },
      ];
      for (const [i, each] of pixels.entries()) {
        const one = (await drawn([each], size)) ?? closedMask(size);
        const other = (await drawn(percent.slice(i, i + 1), size)) ?? closedMask(size);
        // By rounding, an edge may be on the other side of one of the eight lines of a row.
        expect(covers(one, other, 32) && covers(other, one, 32)).toBe(true);
      }
    }),
  );
});

test('one more shape never closes a pixel, and the order of shapes does not matter', async () => {
  await holds(
    fc.asyncProperty(shapes, shape, picture, async (list, more, size) => {
      const without = await drawn(list, size);
      const together = await drawn([...list, more], size);
      fc.pre(without !== undefined && together !== undefined);
      expect(covers(together, without)).toBe(true);
      expect(await drawn([more, ...list.toReversed()], size)).toEqual(together);
    }),
  );
});

test('a stroke whose points are next to equal is drawn as a dot, in any order with others', async () => {
  const [size, dot]: [Size, Shape] = [
    { width: 17, height: 8 },
    { shape: 'stroke', points: [[0, 0]], thickness: 0.01 },
  ];
  for (const tiny of [1e-300, 2.5e-323, -1.5e-323]) {
    const stroke: Shape = { shape: 'stroke', points: [[0, 0], [tiny, 0]], thickness: 10 }; // prettier-ignore
    const single: Shape = { ...stroke, points: [[0, 0]] };
    const border: Shape = { shape: 'border', thickness: 0.03 };
    expect(await drawn([border, dot, stroke], size)).toEqual(await drawn([stroke, dot, border], size));
    expect(await drawn([stroke], size)).toEqual(await drawn([single], size));
  }
});

test('swapping x and y swaps those of the mask, up to the sampling of rows', async () => {
  await holds(
    fc.asyncProperty(points(3), side, async (corners, size) => {
      const square = { width: size, height: size };
      const made = await drawn([{ shape: 'polygon', points: corners }], square);
      const swapped = corners.map(([x, y]): [number, number] => [y, x]);
      const turned = await drawn([{ shape: 'polygon', points: swapped }], square);
      fc.pre(made !== undefined && turned !== undefined);
      // A horizontal edge is exact to 1/16 of a row; then each pixel is rounded.
      const slack = 1 + (corners.length * size) / 16 + (size * size) / 255;
      expect(Math.abs(area(made) - area(turned))).toBeLessThanOrEqual(slack);
    }),
  );
});

test('a union covers both masks, is commutative and idempotent', async () => {
  await holds(
    fc.asyncProperty(mask, fc.infiniteStream(fc.integer({ min: 0, max: 255 })), async (one, values) => {
      const other = { ...one, data: one.data.map(() => Number(values.next().value)) };
      const both = await join(one, 'add', other, noYield);
      expect(covers(both, one) && covers(both, other)).toBe(true);
      expect(await join(other, 'add', one, noYield)).toEqual(both);
      expect(await join(both, 'add', one, noYield)).toEqual(both);
    }),
  );
});

test('a mask that is inverted twice is unchanged', async () => {
  await holds(
    fc.asyncProperty(mask, async (given) => {
      const before = given.data.slice();
      expect(await invert(await invert(given, noYield), noYield)).toEqual(given);
      expect(given.data).toEqual(before);
    }),
  );
});

const growth = fc.integer({ min: 1, max: 70 });

test('a grown mask covers the given one, a shrunk one is covered, and neither writes to it', async () => {
  await holds(
    fc.asyncProperty(mask, growth, async (given, pixels) => {
      const before = given.data.slice();
      expect(covers(await grow(given, pixels, noYield), given)).toBe(true);
      expect(covers(given, await grow(given, -pixels, noYield))).toBe(true);
      expect(given.data).toEqual(before);
    }),
  );
});

test('shrinking a mask is growing its inverse', async () => {
  await holds(
    fc.asyncProperty(mask, growth, async (given, pixels) => {
      const kept = await invert(given, noYield);
      expect(await grow(given, -pixels, noYield)).toEqual(await invert(await grow(kept, pixels, noYield), noYield));
    }),
  );
});

test('a mask that is grown and then shrunk covers the given one', async () => {
  await holds(
    fc.asyncProperty(hardMask, growth, async (given, pixels) => {
      const closed = await grow(await grow(given, pixels, noYield), -pixels, noYield);
      // Half open counts as open, so the contour is exact to half a pixel.
      expect(given.data.every((value, i) => value === 0 || (closed.data[i] ?? 0) >= 127)).toBe(true);
    }),
  );
});

test('growing by more pixels covers growing by fewer', async () => {
  await holds(
    fc.asyncProperty(hardMask, growth, growth, async (given, pixels, more) => {
      expect(covers(await grow(given, pixels + more, noYield), await grow(given, pixels, noYield))).toBe(true);
    }),
  );
});

test('feathering keeps the size of an area inside the picture', async () => {
  await holds(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 2, max: 20 }), async (pixels, extent) => {
      const size = { width: 64, height: 64 };
      const rectangle: Shape = { shape: 'rectangle', x: 22, y: 22, width: extent, height: extent, unit: 'pixels' };
      const hard = await drawShapes([rectangle], size, noYield);
      const soft = await feather(hard, pixels, noYield);
      // Each of six passes rounds to whole values, by at most half a step where the mask is soft.
      expect(Math.abs(area(soft) - area(hard))).toBeLessThanOrEqual(area(hard) * 0.1 + 4);
    }),
  );
});

test('feathering keeps a uniform mask, and every mask between its extremes', async () => {
  await holds(
    fc.asyncProperty(
      mask,
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 0, max: 255 }),
      async (given, pixels, value) => {
        const even = { ...given, data: new Uint8Array(given.data.length).fill(value) };
        expect(await feather(even, pixels, noYield)).toEqual(even);
        const soft = await feather(given, pixels, noYield);
        expect(Math.max(...soft.data)).toBeLessThanOrEqual(Math.max(...given.data));
        expect(Math.min(...soft.data)).toBeGreaterThanOrEqual(Math.min(...given.data));
      },
    ),
  );
});
