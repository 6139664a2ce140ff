import type { Size } from '../../size.ts';
import { cubeRoot } from '../pixels/arithmetic.ts';
import { CLOSED, UNDECIDED, type Hint } from '../cut/hint.ts';
import type { RoughShape } from '../types.ts';
import { areaOf } from './raster.ts';

/** Strength of the leaning, and how far out from the middle (0) to the sides (1) it turns and is full. */
const [STRENGTH, TURN, SLOPE] = [2, 0.85, 0.4];
/** How far out the subject is taken to reach at first. */
const GUESS = 0.95;

/**
 * A box or an ellipse in which the subject is: nothing outside of it belongs, and what is in its middle rather does than
 * what is in its corners.
 * @param shape in the pixels of the working copy
 */
export function boxHint(shape: Extract<RoughShape, { left: number }>, { width, height }: Size): Hint {
  const { data: inside } = areaOf(shape, { width, height });
  const [middleX, middleY] = [(shape.left + shape.right) / 2, (shape.top + shape.bottom) / 2];
  const [radiusX, radiusY] = [(shape.right - shape.left) / 2, (shape.bottom - shape.top) / 2];
  const guess = new Uint8Array(inside.length);
  const lean = new Float32Array(inside.length);
  for (let pixel = 0; pixel < inside.length; pixel++) {
    const x = Math.abs((pixel % width) + 0.5 - middleX) / radiusX;
    const y = Math.abs(Math.floor(pixel / width) + 0.5 - middleY) / radiusY;
    // Between a circle and a square: subjects fill the corners of their box in part.
    const out = shape.kind === 'box' ? cubeRoot(x * x * x + y * y * y) : Math.sqrt(x * x + y * y);
    guess[pixel] = out <= GUESS ? 1 : 0;
    lean[pixel] = STRENGTH * Math.max(-1, Math.min(1, (TURN - out) / SLOPE));
  }
  return { width, height, certain: inside.map((is) => (is === 1 ? UNDECIDED : CLOSED)), guess, lean };
}
