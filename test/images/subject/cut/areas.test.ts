import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distancesTo } from '../../../../src/images/subject/cut/distance.ts';
import { boundsOf, boxOf, overlap, sizeOf } from '../../../../src/images/subject/cut/measures.ts';
import { withoutHoles, withoutIslands } from '../../../../src/images/subject/cut/parts.ts';
import { halfOf, resample, resizeArea } from '../../../../src/images/subject/cut/resample.ts';
import { areaOf, areas, rowsOf } from './areas.ts';

describe('distances', () => {
  test('are those to the nearest pixel of the value', () => {
    fc.assert(
      fc.property(areas, fc.constantFrom(0 as const, 1 as const), (area, value) => {
        const { width, data } = area;
        const near = [...data.keys()].filter((pixel) => data[pixel] === value);
        const distances = distancesTo(value, area);
        for (const pixel of data.keys()) {
          const [x, y] = [pixel % width, Math.floor(pixel / width)];
          const least = Math.min(
            ...near.map((other) => Math.hypot((other % width) - x, Math.floor(other / width) - y)),
          );
          if (near.length > 0) expect(distances[pixel]).toBeCloseTo(least, 4);
          else expect(distances[pixel]).toBeGreaterThanOrEqual(Math.max(width, area.height));
        }
      }),
    );
  });
});

describe('islands and holes', () => {
  const area = areaOf('......#...', '.####.....', '.#..#..##.', '.#..#..##.', '.####.....', '...#......');

  test('go where they are small', () => {
    expect(rowsOf(withoutIslands(area, 0.2))).toEqual([
      '..........',
      '.####.....',
      '.#..#..##.',
      '.#..#..##.',
      '.####.....',
      '...#......',
    ]);
    expect(rowsOf(withoutIslands(area, 0.5)).join('')).not.toContain('##.#');
    expect(rowsOf(withoutHoles(area, 0.3)).slice(1, 5)).toEqual([
      '.####.....',
      '.####..##.',
      '.####..##.',
      '.####.....',
    ]);
    expect(rowsOf(withoutHoles(area, 0.2))).toEqual(rowsOf(area));
  });

  test('stay where a point asks for them', () => {
    expect(withoutIslands(area, 0.5, [6]).data[6]).toBe(1);
    expect(withoutHoles(area, 0.3, [2 * 10 + 2]).data[22]).toBe(0);
  });

  test('what reaches the edge of the picture is no hole', () => {
    const open = areaOf('##.##', '#...#', '#####');
    expect(rowsOf(withoutHoles(open, 1))).toEqual(rowsOf(open));
  });
});

describe('measures', () => {
  test('overlap is the shared part of both', () => {
    expect(overlap(areaOf('##..'), areaOf('.##.'))).toBeCloseTo(1 / 3);
    expect(overlap(areaOf('....'), areaOf('....'))).toBe(1);
    expect(overlap(areaOf('#...'), areaOf('....'))).toBe(0);
  });

  test('the box is the smallest around an area', () => {
    const area = areaOf('.....', '..#..', '.#...', '.....');
    expect(boundsOf(area)).toEqual({ left: 1, top: 1, right: 3, bottom: 3 });
    expect(rowsOf(boxOf(area))).toEqual(['.....', '.##..', '.##..', '.....']);
    expect(boundsOf(areaOf('...'))).toBeUndefined();
  });
});

describe('another size', () => {
  test('an area of twice the size and back is the area', () => {
    fc.assert(
      fc.property(areas, (area) => {
        const twice = halfOf(resample(area, { width: area.width * 3, height: area.height * 3 }));
        expect(rowsOf(halfOf(resample(twice, area)))).toEqual(rowsOf(area));
      }),
    );
  });

  test('an area grows and shrinks around its own middle', () => {
    const square = areaOf(
      ...Array.from({ length: 20 }, (_, y) => (y > 3 && y < 12 ? '....########........' : '.'.repeat(20))),
    );
    const larger = resizeArea(square, square, 1.5);
    expect(boundsOf(larger)).toEqual({ left: 2, top: 2, right: 14, bottom: 14 });
    expect(sizeOf(resizeArea(square, square, 0.5))).toBe(16);
    expect(boundsOf(resizeArea(square, { width: 40, height: 40 }))).toEqual({ left: 8, top: 8, right: 24, bottom: 24 });
  });
});
