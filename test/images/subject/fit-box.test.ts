import { describe, expect, test } from 'vitest';
import type { RoughShape } from '../../../src/images/subject/types.ts';
import { atFullSize, fitted } from './fits.ts';
import { looseBox } from './rough.ts';
import { drawn, DRAWINGS, SMALL } from './scenes.ts';

describe('a loose box', () => {
  test('finds what stands out from its ground', { tags: 'long' }, async () => {
    const scene = await drawn(DRAWINGS.blob, SMALL);
    const { overlap, fit } = await fitted(scene, looseBox(scene, 2));
    expect(overlap).toBeGreaterThan(0.98);
    expect(fit).toMatchObject({ confidence: 'good', reasons: [] });
  });

  test('does not fill a gap that has the colours around it', { tags: 'long' }, async () => {
    const scene = await drawn(DRAWINGS.notch);
    expect((await fitted(scene, looseBox(scene, 1))).overlap).toBeGreaterThan(0.97);
  });

  test('is no reason for doubt where it is tight around a thing of its own form', { tags: 'long' }, async () => {
    const corners = [
      [80, 60],
      [200, 60],
      [200, 150],
      [80, 150],
    ] as const;
    const scene = await drawn({ form: corners }, SMALL);
    const { overlap, fit } = await fitted(scene, { kind: 'box', left: 80, top: 60, right: 200, bottom: 150 });
    expect(overlap).toBeGreaterThan(0.97);
    expect(fit.confidence).toBe('good');
  });

  test('opens nothing outside of it, also where a point asks for it', { tags: 'long' }, async () => {
    const plain = [200, 90, 50] as const;
    const scene = await drawn({ subject: [plain, plain] }, SMALL);
    const half: RoughShape = { kind: 'box', left: 60, top: 20, right: 150, bottom: 190 };
    const found = await fitted(scene, half, { belongs: [[152, 105]], stays: [] });
    const { data } = atFullSize(found, scene.picture);
    const open = [...data.keys()].filter((pixel) => data[pixel] === 1);
    expect(open.length).toBeGreaterThan(1000);
    expect(open.filter((pixel) => pixel % SMALL.width >= 150)).toEqual([]);
    expect(found.fit.confidence).toBe('doubtful');
    expect(found.fit.reasons.join(' ')).toContain('on the side of the box');
  });
});
