import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lowestTerms } from '../../../src/images/composites/box.ts';
import { planExpand, type ExpandPlan, type RoomRequest } from '../../../src/images/composites/expand/plan-expand.ts';

const LONGEST = 3999;
const plan = (picture: readonly [number, number], asked: RoomRequest) =>
  planExpand({ width: picture[0], height: picture[1] }, asked, LONGEST);

describe('the plan of an expansion', () => {
  test('puts room in the picture’s own pixels, or in percent of its side', () => {
    const { size, inset, painted, placed, share } = plan([600, 400], {
      insets: { left: { percent: 50 }, top: { pixels: 31 } },
    });
    expect(size).toEqual({ width: 900, height: 431 });
    expect(inset).toEqual({ left: 300, top: 31, right: 900, bottom: 431 });
    expect(painted).toEqual(size);
    expect(placed).toEqual(inset);
    expect(share).toBeCloseTo((600 * 400) / (900 * 431), 9);
  });

  test('has exactly the ratio that is asked for, with the picture in the middle', () => {
    const { size, inset } = plan([601, 399], { aspectRatio: { width: 16, height: 9 } });
    expect(size).toEqual({ width: 720, height: 405 });
    expect(inset).toMatchObject({ left: 59, top: 3 });
  });

  test('works out three sides where a ratio and one side are given: the subject on the right', () => {
    const { size, inset } = plan([600, 800], {
      aspectRatio: { width: 16, height: 9 },
      insets: { left: { percent: 100 } },
    });
    expect(size.width * 9).toBe(size.height * 16);
    expect(inset.left).toBe(600);
    expect(inset.bottom - inset.top).toBe(800);
    const none = plan([600, 800], { aspectRatio: { width: 16, height: 9 }, insets: { right: { pixels: 0 } } });
    expect(none.inset.right).toBe(none.size.width);
  });

  test('scales what is painted where the result is larger than Firefly paints, and says so', () => {
    const { size, painted, placed, enlarged, notes } = plan([6000, 4000], {
      insets: { left: { pixels: 1000 }, right: { pixels: 1000 }, bottom: { pixels: 500 } },
    });
    expect(size).toEqual({ width: 8000, height: 4500 });
    expect(painted).toEqual({ width: 3999, height: 2249 });
    expect(enlarged).toBeCloseTo(2.0005, 4);
    expect(placed).toMatchObject({ top: 0, left: 500 });
    expect(notes).toEqual([
      'Painted: 1000 px left, 1000 px right, 500 px bottom.',
      'The picture itself is 67 % of the result.',
      'What is around it was painted at 3999x2249 and enlarged 2.0 times.',
    ]);
  });

  test('keeps sides without room at the edge, and the picture inside, at any scale', () => {
    const room = fc.option(fc.integer({ min: 0, max: 5000 }), { nil: undefined });
    const side = fc.integer({ min: 1, max: 5000 });
    fc.assert(
      fc.property(
        fc.tuple(side, side),
        fc.record({ left: room, top: room, right: room, bottom: room }),
        (picture, given) => {
          const entries = Object.entries(given).filter(([, pixels]) => pixels !== undefined);
          const insets = Object.fromEntries(entries.map(([name, pixels]) => [name, { pixels: pixels! }]));
          let planned;
          try {
            planned = plan(picture, { insets });
          } catch {
            return;
          }
          const { size, inset, painted, placed } = planned;
          expect(Math.max(painted.width, painted.height)).toBeLessThanOrEqual(LONGEST);
          expect(placed.left >= 0 && placed.right <= painted.width && placed.right > placed.left).toBe(true);
          expect(placed.top >= 0 && placed.bottom <= painted.height && placed.bottom > placed.top).toBe(true);
          if (inset.left === 0) expect(placed.left).toBe(0);
          if (inset.right === size.width) expect(placed.right).toBe(painted.width);
          if (inset.bottom === size.height) expect(placed.bottom).toBe(painted.height);
        },
      ),
    );
  });

  const side = fc.integer({ min: 1, max: 6000 });
  const term = fc.integer({ min: 1, max: 40 });
  const sides = ['left', 'top', 'right', 'bottom'] as const;
  const axes = { left: 'width', right: 'width', top: 'height', bottom: 'height' } as const;
  const roomOf = ({ size, inset }: ExpandPlan) => ({
    left: inset.left,
    top: inset.top,
    right: size.width - inset.right,
    bottom: size.height - inset.bottom,
  });
  /** The plan; undefined where the asked add nothing, or a result over the limit. */
  const planned = (picture: readonly [number, number], asked: RoomRequest): ExpandPlan | undefined => {
    try {
      return plan(picture, asked);
    } catch (error) {
      expect(String(error)).toMatch(/adds no room|64 million/);
      return undefined;
    }
  };

  test('works out three sides exactly: the smallest result of the ratio, and what is not given is shared evenly', () => {
    fc.assert(
      fc.property(
        fc.tuple(side, side),
        fc.tuple(term, term),
        fc.constantFrom(...sides),
        fc.oneof(
          fc.integer({ min: 0, max: 3000 }).map((pixels) => ({ pixels })),
          fc.integer({ min: 0, max: 200 }).map((percent) => ({ percent })),
        ),
        (picture, [width, height], given, inset) => {
          const result = planned(picture, { aspectRatio: { width, height }, insets: { [given]: inset } });
          if (result === undefined) return;
          const { size } = result;
          const room = roomOf(result);
          const own = { width: picture[0], height: picture[1] };
          const pixels = 'pixels' in inset ? inset.pixels : Math.round((inset.percent / 100) * own[axes[given]]);
          expect(room[given]).toBe(pixels);
          expect(size.width * height).toBe(size.height * width);
          for (const each of sides) expect(room[each]).toBeGreaterThanOrEqual(0);
          const [before, after] = axes[given] === 'width' ? (['top', 'bottom'] as const) : (['left', 'right'] as const);
          expect(room[after] - room[before]).toBeGreaterThanOrEqual(0);
          expect(room[after] - room[before]).toBeLessThanOrEqual(1);
          // A result that is one step of the ratio smaller does not hold picture and room.
          const terms = lowestTerms({ width, height });
          const least = { ...own, [axes[given]]: own[axes[given]] + pixels };
          const holds = size.width - terms.width >= least.width && size.height - terms.height >= least.height;
          expect(holds).toBe(false);
        },
      ),
    );
  });

  test('is the plan of as many pixels where room is in percent', () => {
    const percent = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(
        fc.tuple(side, side),
        fc.record({ left: percent, top: percent, right: percent, bottom: percent }),
        ([width, height], shares) => {
          const roomOf = (of: (name: (typeof sides)[number]) => { pixels: number } | { percent: number }) => ({
            insets: Object.fromEntries(sides.map((name) => [name, of(name)])),
          });
          const own = { width, height };
          const pixels = roomOf((name) => ({ pixels: Math.round((shares[name] / 100) * own[axes[name]]) }));
          const given = planned(
            [width, height],
            roomOf((name) => ({ percent: shares[name] })),
          );
          expect(given).toEqual(planned([width, height], pixels));
        },
      ),
    );
  });

  test('paints the longer side as long as Firefly can, in the shape of the result, with the picture where it belongs', () => {
    const room = fc.integer({ min: 0, max: 4000 });
    fc.assert(
      fc.property(
        fc.tuple(side, side),
        fc.record({ left: room, top: room, right: room, bottom: room }),
        (picture, given) => {
          const insets = Object.fromEntries(sides.map((name) => [name, { pixels: given[name] }]));
          const result = planned(picture, { insets });
          if (result === undefined) return;
          const { size, inset, painted, placed, enlarged, share, notes } = result;
          const longer = Math.max(size.width, size.height);
          expect(Math.max(painted.width, painted.height)).toBe(Math.min(longer, LONGEST));
          expect(enlarged).toBeCloseTo(Math.max(1, longer / LONGEST), 9);
          expect(share).toBeCloseTo((picture[0] * picture[1]) / (size.width * size.height), 9);
          expect(notes[1]).toBe(`The picture itself is ${Math.round(share * 100)} % of the result.`);
          expect(notes).toHaveLength(longer > LONGEST ? 3 : 2);
          // Rounding moves a border by at most half a pixel of what is painted; by one where the picture is narrower.
          for (const [from, to, all, few] of [
            [inset.left, placed.left, size.width, painted.width],
            [inset.right, placed.right, size.width, painted.width],
            [inset.top, placed.top, size.height, painted.height],
            [inset.bottom, placed.bottom, size.height, painted.height],
          ] as const) {
            const isNarrow = placed.right - placed.left === 1 || placed.bottom - placed.top === 1;
            expect(Math.abs((from * few) / all - to)).toBeLessThanOrEqual(isNarrow ? 1 : 0.5);
          }
        },
      ),
      { examples: [[[3694, 1], { left: 2995, top: 2037, right: 2486, bottom: 1205 }]] },
    );
  });

  test.each([
    ['no room', { insets: { left: { pixels: 0 } } }, 'adds no room'],
    ['a smaller size', { size: { width: 500, height: 900 } }, 'does not hold the picture'],
    [
      'a size and a ratio',
      { size: { width: 900, height: 900 }, aspectRatio: { width: 1, height: 1 } },
      'Both size and aspect_ratio',
    ],
    [
      'both sides and a ratio that does not fit',
      { aspectRatio: { width: 16, height: 9 }, insets: { left: { pixels: 1 }, right: { pixels: 2 } } },
      'cannot be exactly 16:9',
    ],
    ['half a pixel', { insets: { left: { pixels: 0.5 } } }, 'whole pixels'],
    ['too large a result', { size: { width: 20_000, height: 20_000 } }, '64 million'],
  ] as const)('refuses %s', (_, asked, message) => {
    expect(() => plan([600, 400], asked)).toThrow(message);
  });
});

test('around a picture that is too small to be sent is painted larger, as far as Firefly paints', () => {
  const asked = { insets: { left: { pixels: 100 } } };
  expect(planExpand({ width: 300, height: 200 }, asked, LONGEST, 600)).toMatchObject({
    size: { width: 400, height: 200 },
    painted: { width: 800, height: 400 },
    placed: { left: 200, top: 0, right: 800, bottom: 400 },
    enlarged: 0.5,
  });
  const far = { insets: { left: { pixels: 3000 } } };
  expect(planExpand({ width: 300, height: 200 }, far, LONGEST, 600).painted).toEqual({ width: 3999, height: 242 });
});
