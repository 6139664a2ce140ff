import { expect, test } from 'vitest';
import { COEFFICIENTS, guideTile } from '../../../../src/images/subject/edges/guided-filter.ts';
import { softEdges } from '../../../../src/images/subject/edges/soft-edges.ts';
import { sourceOf } from '../../../../src/images/subject/open-picture.ts';
import type { Area } from '../../../../src/images/subject/types.ts';

const check = () => {};

/** A soft disc of one colour on another one, and how much of each pixel is the disc. */
function disc(width: number, height: number, radius: number, softness: number) {
  const data = new Uint8Array(width * height * 3);
  const alpha = new Float64Array(width * height);
  for (let i = 0; i < alpha.length; i++) {
    const x = (i % width) + 0.5 - width / 2;
    const y = Math.floor(i / width) + 0.5 - height / 2;
    const share = Math.min(Math.max((radius - Math.hypot(x, y)) / softness + 0.5, 0), 1);
    alpha[i] = share;
    const [from, to] = [
      [40, 60, 90],
      [220, 170, 120],
    ];
    for (let c = 0; c < 3; c++) data[i * 3 + c] = (from?.[c] ?? 0) + ((to?.[c] ?? 0) - (from?.[c] ?? 0)) * share;
  }
  return { picture: { width, height, data }, alpha };
}

/** The area of a disc at a smaller size, off by some pixels. */
function roughDisc(width: number, height: number, radius: number, off: number): Area {
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    Math.hypot((i % width) + 0.5 - width / 2 + off, Math.floor(i / width) + 0.5 - height / 2) < radius ? 1 : 0,
  );
  return { width, height, data };
}

const mean = (values: ArrayLike<number>, of: (value: number, i: number) => number) =>
  Array.from(values, of).reduce((sum, value) => sum + value, 0) / values.length;

test(
  'alpha follows a soft edge of the picture, at its full size, though the area is smaller and hard',
  { tags: 'long' },
  async () => {
    const { picture, alpha } = disc(900, 600, 200, 6);
    const region = { left: 0, top: 0, width: 900, height: 600 };
    const found = await softEdges(sourceOf(picture, check), { region, area: roughDisc(300, 200, 67, 0.5) }, check);
    const hard = roughDisc(900, 600, 201, 1.5);
    const error = mean(alpha, (value, i) => Math.abs(value - (found.data[i] ?? 0) / 255));
    const before = mean(alpha, (value, i) => Math.abs(value - (hard.data[i] ?? 0)));
    expect(error).toBeLessThan(before * 0.75);
    // Away from the edge nothing is in part, and nothing is the wrong way round.
    const wrong = [...alpha.keys()].filter((i) => {
      const x = (i % 900) + 0.5 - 450;
      const y = Math.floor(i / 900) + 0.5 - 300;
      return Math.abs(Math.hypot(x, y) - 200) > 12 && found.data[i] !== (alpha[i] ?? 0) * 255;
    });
    expect(wrong).toEqual([]);
  },
);

test('a part of the picture is searched by itself', async () => {
  const { picture } = disc(400, 300, 100, 4);
  const region = { left: 90, top: 40, width: 220, height: 220 };
  const area = roughDisc(220, 220, 100, 0);
  const found = await softEdges(sourceOf(picture, check), { region, area }, check);
  expect(found).toMatchObject({ width: 220, height: 220 });
  expect(found.data[110 * 220 + 110]).toBe(255);
  expect(found.data[5 * 220 + 5]).toBe(0);
});

test('tiles give what the whole gives', () => {
  const { picture } = disc(200, 150, 50, 5);
  const area = roughDisc(200, 150, 51, 1);
  const whole = new Float32Array(200 * 150 * COEFFICIENTS);
  const tiles = new Float32Array(whole.length);
  guideTile(picture, area, { left: 0, top: 0, width: 200, height: 150 }, whole);
  for (let top = 0; top < 150; top += 50) {
    for (let left = 0; left < 200; left += 40) {
      guideTile(picture, area, { left, top, width: 40, height: 50 }, tiles);
    }
  }
  expect(Math.max(...whole.map((value, i) => Math.abs(value - (tiles[i] ?? NaN))))).toBeLessThan(1e-3);
});
