import { z } from 'zod';
import { Problem } from '../../shared/errors.ts';
import { requirePixels } from '../problems.ts';
import { invert, join, placeMask, type Joining, type PlacedMask } from './refining/combine.ts';
import { coverageWarnings, measureCoverage, requireOpen, type Coverage } from './coverage.ts';
import { drawShapes } from './drawing/draw.ts';
import { feather, WIDEST_FEATHER } from './refining/feather.ts';
import { grow, MOST_GROWTH } from './refining/grow.ts';
import { requireSameSize, type Mask, type Size } from './mask.ts';
import type { YieldNow } from './pace.ts';
import type { Shape } from './drawing/shapes.ts';

/** Input fields that refine a mask. */
export const refinementFields = {
  invert: z.boolean().optional().describe('true opens all but that.'),
  grow: z.int().min(-MOST_GROWTH).max(MOST_GROWTH).optional().describe('Pixels, negative: shrinks, -1000 to 1000.'),
  feather: z.int().min(0).max(WIDEST_FEATHER).optional().describe('Soft edge, pixels, 0-1000.'),
};

/**
 * A mask to compose: the union of earlier masks and found subjects, then shapes joined one after the other, then inverted,
 * grown and feathered, in this order.
 */
export interface MaskRecipe {
  /** Size of the picture, and so of the mask. */
  readonly picture: Size;
  readonly masks?: readonly Mask[] | undefined;
  readonly subjects?: readonly PlacedMask[] | undefined;
  readonly shapes?: readonly Shape[] | undefined;
  /** What shapes were fitted to, by their places in `shapes`. */
  readonly fitted?: ReadonlyMap<number, PlacedMask> | undefined;
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
  const joined = await joinAll(recipe, yieldNow);
  const inverted = recipe.invert === true ? await invert(joined, yieldNow) : joined;
  const grown = await grow(inverted, recipe.grow ?? 0, yieldNow);
  const mask = await feather(grown, recipe.feather ?? 0, yieldNow);
  const coverage = await measureCoverage(mask, yieldNow);
  requireOpen(coverage);
  return { mask, coverage, warnings: coverageWarnings(coverage) };
}

async function joinAll(recipe: MaskRecipe, yieldNow: YieldNow): Promise<Mask> {
  const { picture, masks = [], subjects = [] } = recipe;
  // Drawing takes longest, so sizes are checked before it.
  for (const mask of masks) requireSameSize(mask, picture);
  const steps = stepsOf(recipe);
  let joined: Mask | undefined;
  for (const mask of masks) joined = joined ? await join(joined, 'add', mask, yieldNow) : mask;
  for (const subject of subjects) {
    const placed = await placeMask(subject, picture, yieldNow);
    joined = joined ? await join(joined, 'add', placed, yieldNow) : placed;
  }
  for (const { joining, draw } of steps) {
    if (joined === undefined && joining !== 'add') throw nothingBefore(joining);
    const part = await draw(yieldNow);
    joined = joined ? await join(joined, joining, part, yieldNow) : part;
  }
  if (joined === undefined) throw sourceMissing();
  return joined;
}

/** One step of the joining of shapes. */
interface Step {
  readonly joining: Joining;
  readonly draw: (yieldNow: YieldNow) => Promise<Mask>;
}

/**
 * Shapes that are added one after the other are drawn together, so that those that meet inside a pixel leave no seam. So are
 * those that are taken away: each step passes over the whole picture, and a painter sends hundreds of strokes.
 */
function stepsOf({ picture, shapes = [], fitted }: MaskRecipe): readonly Step[] {
  const steps: Step[] = [];
  let together: { readonly joining: Joining; readonly shapes: Shape[] } | undefined;
  for (const [i, shape] of shapes.entries()) {
    const joining = shape.op ?? 'add';
    const subject = fitted?.get(i);
    if (subject !== undefined) {
      steps.push({ joining, draw: (yieldNow) => fittedPart(shape, subject, picture, yieldNow) });
      together = undefined;
    } else if (together?.joining === joining && joining !== 'intersect') {
      together.shapes.push(shape);
    } else {
      const drawn = [shape];
      steps.push({ joining, draw: (yieldNow) => drawShapes(drawn, picture, yieldNow) });
      together = { joining, shapes: drawn };
    }
  }
  return steps;
}

/** What a shape was fitted to. Nothing outside of a rectangle or an ellipse opens, soft edges included. */
async function fittedPart(shape: Shape, subject: PlacedMask, picture: Size, yieldNow: YieldNow): Promise<Mask> {
  const placed = await placeMask(subject, picture, yieldNow);
  const isLimit = shape.shape === 'rectangle' || shape.shape === 'ellipse';
  return isLimit ? join(placed, 'intersect', await drawShapes([shape], picture, yieldNow), yieldNow) : placed;
}

function nothingBefore(joining: Joining): Problem {
  return new Problem('mask_source_missing', `The first shape has op ${joining}, and there is nothing before it.`, {
    next: 'Put a shape with op add before it, or give select or from; to open everything but shapes set invert.',
  });
}

function sourceMissing(): Problem {
  return new Problem('mask_source_missing', 'A mask needs shapes, or a picture to be made from.', {
    next: 'Give shapes, such as {"shape": "rectangle", "x": 10, "y": 10, "width": 50, "height": 30}, or from.',
  });
}
