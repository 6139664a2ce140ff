import { describe, expect, test } from 'vitest';
import type { PictureSpec } from '../../../../src/emulator/drawing/picture.ts';
import { drawLabel } from '../../../../src/emulator/drawing/mark/label.ts';
import { largestRectangle } from '../../../../src/emulator/drawing/mark/largest-rectangle.ts';
import { dotOf } from '../../words.ts';

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const openIn = (width: number, height: number, boxes: readonly Box[]) => {
  const data = new Uint8Array(width * height);
  for (const box of boxes) {
    for (let y = box.top; y < box.top + box.height; y += 1) {
      data.fill(255, y * width + box.left, y * width + box.left + box.width);
    }
  }
  return { width, height, data };
};

/** Draws the label on grey; returns its dot size, and whether anything changed inside and outside of the mask. */
function marked(width: number, height: number, boxes: readonly Box[]) {
  const spec: PictureSpec = { prompt: 'a red chair', seed: 7, style: 'fill', width, height, format: 'png' };
  const mask = openIn(width, height, boxes);
  const pixels = new Uint8Array(width * height * 3).fill(200);
  drawLabel(spec, pixels, mask);
  const strayed = mask.data.findIndex((open, pixel) => open === 0 && pixels[pixel * 3] !== 200);
  const white = (x: number, y: number) => x < width && y < height && pixels[(y * width + x) * 3] === 255;
  return { dot: dotOf('EMULATOR', { width, height }, white), strayed, changed: pixels.some((value) => value !== 200) };
}

describe('the label of an edited picture', () => {
  test.each<[string, number, number, readonly Box[], number]>([
    ['everything is new', 800, 600, [{ left: 0, top: 0, width: 800, height: 600 }], 4],
    ['a hole', 800, 600, [{ left: 100, top: 50, width: 400, height: 300 }], 4],
    ['a narrow border at the right', 800, 600, [{ left: 640, top: 0, width: 160, height: 600 }], 2],
    [
      'two holes: the larger one',
      800,
      600,
      [
        { left: 0, top: 0, width: 60, height: 60 },
        { left: 300, top: 500, width: 240, height: 99 },
      ],
      3,
    ],
    ['a strip', 800, 600, [{ left: 3, top: 590, width: 797, height: 10 }], 1],
    ['a small hole in a large picture', 2000, 1500, [{ left: 999, top: 999, width: 55, height: 9 }], 1],
  ])('is readable and touches no kept pixel: %s', { tags: 'long' }, (_what, width, height, boxes, dot) => {
    expect(marked(width, height, boxes)).toEqual({ dot, strayed: -1, changed: true });
  });

  test.each<[string, readonly Box[], boolean]>([
    ['shortened to three letters in a small area', [{ left: 10, top: 10, width: 19, height: 9 }], true],
    ['shortened to one letter in a tiny area', [{ left: 10, top: 10, width: 7, height: 9 }], true],
    ['missing if not even one letter fits', [{ left: 10, top: 10, width: 6, height: 60 }], false],
    ['missing without new pixels', [], false],
  ])('is %s', (_what, boxes, changed) => {
    expect(marked(100, 80, boxes)).toEqual({ dot: 0, strayed: -1, changed });
  });

  test('is placed in the largest rectangle of new pixels, of equals in the lowest', () => {
    const ring = openIn(100, 100, [{ left: 0, top: 0, width: 100, height: 100 }]);
    for (let y = 20; y < 80; y += 1) ring.data.fill(0, y * 100 + 20, y * 100 + 80);
    expect(largestRectangle(ring, (width, height) => width * height, Infinity)).toEqual({
      left: 0,
      top: 80,
      width: 100,
      height: 20,
    });
  });
});
