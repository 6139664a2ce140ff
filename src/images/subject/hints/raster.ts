import { Crossings, STEPS_PER_PIXEL } from '../../masks/drawing/crossings.ts';
import { brushLine, ellipse, polygon, rectangle, type Outline } from '../../masks/drawing/outlines.ts';
import type { Size } from '../../size.ts';
import type { Area, Region, RoughShape } from '../types.ts';

/** A shape in the pixels of a working copy. @param region the part of the picture that the copy shows */
export function placeIn(region: Region, copy: Size, shape: RoughShape): RoughShape {
  const scaleX = copy.width / region.width;
  const scaleY = copy.height / region.height;
  const x = (value: number) => (value - region.left) * scaleX;
  const y = (value: number) => (value - region.top) * scaleY;
  switch (shape.kind) {
    case 'box':
    case 'ellipse':
      return { ...shape, left: x(shape.left), top: y(shape.top), right: x(shape.right), bottom: y(shape.bottom) };
    case 'polygon':
      return { ...shape, points: shape.points.map((point) => [x(point[0]), y(point[1])]) };
    case 'stroke':
      return {
        ...shape,
        points: shape.points.map((point) => [x(point[0]), y(point[1])]),
        thickness: (shape.thickness * (scaleX + scaleY)) / 2,
      };
  }
}

/** The pixels whose middle is inside a shape. */
export function areaOf(shape: RoughShape, { width, height }: Size): Area {
  const outlines = outlinesOf(shape, width);
  const data = new Uint8Array(width * height);
  const crossings = new Crossings(width);
  for (let y = 0; y < height; y++) {
    crossings.clear();
    for (const outline of outlines) {
      if (y + 0.5 >= outline.top && y + 0.5 < outline.bottom) outline.cross(y + 0.5, crossings);
    }
    crossings.forEachSpan((left, right) => {
      data.fill(1, y * width + middleFrom(left), y * width + Math.min(width, middleFrom(right)));
    });
  }
  return { width, height, data };
}

/** The first pixel whose middle is at or behind a place of `steps`. */
function middleFrom(steps: number): number {
  return Math.ceil(steps / STEPS_PER_PIXEL - 0.5);
}

function outlinesOf(shape: RoughShape, width: number): readonly Outline[] {
  switch (shape.kind) {
    case 'box':
      return [rectangle(shape)];
    case 'ellipse':
      return [ellipse(shape)];
    case 'polygon':
      return [
        polygon(
          shape.points.map(([x, y]) => ({ x, y })),
          width,
        ),
      ];
    case 'stroke':
      return brushLine(
        shape.points.map(([x, y]) => ({ x, y })),
        shape.thickness,
      );
  }
}
