import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkArguments } from '../../../../src/tools/arguments/check-arguments.ts';
import { shapesField } from '../../../../src/images/masks/drawing/shapes.ts';

/** The message of a tool for these shapes. */
function messageFor(...shapes: readonly unknown[]): string {
  try {
    checkArguments({ name: 'make_mask', input: z.object({ shapes: shapesField }) }, { shapes });
    return 'fine';
  } catch (error) {
    return error instanceof Error ? error.message : 'no error';
  }
}

const BOX = { x: 10, y: 10, width: 50, height: 30 };

test.each([
  { shape: 'rectangle', ...BOX },
  { shape: 'ellipse', ...BOX },
  { shape: 'ellipse', x: -50, y: -50, width: 200, height: 200 },
  {
    shape: 'polygon',
    points: [
      [0, 0],
      [100, 0],
      [50, 100],
    ],
  },
  { shape: 'stroke', points: [[50, 50]], thickness: 5 },
  { shape: 'border', thickness: 10 },
  { shape: 'border', thickness: 10, ...BOX },
  { shape: 'rectangle', x: 1000, y: 900, width: 4000, height: 2000, unit: 'pixels' },
])('a $shape is accepted: %o', (shape) => {
  expect(messageFor(shape)).toBe('fine');
});

describe('a refusal', () => {
  test.each([
    [
      { shape: 'rectangle', x: 1, y: 1 },
      '"shapes[0]" needs width, height with shape rectangle, such as {"shape": "rectangle"',
    ],
    [{ shape: 'polygon' }, 'needs points with shape polygon'],
    [{ shape: 'stroke', points: [[1, 1]] }, 'needs thickness with shape stroke'],
    [{ shape: 'border' }, '{"shape": "border", "thickness": 10}'],
    [{ shape: 'border', thickness: 3, x: 1 }, 'needs all of x, y, width and height, or none of them'],
    [
      { shape: 'rectangle', ...BOX, thickness: 3 },
      '"shapes[0].thickness" has no effect with shape rectangle; leave it out',
    ],
    [{ shape: 'ellipse', ...BOX, points: [[1, 1]] }, '"shapes[0].points" has no effect with shape ellipse'],
    [{ shape: 'rectangle', ...BOX, width: 0 }, '"shapes[0].width" must be more than 0, not 0'],
    [{ shape: 'stroke', points: [[1, 1]], thickness: -2, unit: 'pixels' }, 'must be more than 0, not -2'],
    [{ shape: 'rectangle', ...BOX, x: 640 }, '"shapes[0].x" is 640 percent, far outside the picture'],
    [
      {
        shape: 'polygon',
        points: [
          [0, 0],
          [1, 1],
          [2, 1200],
        ],
      },
      '"shapes[0].points[2]" is 1200 percent',
    ],
    [
      {
        shape: 'polygon',
        points: [
          [0, 0],
          [1, 1],
        ],
      },
      'needs at least 3 corners, not 2; a line is a stroke',
    ],
    [{ shape: 'stroke', points: [], thickness: 1 }, 'needs at least one [x, y]'],
    [{ shape: 'polygon', points: [[0, 0], [1, 1], [2]] }, '"shapes[0].points[2]" must have at least 2 entries, not 1'],
    [{ shape: 'star', ...BOX }, 'must be one of rectangle, ellipse, polygon, stroke, border'],
    [{ shape: 'rectangle', ...BOX, radius: 3 }, '"shapes[0]" has no field "radius"'],
    [{ shape: 'rectangle', ...BOX, x: Number.NaN }, '"shapes[0].x" must be a number'],
    [{ shape: 'rectangle', ...BOX, x: Number.POSITIVE_INFINITY }, '"shapes[0].x" must be a number'],
    [{ shape: 'rectangle', ...BOX, x: 1e9, unit: 'pixels' }, '"shapes[0].x" must be at most 100000'],
    [{ shape: 'rectangle', ...BOX, x: '10%' }, '"shapes[0].x" must be a number, not "10%"'],
  ])('of %o says what would be right', (shape, sentence) => {
    expect(messageFor(shape)).toContain(sentence);
  });

  test('of too many shapes or points names the limit', () => {
    const line = (count: number) => Array.from({ length: count }, (_, i) => [i % 100, 50]);
    const stroke = (count: number) => ({ shape: 'stroke', points: line(count), thickness: 1 });
    expect(messageFor(stroke(10_000))).toContain('must have at most 1000 entries, not 10000');
    const full = Array.from({ length: 20 }, () => stroke(1000));
    expect(messageFor(...full)).toBe('fine');
    expect(messageFor(...full, stroke(1))).toContain('at most 20000 points in all its shapes together');
    expect(messageFor(...Array.from({ length: 1001 }, () => stroke(1)))).toContain('at most 1000 entries, not 1001');
    expect(messageFor()).toContain('"shapes" must not be empty');
  });

  test('names several faults at once', () => {
    const sentences = messageFor({ shape: 'rectangle', ...BOX, width: 0, x: 700 }, { shape: 'border' });
    expect(sentences).toMatch(/shapes\[0\]\.width.*shapes\[0\]\.x.*shapes\[1\]/s);
  });
});

test('the JSON Schema of shapes is flat, bounded and small', () => {
  const schema = z.toJSONSchema(shapesField);
  const text = JSON.stringify(schema);
  expect(text).not.toMatch(/anyOf|oneOf|prefixItems|\$ref/);
  expect(schema).toMatchObject({ maxItems: 1000, items: { additionalProperties: false, required: ['shape'] } });
  expect(text.length).toBeLessThan(2000);
});
