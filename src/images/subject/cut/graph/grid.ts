/** Steps to the eight neighbours of a pixel, clockwise from the left; that of the opposite way is four farther. */
export const NEIGHBOURS = [
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
] as const;

/**
 * Pixels with capacities between neighbours and to two terminals. Its outermost pixels are a frame without capacities, so
 * that every other pixel has eight neighbours. All capacities are whole, so that the cut is exact.
 */
export interface FlowGrid {
  readonly width: number;
  readonly height: number;
  /** From pixel `i` to its neighbour `n`: entry `8 * i + n`; not negative. */
  readonly links: Int32Array;
  /** From the source to pixel `i` where positive, from it to the sink where negative. */
  readonly terminals: Int32Array;
}
