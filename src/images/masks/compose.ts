import { z } from 'zod';
import { Problem } from '../../shared/errors.ts';
import { requirePixels } from '../problems.ts';
import { invert, unite } from './combine.ts';
import { coverageWarnings, measureCoverage, requireOpen, type Coverage } from './coverage.ts';
import { drawShapes } from './drawing/draw.ts';
import { feather, WIDEST_FEATHER } from './feather.ts';
import { grow, MOST_GROWTH } from './grow.ts';
import { requireSameSize, type Mask, type Size } from './mask.ts';
import type { YieldNow } from './pace.ts';
import type { Shape } from './drawing/shapes.ts';

/** Input fields that refine a mask. */
export const refinementFields = {
  invert: z.boolean().optional().describe('true opens everything but the shapes. Default false.'),
  grow: z
    .int()
    .min(-MOST_GROWTH)
    .max(MOST_GROWTH)
    .optional()
    .describe('Pixels the open area grows by (negative: shrinks), after invert, -1000 to 1000; default 0.'),
  feather: z
    .int()
    .min(0)
    .max(WIDEST_FEATHER)
    .optional()
    .describe('Pixels of soft edge to each side, after grow, 0-1000; default 0.'),
};

/** A mask to compose: the union of shapes and earlier masks, then inverted, grown and feathered, in this order. */
export interface MaskRecipe {
  /** Size of the picture, and so of the mask. */
  readonly picture: Size;
  readonly shapes?: readonly Shape[] | undefined;
  readonly masks?: readonly Mask[] | undefined;
  readonly invert?: boolean | undefined;
  /** Whole pixels, -1000 to 1000. */
  readonly grow?: number | undefined;
  /** Whole pixels, 0 to 1000. */
  readonly feather?: number | undefined;
}

/** A mask that opens something. */
export interface ComposedMask {
  readonly mask: Mask;
  readonly coverage: Coverage;
  /** Sentences for the caller. */
  readonly warnings: readonly string[];
}

/**
 * Composes a mask of exactly the picture's size.
 * @param yieldNow called between bands of rows, so that other work of the process goes on
 * @throws Problem `picture_too_large`, `mask_size`, `shape_outside`, `mask_empty`, `mask_source_missing`
 */
export async function composeMask(recipe: MaskRecipe, yieldNow: YieldNow): Promise<ComposedMask> {
  requirePixels(recipe.picture);
  const united = await uniteAll(recipe, yieldNow);
  const inverted = recipe.invert === true ? await invert(united, yieldNow) : united;
  const grown = await grow(inverted, recipe.grow ?? 0, yieldNow);
  const mask = await feather(grown, recipe.feather ?? 0, yieldNow);
  const coverage = await measureCoverage(mask, yieldNow);
  requireOpen(coverage);
  return { mask, coverage, warnings: coverageWarnings(coverage) };
}

async function uniteAll({ picture, shapes = [], masks = [] }: MaskRecipe, yieldNow: YieldNow): Promise<Mask> {
  // Drawing takes longest, so sizes are checked before it.
  for (const mask of masks) requireSameSize(mask, picture);
  const drawn = shapes.length > 0 ? [await drawShapes(shapes, picture, yieldNow)] : [];
  const [first, ...others] = [...drawn, ...masks];
  if (first === undefined) throw sourceMissing();
  let united = first;
  for (const other of others) united = await unite(united, other, yieldNow);
  return united;
}

function sourceMissing(): Problem {
  return new Problem('mask_source_missing', 'A mask needs shapes, or a picture to be made from.', {
    next: 'Give shapes, such as {"shape": "rectangle", "x": 10, "y": 10, "width": 50, "height": 30}, or from.',
  });
}
