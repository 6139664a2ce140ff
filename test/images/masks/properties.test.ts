import fc from 'fast-check';
import { expect, test } from 'vitest';
import { invert, unite } from '../../../src/images/masks/combine.ts';
import { drawShapes } from '../../../src/images/masks/drawing/draw.ts';
import { feather } from '../../../src/images/masks/feather.ts';
import { grow } from '../../../src/images/masks/grow.ts';
import { closedMask, type Mask, type Size } from '../../../src/images/masks/mask.ts';
import { shapesField, type Shape } from '../../../src/images/masks/drawing/shapes.ts';
import { area, never } from './ascii.ts';

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

/** Any bytes as a mask; half of them with nothing but black and white. */
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

/** The mask, or nothing where a shape lies outside. Any other error fails the property. */
async function drawn(list: readonly Shape[], size: Size): Promise<Mask | undefined> {
  try {
    return await drawShapes(list, size, never);
  } catch (error) {
    expect(error).toMatchObject({ code: 'shape_outside' });
    return undefined;
  }
}

/** Whether `outer` opens at least what `inner` opens. */
function covers(outer: Mask, inner: Mask, slack = 0): boolean {
  return inner.data.every((value, i) => (outer.data[i] ?? 0) + slack >= value);
}

async function holds<Values extends [unknown, ...unknown[]]>(property: fc.IAsyncProperty<Values>): Promise<void> {
  await fc.assert(property, { numRuns: 300 });
}

test('any legal shape on any picture is drawn or refused; nothing else happens', async () => {
  await holds(
    fc.asyncProperty(shapes, picture, async (list, size) => {
      expect(shapesField.safeParse(list).error).toBeUndefined();
      const made = await drawn(list, size);
      expect(made?.data.length ?? size.width * size.height).toBe(size.width * size.height);
    }),
  );
});

test('a rectangle opens its area, as far as it lies inside', async () => {
  await holds(
    fc.asyncProperty(fc.record(box), picture, async ({ x, y, width, height }, size) => {
      const made = await drawn([{ shape: 'rectangle', x, y, width, height }], size);
      const inside = (from: number, extent: number) =>
        Math.max(0, Math.min(100, from + extent) - Math.max(0, from)) / 100;
      const across = inside(x, width) * size.width;
      const down = inside(y, height) * size.height;
      // Two level edges, each known to 1/16 of a row, and the rounding of each pixel.
      const slack = across / 8 + down / 128 + (size.width * size.height) / 510 + 0.01;
      expect(Math.abs((made === undefined ? 0 : area(made)) - across * down)).toBeLessThanOrEqual(slack);
    }),
  );
});

test('an ellipse and its bounding box: pi quarters of it', async () => {
  await holds(
    fc.asyncProperty(number(20, 60), number(20, 60), async (width, height) => {
      const ellipse: Shape = { shape: 'ellipse', x: 0.3, y: 0.7, width, height, unit: 'pixels' };
      const made = await drawShapes([ellipse], { width: 64, height: 64 }, never);
      expect(area(made) / ((Math.PI / 4) * width * height)).toBeCloseTo(1, 1);
    }),
  );
});

test('percent and pixels mean the same place', async () => {
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
        // Rounding may put an edge on the other side of one of the eight lines of a row.
        expect(covers(one, other, 32) && covers(other, one, 32)).toBe(true);
      }
    }),
  );
});

test('one more shape only opens more, and the order does not matter', async () => {
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

test('a picture turned on its side gets its mask turned, up to how finely rows are sampled', async () => {
  await holds(
    fc.asyncProperty(points(3), side, async (corners, size) => {
      const square = { width: size, height: size };
      const made = await drawn([{ shape: 'polygon', points: corners }], square);
      const swapped = corners.map(([x, y]): [number, number] => [y, x]);
      const turned = await drawn([{ shape: 'polygon', points: swapped }], square);
      fc.pre(made !== undefined && turned !== undefined);
      // A level edge is known to 1/16 of a row; then each pixel is rounded.
      const slack = 1 + (corners.length * size) / 16 + (size * size) / 255;
      expect(Math.abs(area(made) - area(turned))).toBeLessThanOrEqual(slack);
    }),
  );
});

test('union holds both, is commutative, and changes nothing the second time', async () => {
  await holds(
    fc.asyncProperty(mask, fc.infiniteStream(fc.integer({ min: 0, max: 255 })), async (one, values) => {
      const other = { ...one, data: one.data.map(() => Number(values.next().value)) };
      const both = await unite(one, other, never);
      expect(covers(both, one) && covers(both, other)).toBe(true);
      expect(await unite(other, one, never)).toEqual(both);
      expect(await unite(both, one, never)).toEqual(both);
    }),
  );
});

test('inverted twice is as before', async () => {
  await holds(
    fc.asyncProperty(mask, async (given) => {
      const before = given.data.slice();
      expect(await invert(await invert(given, never), never)).toEqual(given);
      expect(given.data).toEqual(before);
    }),
  );
});

const growth = fc.integer({ min: 1, max: 70 });

test('grown holds the given, shrunk is held by it, and neither writes to it', async () => {
  await holds(
    fc.asyncProperty(mask, growth, async (given, pixels) => {
      const before = given.data.slice();
      expect(covers(await grow(given, pixels, never), given)).toBe(true);
      expect(covers(given, await grow(given, -pixels, never))).toBe(true);
      expect(given.data).toEqual(before);
    }),
  );
});

test('shrinking is growing what is kept', async () => {
  await holds(
    fc.asyncProperty(mask, growth, async (given, pixels) => {
      const kept = await invert(given, never);
      expect(await grow(given, -pixels, never)).toEqual(await invert(await grow(kept, pixels, never), never));
    }),
  );
});

test('grown then shrunk still opens what was open', async () => {
  await holds(
    fc.asyncProperty(hardMask, growth, async (given, pixels) => {
      const closed = await grow(await grow(given, pixels, never), -pixels, never);
      // Half open is open: the contour is known to half a pixel.
      expect(given.data.every((value, i) => value === 0 || (closed.data[i] ?? 0) >= 127)).toBe(true);
    }),
  );
});

test('growing more opens more', async () => {
  await holds(
    fc.asyncProperty(hardMask, growth, growth, async (given, pixels, more) => {
      expect(covers(await grow(given, pixels + more, never), await grow(given, pixels, never))).toBe(true);
    }),
  );
});

test('feather keeps an area that lies inside, and the extremes', async () => {
  await holds(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 2, max: 20 }), async (pixels, extent) => {
      const size = { width: 64, height: 64 };
      const rectangle: Shape = { shape: 'rectangle', x: 22, y: 22, width: extent, height: extent, unit: 'pixels' };
      const hard = await drawShapes([rectangle], size, never);
      const soft = await feather(hard, pixels, never);
      // Each of six passes rounds to whole values: at most half a step where the mask is soft.
      expect(Math.abs(area(soft) - area(hard))).toBeLessThanOrEqual(area(hard) * 0.1 + 4);
      expect(Math.max(...soft.data)).toBeLessThanOrEqual(255);
    }),
  );
});

test('feather leaves an even mask as it is, and any mask between its extremes', async () => {
  await holds(
    fc.asyncProperty(
      mask,
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 0, max: 255 }),
      async (given, pixels, value) => {
        const even = { ...given, data: new Uint8Array(given.data.length).fill(value) };
        expect(await feather(even, pixels, never)).toEqual(even);
        const soft = await feather(given, pixels, never);
        expect(Math.max(...soft.data)).toBeLessThanOrEqual(Math.max(...given.data));
        expect(Math.min(...soft.data)).toBeGreaterThanOrEqual(Math.min(...given.data));
      },
    ),
  );
});
