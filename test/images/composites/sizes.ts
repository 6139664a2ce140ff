import { SIZES_OF_EDITS } from '../../../src/emulator/rules/sizes.ts';

/** The eight sizes in which Firefly answers a fill. */
export const SIZES = SIZES_OF_EDITS.map(([width, height]) => ({ width, height }));

/** A quarter of each: the exact ratios, with a sixteenth of the pixels to paint. */
export const SMALL_SIZES = SIZES.map(({ width, height }) => ({ width: width / 4, height: height / 4 }));
