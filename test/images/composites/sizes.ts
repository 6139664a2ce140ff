import { SIZES_OF_EDITS } from '../../../src/emulator/rules/sizes.ts';

/** The eight sizes in which Firefly answers a fill. */
export const SIZES = SIZES_OF_EDITS.map(([width, height]) => ({ width, height }));
