import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Placement } from '../../../src/firefly/contract/paid/expand-images.ts';
import { placementOf } from '../../../src/emulator/rules/placement.ts';

const SOURCE = { width: 800, height: 600 };
const SIZE = { width: 2000, height: 1001 };

describe('the position of a source in an expand', () => {
  test.each<[string, Placement | undefined, readonly [number, number, number, number]]>([
    ['in the centre, the odd pixel below', undefined, [600, 200, 800, 600]],
    ['in the centre, for an empty placement', { alignment: {}, inset: {} }, [600, 200, 800, 600]],
    ['left, the other axis in the centre', { alignment: { horizontal: 'left' } }, [0, 200, 800, 600]],
    ['right and at the bottom', { alignment: { horizontal: 'right', vertical: 'bottom' } }, [1200, 401, 800, 600]],
    ['at the top', { alignment: { vertical: 'top' } }, [600, 0, 800, 600]],
    ['off the left edge', { inset: { left: 30 } }, [30, 200, 800, 600]],
    ['off the right and bottom edges', { inset: { right: 30, bottom: 10 } }, [1170, 391, 800, 600]],
    ['at the edge, by an inset of 0', { inset: { top: 0 } }, [600, 0, 800, 600]],
    ['in the centre between two insets', { inset: { left: 100, right: 300 } }, [500, 200, 800, 600]],
    ['in the centre, by four insets of 0', { inset: { left: 0, top: 0, right: 0, bottom: 0 } }, [600, 200, 800, 600]],
    [
      'aligned between two insets',
      { inset: { left: 100, right: 300 }, alignment: { horizontal: 'right' } },
      [900, 200, 800, 600],
    ],
    [
      'at a single inset, whatever the alignment',
      { inset: { left: 30 }, alignment: { horizontal: 'right' } },
      [30, 200, 800, 600],
    ],
    ['smaller, if the insets leave less area', { inset: { top: 400, bottom: 301 } }, [800, 400, 400, 300]],
    ['smaller, off one edge', { inset: { left: 1600 } }, [1600, 350, 400, 300]],
  ])('is %s', (_what, placement, [left, top, width, height]) => {
    expect(placementOf(SOURCE, SIZE, placement)).toEqual({ left, top, width, height });
  });

  test.each<[string, { width: number; height: number }, readonly [number, number, number, number]]>([
    ['the same size', { width: 800, height: 600 }, [0, 0, 800, 600]],
    ['half the size', { width: 400, height: 400 }, [0, 50, 400, 300]],
    ['narrower alone', { width: 799, height: 900 }, [0, 150, 799, 599]],
    ['one pixel', { width: 1, height: 1 }, [0, 0, 1, 1]],
  ])('is right in a result of %s', (_what, size, [left, top, width, height]) => {
    expect(placementOf(SOURCE, size)).toEqual({ left, top, width, height });
  });

  test.each<[string, Placement]>([
    ['negative insets', { inset: { left: -1 } }],
    ['insets that meet', { inset: { left: 1000, right: 1000 } }],
    ['an inset of the whole height', { inset: { top: 1001 } }],
  ])('does not exist with %s', (_what, placement) => {
    expect(placementOf(SOURCE, SIZE, placement)).toBeUndefined();
  });

  test('is always inside of the result and its insets, and never enlarges the source', () => {
    const side = fc.integer({ min: 1, max: 4000 });
    const size = fc.record({ width: side, height: side });
    const edge = fc.option(fc.integer({ min: 0, max: 4000 }), { nil: undefined });
    const inset = fc.record({ left: edge, right: edge, top: edge, bottom: edge });
    const alignment = fc.record({
      horizontal: fc.constantFrom('left', 'center', 'right'),
      vertical: fc.constantFrom('top', 'center', 'bottom'),
    });
    fc.assert(
      fc.property(size, size, inset, alignment, (source, result, edges, aligned) => {
        const given = Object.fromEntries(Object.entries(edges).filter(([, value]) => value !== undefined));
        const place = placementOf(source, result, { inset: given, alignment: aligned });
        if (place === undefined) return;
        expect(place.left).toBeGreaterThanOrEqual(edges.left ?? 0);
        expect(place.top).toBeGreaterThanOrEqual(edges.top ?? 0);
        expect(place.left + place.width).toBeLessThanOrEqual(result.width - (edges.right ?? 0));
        expect(place.top + place.height).toBeLessThanOrEqual(result.height - (edges.bottom ?? 0));
        expect(place.width).toBeLessThanOrEqual(source.width);
        expect(place.height).toBeLessThanOrEqual(source.height);
        expect(Math.min(place.width, place.height)).toBeGreaterThan(0);
      }),
    );
  });
});
