import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Expansion,
  fitInto,
  LONGEST_SIDE,
  planExpansion,
  smallestOfRatio,
} from '../../../src/tools/edit/expansion.ts';
import { Problem } from '../../../src/shared/errors.ts';

const none = { insets: {} };
const pair = (text: string) => {
  const [width = 0, height = 0] = text.split(/[x:]/).map(Number);
  return { width, height };
};
const plan = (picture: string, input: object) => planExpansion(pair(picture), { ...none, ...input });

describe('the smallest size of a ratio', () => {
  test.each([
    ['600x400', '16:9', '720x405'],
    ['1920x1080', '16:9', '1920x1080'],
    ['1920x1080', '1:1', '1920x1920'],
    ['1920x1080', '9:16', '1926x3424'],
    ['1000x1000', '1920:1080', '1792x1008'],
    ['600x400', '191:100', '764x400'],
    ['4000x3000', '16:9', '3984x2241'],
    ['4000x3000', '3:4', '2997x3996'],
    ['3999x10', '1:1', '3999x3999'],
  ])('that holds %s at %s is %s', (picture, ratio, size) => {
    expect(smallestOfRatio(pair(picture), pair(ratio))).toEqual(pair(size));
  });

  const side = fc.integer({ min: 1, max: 6000 });
  const term = fc.integer({ min: 1, max: 40 });
  test('holds the picture, has the ratio, is within 3999, and no smaller one does', () => {
    fc.assert(
      fc.property(side, side, term, term, (width, height, a, b) => {
        const size = smallestOfRatio({ width, height }, { width: a, height: b });
        expect(Math.max(size.width, size.height)).toBeLessThanOrEqual(LONGEST_SIDE);
        expect(size.width * b).toBe(size.height * a);
        const holds = size.width >= width && size.height >= height;
        const [stepX, stepY] = [
          size.width / Math.round(size.width / a) || a,
          size.height / Math.round(size.height / b) || b,
        ];
        const smallerHolds = size.width - stepX >= width && size.height - stepY >= height;
        expect(smallerHolds).toBe(false);
        if (!holds) expect(Math.max(size.width + a, size.height + b)).toBeGreaterThan(LONGEST_SIDE - Math.max(a, b));
      }),
    );
  });
});

describe('the size and position of a picture', () => {
  test.each<[string, object, string, string, object | undefined]>([
    ['600x400', { size: pair('1200x800') }, '1200x800', '600x400', undefined],
    ['600x400', { ratio: pair('16:9') }, '720x405', '600x400', undefined],
    ['4000x3000', { ratio: pair('16:9') }, '3984x2241', '2988x2241', undefined],
    ['4000x3000', { size: pair('2048x1152') }, '2048x1152', '1536x1152', undefined],
    [
      '600x400',
      { size: pair('1200x800'), align_horizontal: 'left' },
      '1200x800',
      '600x400',
      { alignment: { horizontal: 'left' } },
    ],
    [
      '600x400',
      { insets: { left: 100, bottom: 50 } },
      '700x450',
      '600x400',
      { inset: { left: 100, top: 0, right: 0, bottom: 50 } },
    ],
    [
      '600x400',
      { size: pair('1200x800'), insets: { left: 100 } },
      '1200x800',
      '600x400',
      { inset: { left: 100, top: 200, right: 500, bottom: 200 } },
    ],
    [
      '600x400',
      { size: pair('1200x800'), insets: { right: 0, top: 0 } },
      '1200x800',
      '600x400',
      { inset: { left: 600, top: 0, right: 0, bottom: 400 } },
    ],
    [
      '600x400',
      { size: pair('1200x800'), insets: { left: 0, right: 300, bottom: 0 } },
      '1200x800',
      '900x600',
      { inset: { left: 0, top: 200, right: 300, bottom: 0 } },
    ],
    [
      '2000x1000',
      { size: pair('1200x1000'), insets: { bottom: 300 } },
      '1200x1000',
      '1200x600',
      { inset: { left: 0, top: 100, right: 0, bottom: 300 } },
    ],
    [
      '600x400',
      { size: pair('1200x800'), insets: { left: 200, right: 400, top: 100, bottom: 300 } },
      '1200x800',
      '600x400',
      { inset: { left: 200, top: 100, right: 400, bottom: 300 } },
    ],
  ])('for %s and %j follow its rules', (picture, input, size, placed, placement) => {
    expect(plan(picture, input)).toEqual({ size: pair(size), picture: pair(placed), placement } satisfies Expansion);
  });

  test('always fit the result, keep its shape, and never enlarge it without insets on both sides', () => {
    const side = fc.integer({ min: 2, max: LONGEST_SIDE });
    const inset = fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined, freq: 1 });
    const insets = fc.record({ left: inset, top: inset, right: inset, bottom: inset });
    let planned = 0;
    fc.assert(
      fc.property(side, side, side, side, insets, (w, h, width, height, given) => {
        let found: Expansion;
        try {
          found = planExpansion({ width: w, height: h }, { size: { width, height }, insets: given });
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
          return;
        }
        planned += 1;
        const { picture, placement } = found;
        const { left = 0, top = 0, right = 0, bottom = 0 } = placement?.inset ?? {};
        if (placement?.inset !== undefined) {
          expect([left + picture.width + right, top + picture.height + bottom]).toEqual([width, height]);
          expect(Math.min(left, top, right, bottom)).toBeGreaterThanOrEqual(0);
          for (const edge of ['left', 'top', 'right', 'bottom'] as const) {
            if (given[edge] !== undefined) expect(placement.inset[edge]).toBe(given[edge]);
          }
        }
        expect(picture.width <= width && picture.height <= height).toBe(true);
        const stretch = Math.abs((picture.width / w) * h - picture.height);
        expect(stretch).toBeLessThanOrEqual(Math.max(1.5 + h / w, picture.height * 0.011));
      }),
      { numRuns: 2_000 },
    );
    expect(planned).toBeGreaterThan(200);
  });

  test('that differ from the result by one pixel are no expansion', () => {
    expect(fitInto(pair('4000x2251'), pair('2048x1152'))).toEqual(pair('2047x1152'));
    expect(() => plan('4000x2251', { size: pair('2048x1152') })).toThrow('nothing to expand');
  });
});

describe('an impossible expansion', () => {
  test.each([
    ['600x400', { size: pair('600x400') }, 'nothing to expand', '3:2'],
    ['600x400', { ratio: pair('3:2') }, 'nothing to expand', 'aspect_ratio'],
    ['600x400', { size: pair('300x200') }, 'nothing to expand', 'larger size'],
    ['600x400', { insets: { left: 3500 } }, '4100x400', 'smaller insets'],
    ['600x400', { size: pair('1200x800'), insets: { left: 700, right: 500 } }, '1200 pixels', 'smaller insets'],
    ['600x400', { size: pair('1200x800'), insets: { left: 0, right: 0, top: 0, bottom: 400 } }, '1200x400', '1200x800'],
    ['600x400', { size: pair('1200x500'), insets: { left: 0, right: 0 } }, '800 pixels', 'scaled to fit'],
    ['600x400', { ratio: pair('5000:1') }, '5000:1', '16:9'],
  ])('of %s by %j is refused with a possible one', (picture, input, message, next) => {
    const thrown = (() => {
      try {
        return plan(picture, input);
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toMatchObject({ code: 'invalid_argument', actor: 'caller' });
    expect((thrown as Problem).message).toContain(message);
    expect((thrown as Problem).next).toContain(next);
  });
});
