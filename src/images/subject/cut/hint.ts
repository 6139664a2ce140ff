import type { Size } from '../../size.ts';

/** What a hint says of a pixel for certain. */
export const [UNDECIDED, CLOSED, OPEN] = [0, 1, 2];

/** What is known of a subject before colours are looked at, for each pixel of a working copy. */
export interface Hint extends Size {
  /** `UNDECIDED`, or the certain side of each pixel. */
  readonly certain: Uint8Array;
  /** 1 where the subject is taken to be at first. */
  readonly guess: Uint8Array;
  /** How far each pixel leans to the subject (positive) or away from it: added to the logarithm of the colours' odds. */
  readonly lean: Float32Array;
}
