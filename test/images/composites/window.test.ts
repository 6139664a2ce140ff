import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sizeOf, type Box } from '../../../src/images/composites/box.ts';
import { groupParts } from '../../../src/images/composites/window/group-parts.ts';
import { findOpenParts } from '../../../src/images/composites/window/open-parts.ts';
import { planFill, proposeParts } from '../../../src/images/composites/window/plan-fill.ts';
import { planWindow } from '../../../src/images/composites/window/plan-window.ts';
import { placementOf } from '../../../src/images/composites/window/window.ts';
import { eventLoopTurns } from '../../../src/images/masks/pace.ts';
import { ellipses } from './scenes.ts';
import { SIZES } from './sizes.ts';

const turns = eventLoopTurns();

function box(left: number, top: number, width: number, height: number): Box {
  return { left, top, right: left + width, bottom: top + height };
}

/** `3000x2000, 600x500 at 1200,700` with the size that is sent and the window. */
const EXAMPLES = [
  ['3000x2000', '600x500 at 1200,700', '1152x896', '1152x896 at 924,502', 1, 0],
  ['3000x2000', '200x200 at 1000,900', '1024x1024', '1024x1024 at 588,488', 1, 0],
  ['3000x2000', '40x40 at 1000,900', '1024x1024', '512x512 at 764,664', 0.5, 0],
  ['3000x2000', '40x40 at 0,0', '1024x1024', '512x512 at 0,0', 0.5, 0],
  ['3000x2000', '1500x1200 at 700,400', '2304x1792', '2304x1792 at 298,104', 1, 0],
  ['3000x2000', '2400x300 at 300,1600', '2688x1536', '2996x1712 at 2,288', 1.115, 0],
  ['3000x2000', '3000x2000 at 0,0', '2688x1536', '3500x2000 at -250,0', 1.302, 14.3],
  ['6000x4000', '800x800 at 2600,1500', '2048x2048', '2048x2048 at 1976,876', 1, 0],
  ['6000x4000', '2500x2500 at 100,1500', '2048x2048', '3061x3061 at 0,939', 1.495, 0],
  ['4000x6000', '1100x1400 at 1500,900', '1792x2304', '1792x2304 at 1154,448', 1, 0],
  ['1920x1080', '500x500 at 1420,300', '1024x1024', '1024x1024 at 896,38', 1, 0],
  ['600x400', '300x400 at 0,0', '1152x896', '522x406 at 0,-3', 0.453, 1.5],
  ['512x512', '512x512 at 0,0', '1024x1024', '512x512 at 0,0', 0.5, 0],
  ['6000x800', '700x800 at 0,0', '1152x896', '1035x805 at 0,-2', 0.898, 0.6],
] as const;

const numbers = (text: string) => text.match(/-?\d+/g)!.map(Number) as [number, number, number, number];

describe('the window of a fill', () => {
  test.each(EXAMPLES)(
    'of a %s picture, open %s, is sent as %s: %s',
    (picture, open, sent, expected, scale, padding) => {
      const [width, height] = numbers(picture);
      const [openWidth, openHeight, left, top] = numbers(open);
      const window = planWindow({ width, height }, box(left, top, openWidth, openHeight), SIZES);
      expect(`${window.size.width}x${window.size.height}`).toBe(sent);
      expect(`${window.width}x${window.height} at ${window.x},${window.y}`).toBe(expected);
      expect(window.scale).toBeCloseTo(scale, 3);
      expect(window.padding * 100).toBeCloseTo(padding, 1);
    },
  );

  const cases = fc
    .record({ width: fc.integer({ min: 16, max: 8000 }), height: fc.integer({ min: 16, max: 8000 }) })
    .chain((picture) =>
      fc.tuple(
        fc.constant(picture),
        fc.tuple(
          fc.nat(picture.width - 1),
          fc.nat(picture.width - 1),
          fc.nat(picture.height - 1),
          fc.nat(picture.height - 1),
        ),
      ),
    )
    .map(([picture, [a, b, c, d]]) => ({
      picture,
      open: box(Math.min(a, b), Math.min(c, d), Math.abs(a - b) + 1, Math.abs(c - d) + 1),
    }));

  test('has exactly the ratio of its size, holds what is open, and reaches beyond the picture only as padding', () => {
    fc.assert(
      fc.property(cases, ({ picture, open }) => {
        const window = planWindow(picture, open, SIZES);
        expect(window.width * window.size.height).toBe(window.height * window.size.width);
        const { part, placed } = placementOf(window, picture);
        expect(
          part.left <= open.left && part.top <= open.top && part.right >= open.right && part.bottom >= open.bottom,
        ).toBe(true);
        const inside = sizeOf(part);
        if (window.padding === 0) expect(inside).toEqual({ width: window.width, height: window.height });
        expect(window.padding).toBeCloseTo(1 - (inside.width * inside.height) / (window.width * window.height), 9);
        // Rounded to whole pixels of what is sent, under half a pixel on each axis.
        const sent = sizeOf(placed);
        expect(Math.abs(sent.width - inside.width / window.scale)).toBeLessThanOrEqual(0.5001);
        expect(Math.abs(sent.height - inside.height / window.scale)).toBeLessThanOrEqual(0.5001);
        expect(
          placed.left >= 0 &&
            placed.top >= 0 &&
            placed.right <= window.size.width &&
            placed.bottom <= window.size.height,
        ).toBe(true);
        expect(planWindow(picture, open, SIZES)).toEqual(window);
      }),
      { numRuns: 200 },
    );
  });

  test('never loses resolution where what is open, with half of its context, fits into a size within the picture', () => {
    fc.assert(
      fc.property(cases, ({ picture, open }) => {
        const { width, height } = sizeOf(open);
        const margin = { x: Math.max(128, width / 4), y: Math.max(128, height / 4) };
        const needed = {
          width: Math.min(picture.width, width + 2 * margin.x),
          height: Math.min(picture.height, height + 2 * margin.y),
        };
        const fits = SIZES.some(
          (size) =>
            needed.width <= size.width &&
            needed.height <= size.height &&
            size.width <= picture.width &&
            size.height <= picture.height,
        );
        if (fits) expect(planWindow(picture, open, SIZES).scale).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });

  test('has its padding on the side that the open part does not touch', () => {
    const picture = { width: 2000, height: 300 };
    const left = planWindow(picture, box(500, 0, 700, 100), SIZES);
    expect(left.y).toBe(0);
    expect(planWindow(picture, box(500, 200, 700, 100), SIZES).y).toBe(300 - left.height);
    const both = planWindow(picture, box(500, 0, 700, 300), SIZES);
    expect(both.y).toBe(-Math.floor((both.height - 300) / 2));
  });
});

describe('what a mask opens', () => {
  const picture = { width: 400, height: 300 };
  const find = (data: Uint8Array, size = picture) => findOpenParts({ ...size, data }, turns);

  test('is found as parts with exact boxes, soft pixels included and nearly closed ones not', async () => {
    const data = ellipses(picture, [
      { x: 10, y: 20, width: 60, height: 40 },
      { x: 300, y: 200, width: 50, height: 90 },
    ]);
    data[150 * 400 + 200] = 7;
    data[10 * 400 + 390] = 8;
    const { boxes, share } = await find(data);
    expect(boxes).toEqual([box(10, 20, 60, 40), box(390, 10, 1, 1), box(300, 200, 50, 90)]);
    expect(share).toBeCloseTo((Math.PI / 4) * ((60 * 40 + 50 * 90) / (400 * 300)), 2);
  });

  test('is at most sixteen parts, however many there are', async () => {
    const size = { width: 2000, height: 1500 };
    const data = new Uint8Array(size.width * size.height);
    for (let y = 10; y < 1500; y += 96) for (let x = 10; x < 2000; x += 96) data[y * 2000 + x] = 255;
    const { boxes } = await find(data, size);
    expect(boxes.length).toBeLessThanOrEqual(16);
    expect(boxes[0]).toMatchObject({ left: 10, top: 10 });
  });
});

describe('the plan of a fill', () => {
  const large = { width: 6000, height: 4000 };
  const corners = [box(200, 200, 300, 300), box(5400, 3500, 300, 300)];

  test('keeps parts together whose joint window costs no resolution', () => {
    const eyes = [box(1000, 700, 120, 60), box(1300, 700, 120, 60)];
    const { groups } = groupParts({ width: 3000, height: 2000 }, eyes, SIZES);
    expect(groups).toHaveLength(1);
    expect(groups[0]!.window.scale).toBeLessThanOrEqual(1);
  });

  test('refuses parts that are too far apart, naming the groups, unless one request is asked for', () => {
    const near = [...corners, box(700, 250, 200, 200)];
    expect(() => planFill(large, { boxes: near, share: 0.01 }, { sizes: SIZES })).toThrow(
      'What is open is too far apart for one request at full resolution: 300x300 at 5400,3500 (full resolution); 700x300 at 200,200 (full resolution). Together: 38 % of the resolution.',
    );
    const plan = planFill(large, { boxes: near, share: 0.01 }, { sizes: SIZES, choices: { oneRequest: true } });
    expect(plan.whole).toBe(false);
    expect(plan.window.scale).toBeCloseTo(2.599, 3);
  });

  test('is the whole picture from 95 % on, whatever the boxes are', () => {
    const plan = (share: number) =>
      planFill({ width: 3000, height: 2000 }, { boxes: [box(0, 0, 3000, 2000)], share }, { sizes: SIZES });
    expect(plan(0.95).whole).toBe(true);
    expect(plan(0.9499).whole).toBe(false);
  });

  test('refuses a panorama that would be mostly padding, and proposes parts that fit', () => {
    const panorama = { width: 6000, height: 800 };
    const refused = () => planFill(panorama, { boxes: [box(0, 0, 6000, 800)], share: 1 }, { sizes: SIZES });
    expect(refused).toThrow('77 % of what is sent would be padding');
    const parts = proposeParts(panorama, SIZES);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.at(-1)).toMatchObject({ right: 6000, bottom: 800 });
    for (const part of parts) {
      const plan = planFill(panorama, { boxes: [part], share: 0.3 }, { sizes: SIZES });
      expect(plan.window.padding).toBeLessThanOrEqual(0.35);
    }
  });

  test('refuses an empty mask and a picture over the limit before anything is allocated', () => {
    expect(() => planFill(large, { boxes: [], share: 0 }, { sizes: SIZES })).toThrow('opens no part');
    const huge = { width: 9000, height: 8000 };
    expect(() => planFill(huge, { boxes: corners, share: 0.1 }, { sizes: SIZES })).toThrow('9000x8000');
  });
});
