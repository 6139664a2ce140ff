import { Problem } from '../../../shared/errors.ts';
import type { RoughShape } from '../../subject/types.ts';
import { inPixels, type Size } from '../mask.ts';
import { brushLine, ellipse, frame, polygon, rectangle, type Box, type Outline, type Point } from './outlines.ts';
import type { Shape, Unit } from './shapes.ts';

/**
 * Places shapes on a picture: percent become pixels (x and width of its width, y and height of its height, thickness of
 * its shorter side). Parts outside the picture are cut off when drawing.
 * @throws Problem `shape_outside` for a shape that is wholly outside, as it would have no effect
 */
export function placeShapes(shapes: readonly Shape[], picture: Size): readonly Outline[] {
  return shapes.flatMap((shape, i) => {
    const outlines = outlinesOf(shape, picture);
    if (outlines.some((outline) => touches(outline, picture))) return outlines;
    throw new Problem(
      'shape_outside',
      `Shape ${i + 1} (${shape.shape}) is wholly outside the picture of ${inPixels(picture)} pixels.`,
      {
        next: 'Move it inside; x and y count from the top left, in percent of the picture unless "unit" is "pixels".',
      },
    );
  });
}

function outlinesOf(shape: Shape, picture: Size): readonly Outline[] {
  const perUnit = scaleOf(shape, picture);
  const thickness = (shape.thickness ?? 0) * perUnit.thickness;
  const points = (shape.points ?? []).map(([x = 0, y = 0]): Point => ({ x: x * perUnit.x, y: y * perUnit.y }));
  switch (shape.shape) {
    case 'rectangle':
      return [rectangle(boxOf(shape, picture))];
    case 'ellipse':
      return [ellipse(boxOf(shape, picture))];
    case 'polygon':
      return [polygon(points, picture.width)];
    case 'stroke':
      return brushLine(points, thickness);
    case 'border':
      return frame(boxOf(shape, picture), thickness);
  }
}

/** A point in pixels of a picture. */
export function placePoint([x = 0, y = 0]: readonly number[], unit: Unit, picture: Size): readonly [number, number] {
  const perUnit = scaleOf({ unit }, picture);
  return [x * perUnit.x, y * perUnit.y];
}

/**
 * A shape that marks a subject roughly, in pixels of a picture.
 * @throws Error for a border, which marks none
 */
export function roughShape(shape: Shape, picture: Size): RoughShape {
  const { left, top, right, bottom } = boxOf(shape, picture);
  const points = (shape.points ?? []).map((point) => placePoint(point, shape.unit ?? 'percent', picture));
  switch (shape.shape) {
    case 'rectangle':
      return { kind: 'box', left, top, right, bottom };
    case 'ellipse':
      return { kind: 'ellipse', left, top, right, bottom };
    case 'polygon':
      return { kind: 'polygon', points };
    case 'stroke':
      return { kind: 'stroke', points, thickness: (shape.thickness ?? 0) * scaleOf(shape, picture).thickness };
    case 'border':
      throw new Error('a border marks no subject');
  }
}

/** The box of a shape, or the whole picture where the shape has none. */
function boxOf(shape: Shape, picture: Size): Box {
  const { x, y, width, height } = shape;
  if (x === undefined || y === undefined || width === undefined || height === undefined) {
    return { left: 0, top: 0, right: picture.width, bottom: picture.height };
  }
  const perUnit = scaleOf(shape, picture);
  return {
    left: x * perUnit.x,
    top: y * perUnit.y,
    right: (x + width) * perUnit.x,
    bottom: (y + height) * perUnit.y,
  };
}

/** Pixels in one unit of x, y and thickness. */
function scaleOf({ unit }: Pick<Shape, 'unit'>, { width, height }: Size): { x: number; y: number; thickness: number } {
  if (unit === 'pixels') return { x: 1, y: 1, thickness: 1 };
  return { x: width / 100, y: height / 100, thickness: Math.min(width, height) / 100 };
}

function touches({ left, top, right, bottom }: Box, { width, height }: Size): boolean {
  return left < width && top < height && right > 0 && bottom > 0;
}
