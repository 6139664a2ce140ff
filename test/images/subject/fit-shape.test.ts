import { describe, expect, test } from 'vitest';
import { overlap } from '../../../src/images/subject/cut/measures.ts';
import { fitAgain, fitShape } from '../../../src/images/subject/fit-shape.ts';
import type { PicturePoint, RoughShape } from '../../../src/images/subject/types.ts';
import { atFullSize, fitted, sourceOf } from './fits.ts';
import { givenPolygons, looseBox, roughPolygon } from './rough.ts';
import { drawn, drawnByChance, DRAWINGS, photographed, SMALL, TINY } from './scenes.ts';

const check = () => {};

describe('a rough polygon', () => {
  test('becomes the outline of a cup and saucer', { tags: 'long' }, async () => {
    const set = await photographed('set');
    const { overlap, fit } = await fitted(set, givenPolygons('set')[0]!);
    expect(overlap).toBeGreaterThan(0.97);
    expect(fit).toMatchObject({ from: 'colours', confidence: 'good', reasons: [] });
  });
});

describe('doubt', () => {
  test('falls on a subject of the colours of its ground', { tags: 'long' }, async () => {
    const scene = await drawn(DRAWINGS.camouflage, TINY);
    const { fit } = await fitted(scene, looseBox(scene, 1));
    expect(fit.confidence).toBe('doubtful');
    expect(fit.reasons[0]).toMatch(/^\d+ % of what is marked comes and goes when the box is drawn/);
  });

  test('falls on a star whose points stick out of its polygon', { tags: 'long' }, async () => {
    const scene = await drawn(DRAWINGS.star, SMALL);
    const { fit } = await fitted(scene, roughPolygon(scene, 10, 1));
    expect(fit.confidence).toBe('doubtful');
    expect(fit.reasons.join(' ')).toContain('share only');
  });
});

describe('an outline that cuts a corner off its subject', () => {
  test('is told, as what was found ends there in the same colours', { tags: 'long' }, async () => {
    const scene = await photographed('cup');
    // The corners of the polygon leave out a piece of the white rim, farther off than an outline may be wrong.
    const { overlap, fit } = await fitted(scene, roughPolygon(scene, 8, 107));
    expect(overlap).toBeLessThan(0.9);
    expect(fit.confidence).toBe('check');
    expect(fit.reasons).toContainEqual(expect.stringContaining('in the same colours'));
  });
});

describe('a part on the wrong side of an outline', () => {
  test('is told where the outline cut it off, though all else fits', { tags: 'long' }, async () => {
    const scene = await photographed('set');
    const xs = scene.outline.map(([x]) => x);
    const right = Math.min(...xs) + 0.8 * (Math.max(...xs) - Math.min(...xs));
    const points = scene.outline.filter((_, i) => i % 3 === 0).map(([x, y]): PicturePoint => [Math.min(x, right), y]);
    const { overlap, fit } = await fitted(scene, { kind: 'polygon', points });
    expect(overlap).toBeLessThan(0.9);
    expect(fit.confidence).not.toBe('good');
    expect(fit.reasons).toContainEqual(expect.stringMatching(/around \[\d+, \d+\] percent/));
  });

  test('is told where it is the hole of a ring, which its outline does not show', { tags: 'long' }, async () => {
    const circle = (radius: number) =>
      Array.from({ length: 61 }, (_, i): PicturePoint => {
        const angle = (i * Math.PI) / 30;
        return [140 + radius * Math.cos(angle), 105 + radius * Math.sin(angle)];
      });
    const ring = await drawn({ form: [...circle(80), ...circle(45).reverse()] }, SMALL);
    const { fit } = await fitted(ring, { kind: 'polygon', points: circle(82).filter((_, i) => i % 5 === 0) });
    expect(fit.confidence).toBe('check');
    expect(fit.reasons).toEqual([expect.stringMatching(/in it, around|of it, around/)]);
  });
});

describe('a fit', () => {
  test(
    'of a scene drawn by chance is near its outline, and gives the same bytes each time',
    { tags: 'long' },
    async () => {
      const scene = await drawnByChance(2, SMALL);
      const once = await fitted(scene, roughPolygon(scene, 8, 1));
      const again = await fitted(scene, roughPolygon(scene, 8, 1));
      expect(once.overlap).toBeGreaterThan(0.97);
      expect(again).toEqual(once);
    },
  );

  test('of an earlier mask takes corrections', { tags: 'long' }, async () => {
    const scene = await drawn(DRAWINGS.blob, SMALL);
    const { width, height } = scene.picture;
    // The earlier mask lacks the right part of the subject.
    const data = scene.truth.data.map((value, pixel) => (value === 1 && pixel % width < 170 ? 255 : 0));
    const before = overlap({ width, height, data: data.map((value) => value & 1) }, scene.truth);
    const found = await fitAgain(
      sourceOf(scene.picture),
      { width, height, data },
      { check, corrections: { belongs: [[185, 105]], stays: [] } },
    );
    expect(before).toBeLessThan(0.85);
    expect(overlap(atFullSize(found, scene.picture), scene.truth)).toBeGreaterThan(0.95);
  });

  test('says how far it is, and ends when it is no longer wanted', { tags: 'long' }, async () => {
    const scene = await drawnByChance(5, SMALL);
    const shares: number[] = [];
    let calls = 0;
    const source = sourceOf(scene.picture);
    await fitShape(source, looseBox(scene, 1), { check: () => void calls++, progress: (share) => shares.push(share) });
    expect(shares).toEqual([0.25, 0.5, 0.75, 1]);
    expect(calls).toBeGreaterThan(100);
    const stop = () => {
      throw new Error('enough');
    };
    await expect(fitShape(source, looseBox(scene, 1), { check: stop })).rejects.toThrow('enough');
  });

  test('of a shape beside the picture is refused', async () => {
    const scene = await drawn(DRAWINGS.blob, SMALL);
    const beside: RoughShape = { kind: 'box', left: 900, top: 10, right: 990, bottom: 90 };
    await expect(fitted(scene, beside)).rejects.toMatchObject({ code: 'shape_outside' });
  });
});
