import { describe, expect, test } from 'vitest';
import { HARSH_DRIFT, NO_DRIFT, USUAL_DRIFT } from '../../../src/emulator/drawing/edits/drift.ts';
import { repaint } from '../../../src/emulator/drawing/edits/repaint.ts';
import { matchAnswer } from '../../../src/images/composites/seam/match.ts';
import { feather } from '../../../src/images/masks/refining/feather.ts';
import { eventLoopTurns } from '../../../src/images/masks/pace.ts';
import { drawn, ellipses } from './scenes.ts';
import {
  BLED,
  blended,
  featheredInwards,
  fill,
  HOLE,
  membrane,
  part,
  PHOTOGRAPH,
  SIZE,
  SMOOTH,
  within,
} from './seams.ts';
import { answerTo } from './stand-in.ts';

const turns = eventLoopTurns();

describe('the seam of a fill', () => {
  test.each(['flat', 'graded'] as const)(
    'is not seen on %s ground, as it would be were the answer pasted',
    { tags: 'long' },
    async (ground) => {
      for (let seed = 1; seed <= 2; seed++) {
        const { figures, pasted, match } = await fill(drawn(ground, SIZE.width, SIZE.height, seed), seed);
        expect(within(figures, SMOOTH), JSON.stringify({ seed, figures })).toBe(true);
        expect(within(pasted, SMOOTH)).toBe(false);
        expect(pasted.jump).toBeGreaterThan(2);
        expect(match.transition).toBe(0);
      }
    },
  );

  test.each(['portrait', 'product'] as const)('is not seen in the photograph %s', { tags: 'long' }, async (name) => {
    const source = await part(name);
    const { figures, pasted } = await fill(source, 1);
    expect(within(figures, PHOTOGRAPH), JSON.stringify(figures)).toBe(true);
    expect(within(pasted, PHOTOGRAPH)).toBe(false);
  });

  test('is not seen after more drift, blur and shift than was ever seen', { tags: 'long' }, async () => {
    const figures = [
      await fill(drawn('flat', SIZE.width, SIZE.height), 1, { drift: HARSH_DRIFT }),
      await fill(await part('portrait'), 3, { drift: HARSH_DRIFT }),
    ].map((filled) => filled.figures);
    for (const seen of figures) expect(within(seen, PHOTOGRAPH), JSON.stringify(seen)).toBe(true);
  });

  test(
    'is blended outwards as far as new content reaches over the edge, where a hard edge would be seen',
    { tags: 'long' },
    async () => {
      for (const source of [drawn('flat', SIZE.width, SIZE.height), await part('portrait')]) {
        const { figures, hard, match } = await fill(source, 2, { drift: BLED, content: { touching: true } });
        expect(match.transition).toBeGreaterThanOrEqual(6);
        expect(match.transition).toBeLessThanOrEqual(14);
        expect(figures.jump, JSON.stringify(figures)).toBeLessThanOrEqual(5);
        expect(figures.difference).toBeLessThanOrEqual(3);
        expect(hard.jump).toBeGreaterThan(9);
      }
    },
  );
});

describe('a method that is known to fail', () => {
  test('is seen: an inward feather lets what is to go shine through', { tags: 'long' }, async () => {
    const filled = await fill(await part('portrait'), 3, { content: { touching: true } });
    expect(within(await featheredInwards(filled), PHOTOGRAPH)).toBe(false);
  });

  test(
    'is seen: exact blending of gradients floods the fill with the colour that its edge touches',
    { tags: 'long' },
    async () => {
      const filled = await fill(drawn('flat', SIZE.width, SIZE.height), 2, {
        drift: BLED,
        content: { touching: true },
      });
      const { difference } = membrane(filled);
      expect(difference).toBeGreaterThan(3);
      expect(difference).toBeGreaterThan(1.5 * filled.figures.difference);
    },
  );
});

describe('what is kept', () => {
  test.each(['flat', 'textured'] as const)(
    'does not differ by one pixel on %s ground where the fill keeps to its mask',
    { tags: 'long' },
    async (ground) => {
      const { result, source, mask, match } = await fill(drawn(ground, SIZE.width, SIZE.height, 7), 7);
      expect(match.transition).toBe(0);
      const changed = result.data.filter((level, at) => mask[Math.floor(at / 3)] === 0 && level !== source.data[at]);
      expect(changed).toHaveLength(0);
    },
  );

  test('does not differ beyond the transition', async () => {
    const { result, source, mask, match } = await fill(drawn('graded', SIZE.width, SIZE.height, 3), 3, {
      drift: BLED,
      content: { touching: true },
    });
    const reach = match.transition + 1;
    const isFar = (pixel: number) => {
      const [x, y] = [pixel % SIZE.width, Math.floor(pixel / SIZE.width)];
      for (let dy = -reach; dy <= reach; dy++) {
        for (let dx = -reach; dx <= reach; dx++) {
          if (dx * dx + dy * dy <= reach * reach && mask[(y + dy) * SIZE.width + x + dx]! > 0) return false;
        }
      }
      return true;
    };
    const changed = Array.from({ length: mask.length }, (_, pixel) => pixel).filter((pixel) =>
      [0, 1, 2].some((channel) => result.data[pixel * 3 + channel] !== source.data[pixel * 3 + channel]),
    );
    expect(changed.some((pixel) => mask[pixel] === 0)).toBe(true);
    expect(changed.filter(isFar)).toEqual([]);
  });

  test('takes soft pixels of a mask in part, and no more than it says', async () => {
    const source = drawn('flat', SIZE.width, SIZE.height);
    const hard = ellipses(source, [HOLE]);
    const mask = new Uint8Array((await feather({ ...SIZE, data: hard }, 20, turns)).data);
    const { data: answer } = await answerTo(source, mask, 1, {
      drift: { ...BLED, bleed: 12 },
      paint: new Uint8Array(source.data.length).fill(20),
    });
    const match = matchAnswer({ ...source, source: source.data, answer, mask }, { blend: 'outwards' })!;
    expect(match.transition).toBe(0);
    const result = await blended(source, match, { mask, answer });
    const shares = mask.map((open, pixel) => {
      const [x, y] = [pixel % SIZE.width, Math.floor(pixel / SIZE.width)];
      if (open === 0) return result.data[pixel * 3] === source.data[pixel * 3] ? 0 : 1;
      const at = ((y - match.box.top) * (match.box.right - match.box.left) + x - match.box.left) * 3;
      const own = source.data[pixel * 3]!;
      return Math.abs(result.data[pixel * 3]! - own - ((match.colours[at]! - own) * open) / 255) <= 1 ? 0 : 1;
    });
    expect(new Set(mask).size).toBeGreaterThan(50);
    expect(shares.reduce((sum, wrong) => sum + wrong, 0)).toBe(0);
  });
});

describe('the evening of tone', () => {
  test('changes nothing where nothing drifted', async () => {
    const { figures, match } = await fill(drawn('flat', SIZE.width, SIZE.height), 4, { drift: NO_DRIFT });
    expect(figures.jump).toBeLessThanOrEqual(0.3);
    expect(match.shift).toBeUndefined();
  });

  test('does not undo an edit that puts all of the picture into another light', async () => {
    const source = await part('portrait');
    const mask = ellipses(source, [HOLE]);
    const night = { ...source, data: source.data.map((level) => level * 0.35) };
    const { data: answer } = await answerTo(night, mask, 5);
    const match = matchAnswer({ ...source, source: source.data, answer, mask }, { blend: 'outwards' })!;
    expect(match.tone).toBe('other_light');
    expect(match.transition).toBe(0);
    const { left, top, right, bottom } = match.box;
    for (let y = top; y < bottom; y++) {
      const row = answer.subarray((y * SIZE.width + left) * 3, (y * SIZE.width + right) * 3);
      const from = (y - top) * (right - left) * 3;
      expect(Buffer.compare(match.colours.subarray(from, from + row.length), row)).toBe(0);
    }
  });

  test('does nothing where nothing is kept', () => {
    const source = drawn('flat', 64, 64);
    const mask = new Uint8Array(64 * 64).fill(255);
    const answer = source.data.map((level) => level + 9);
    const match = matchAnswer({ ...source, source: source.data, answer, mask }, { blend: 'outwards' })!;
    expect(match).toMatchObject({ tone: 'no_ring', transition: 0 });
    expect(match.colours[0]).toBe(answer[0]);
  });

  test('is deterministic', { tags: 'long' }, async () => {
    const source = await part('product');
    const [first, second] = [await fill(source, 9), await fill(source, 9)];
    expect(Buffer.compare(first.result.data, second.result.data)).toBe(0);
  });
});

describe('a shift', () => {
  test('of half a pixel is found within a tenth in a photograph', async () => {
    const source = await part('portrait');
    const mask = ellipses(source, [HOLE]);
    const random = {
      between: (from: number, to: number) => (from === -1 && to === 1 ? 0.5 : (from + to) / 2),
      pick: <T>(items: readonly [T, ...T[]]) => items[0],
    };
    const answer = await repaint(source, { mask, fresh: source.data }, { drift: { ...USUAL_DRIFT, noise: 0 }, random });
    expect(answer.moved).toEqual({ dx: 0.5, dy: 0.5 });
    const match = matchAnswer({ ...source, source: source.data, answer: answer.data, mask }, { blend: 'outwards' })!;
    expect(Math.abs(match.shift!.dx + 0.5)).toBeLessThan(0.1);
    expect(Math.abs(match.shift!.dy + 0.5)).toBeLessThan(0.1);
  });

  test('is found where softening costs as much as it gains', async () => {
    // Of a fifth and a third of a pixel, in a picture of hard edges and highlights.
    const { match, figures, moved } = await fill(await part('product'), 4);
    expect(Math.hypot(moved.dx, moved.dy)).toBeLessThan(0.4);
    expect(Math.abs(match.shift!.dx + moved.dx)).toBeLessThan(0.1);
    expect(Math.abs(match.shift!.dy + moved.dy)).toBeLessThan(0.1);
    expect(within(figures, PHOTOGRAPH), JSON.stringify(figures)).toBe(true);
  });

  test('is never invented on plain ground or along parallel lines', { tags: 'long' }, async () => {
    for (const ground of ['flat', 'graded', 'lines'] as const) {
      const { match } = await fill(drawn(ground, SIZE.width, SIZE.height), 3);
      expect(match.shift, ground).toBeUndefined();
    }
  });
});
