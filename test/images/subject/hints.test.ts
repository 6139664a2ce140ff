import { describe, expect, test } from 'vitest';
import { CLOSED, OPEN, UNDECIDED } from '../../../src/images/subject/cut/hint.ts';
import { sizeOf } from '../../../src/images/subject/cut/measures.ts';
import { hintOf, otherHint, roughOf, type Given } from '../../../src/images/subject/hints/given.ts';
import { withNet } from '../../../src/images/subject/hints/net-hint.ts';
import { areaOf, placeIn } from '../../../src/images/subject/hints/raster.ts';
import { regionAround, workingSize } from '../../../src/images/subject/hints/working-copy.ts';
import { peopleHint } from '../../../src/images/subject/person/people-hint.ts';
import type { Plane, RoughShape } from '../../../src/images/subject/types.ts';

const SIZE = { width: 100, height: 80 };
const at = (x: number, y: number) => y * SIZE.width + x;
const SQUARE: RoughShape = {
  kind: 'polygon',
  points: [
    [30, 20],
    [70, 20],
    [70, 60],
    [30, 60],
  ],
};
const BOX: Given = { kind: 'box', shape: { kind: 'box', left: 20, top: 10, right: 80, bottom: 70 } };
const outline: Given = { kind: 'outline', rough: areaOf(SQUARE, SIZE), least: 6 };

describe('a shape in pixels', () => {
  test.each([
    ['box', { kind: 'box', left: 10, top: 20, right: 30.4, bottom: 40 }, 20 * 20],
    ['ellipse', { kind: 'ellipse', left: 10, top: 20, right: 50, bottom: 60 }, Math.PI * 400],
    [
      'polygon',
      {
        kind: 'polygon',
        points: [
          [10, 10],
          [50, 10],
          [10, 50],
        ],
      },
      800,
    ],
    [
      'stroke',
      {
        kind: 'stroke',
        points: [
          [20, 40],
          [80, 40],
        ],
        thickness: 10,
      },
      600 + Math.PI * 25,
    ],
  ] as const)('has the pixels whose middle is inside: %s', (_, shape, pixels) => {
    expect(Math.abs(sizeOf(areaOf(shape, SIZE)) / pixels - 1)).toBeLessThan(0.04);
  });

  test('is where it was in a working copy', () => {
    const region = { left: 200, top: 100, width: 400, height: 200 };
    const placed = placeIn(
      region,
      { width: 200, height: 100 },
      {
        kind: 'polygon',
        points: [
          [200, 100],
          [600, 300],
        ],
      },
    );
    expect(placed).toEqual({
      kind: 'polygon',
      points: [
        [0, 0],
        [200, 100],
      ],
    });
    const stroke = placeIn(
      region,
      { width: 200, height: 100 },
      { kind: 'stroke', points: [[300, 150]], thickness: 40 },
    );
    expect(stroke).toEqual({ kind: 'stroke', points: [[50, 25]], thickness: 20 });
  });
});

describe('a working copy', () => {
  const picture = { width: 4000, height: 3000 };

  test('shows the hint and a fifth of its size around it, within the picture', () => {
    const around = { left: 1000, top: 100, right: 2000, bottom: 1100 };
    expect(regionAround(around, [], picture)).toEqual({ left: 800, top: 0, width: 1400, height: 1300 });
    expect(regionAround(around, [[2500, 500]], picture)).toMatchObject({ left: 800, width: 2100 });
    expect(regionAround({ left: 5000, top: 0, right: 6000, bottom: 100 }, [], picture)).toBeUndefined();
  });

  test('has 384 pixels on its longer side, or those of the picture where they are fewer', () => {
    expect(workingSize({ width: 1400, height: 700 }, 384)).toEqual({ width: 384, height: 192 });
    expect(workingSize({ width: 90, height: 30 }, 384)).toEqual({ width: 90, height: 30 });
    expect(workingSize({ width: 4000, height: 10 }, 384)).toEqual({ width: 384, height: 8 });
  });
});

describe('a hint', () => {
  test('by a box leaves all inside undecided and closes all outside', () => {
    const { certain, guess, lean } = hintOf(BOX, SIZE);
    expect([certain[at(50, 40)], certain[at(21, 11)], certain[at(19, 40)]]).toEqual([UNDECIDED, UNDECIDED, CLOSED]);
    expect([guess[at(50, 40)], guess[at(21, 11)]]).toEqual([1, 0]);
    expect(lean[at(50, 40)]).toBeGreaterThan(0);
    expect(lean[at(21, 11)]).toBeLessThan(0);
  });

  test('by an outline is certain far from it and leans to its side near it', () => {
    const { certain, lean } = hintOf(outline, SIZE);
    expect([certain[at(50, 40)], certain[at(31, 40)], certain[at(27, 40)], certain[at(5, 40)]]).toEqual([
      OPEN,
      UNDECIDED,
      UNDECIDED,
      CLOSED,
    ]);
    expect(lean[at(32, 40)]).toBeGreaterThan(0);
    expect(lean[at(27, 40)]).toBeLessThan(0);
  });

  test('by a net is certain where the net is and away from its outline, and leans to the side that the net says', () => {
    const data = Float32Array.from({ length: SIZE.width * SIZE.height }, (_, i) => (i % SIZE.width < 50 ? 0.95 : 0.03));
    data[at(10, 40)] = 0.6;
    const { certain, guess, lean } = peopleHint({ ...SIZE, data });
    const [inside, unsure, near, beyond, outside] = [at(20, 40), at(10, 40), at(48, 40), at(51, 40), at(80, 40)];
    expect([inside, unsure, near, beyond, outside].map((pixel) => certain[pixel])).toEqual([
      OPEN,
      UNDECIDED,
      UNDECIDED,
      UNDECIDED,
      CLOSED,
    ]);
    expect([guess[near], guess[beyond]]).toEqual([1, 0]);
    expect(lean[near]).toBeGreaterThan(0);
    expect(lean[beyond]).toBeLessThan(0);
  });

  test('by a thin stroke has something certain too', () => {
    const rough = areaOf(
      {
        kind: 'stroke',
        points: [
          [20, 40],
          [80, 40],
        ],
        thickness: 4,
      },
      SIZE,
    );
    expect(hintOf({ kind: 'outline', rough, least: 6 }, SIZE).certain).toContain(OPEN);
  });

  test.each([
    ['box', BOX, 60 * 0.08],
    ['outline', outline, 40 * 0.04],
  ] as const)('by a %s is drawn smaller and larger for a trial', (_, given, change) => {
    const sideOf = (drawn: Given) => Math.sqrt(sizeOf(roughOf(drawn, SIZE)));
    for (const sign of [-1, 1] as const) {
      const changed = sideOf(otherHint(given, SIZE, SIZE, sign)) - sideOf(given);
      expect(Math.abs(changed - sign * change)).toBeLessThan(1);
    }
    const half = { width: 50, height: 40 };
    expect(
      Math.abs(Math.sqrt(sizeOf(roughOf(otherHint(given, SIZE, half, 1), half))) - sideOf(given) / 2),
    ).toBeLessThan(4);
  });
});

describe('the net', () => {
  const says = (left: number, right: number, value = 1): Plane => ({
    ...SIZE,
    data: Float32Array.from({ length: 8000 }, (_, pixel) => {
      const [x, y] = [pixel % 100, Math.floor(pixel / 100)];
      return x >= left && x < right && y > 18 && y < 62 ? value : 0;
    }),
  });
  const box = (plane: Plane) => withNet(hintOf(BOX, SIZE), 'box', roughOf(BOX, SIZE), plane);
  const drawn = (plane: Plane) => withNet(hintOf(outline, SIZE), 'outline', roughOf(outline, SIZE), plane);

  test('is heard where it has found about what the hint marks', () => {
    const hint = drawn(says(28, 72));
    expect(hint?.lean[at(50, 40)]).toBeGreaterThan(4);
    expect(hint?.lean[at(5, 40)]).toBeLessThan(-4);
    expect(box(says(22, 78))?.certain[at(50, 40)]).toBe(OPEN);
    expect(box(says(22, 78))?.certain[at(21, 12)]).toBe(CLOSED);
  });

  test.each([
    ['something else', says(60, 98)],
    ['a part of it alone', says(30, 50)],
    ['nothing', says(0, 0)],
    ['nothing that it is sure of', says(28, 72, 0.6)],
  ])('is not heard where it has found %s', (_, plane) => {
    expect(drawn(plane)).toBeUndefined();
    expect(box(plane)).toBeUndefined();
  });

  test('opens nothing outside of a box', () => {
    expect(box(says(18, 80))?.certain[at(19, 40)]).toBe(CLOSED);
  });
});
