import type { Size } from '../masks/mask.ts';
import type { Still } from '../types.ts';
import type { ExpandPlan } from './expand/plan-expand.ts';
import type { FillPlan } from './window/plan-fill.ts';

/**
 * An edit at the picture's own resolution, as a job keeps it until its composites are made: how the picture was sent, and
 * the contents that the answer is put into. The file that the picture came from may change meanwhile.
 */
export type ExactEdit =
  | {
      readonly kind: 'fill';
      readonly plan: FillPlan;
      /** SHA-256 of the copies of source and mask that are sent. */
      readonly sent: readonly string[];
      /** What the tool has where the seam may show; a sentence. */
      readonly otherwise: string;
      readonly source: Still;
      /** White opens, at the upright size of the source. */
      readonly mask: Still;
    }
  | {
      readonly kind: 'expand';
      readonly plan: ExpandPlan;
      readonly sent: readonly string[];
      readonly source: Still;
    };

/** The contents that a composite is made from, besides what Adobe paints. */
export function contentsOf(edit: ExactEdit): readonly Still[] {
  return edit.kind === 'fill' ? [edit.source, edit.mask] : [edit.source];
}

/** Pixels that Adobe is asked to paint. */
export function paintedSizeOf(edit: ExactEdit): Size {
  return edit.kind === 'fill' ? edit.plan.window.size : edit.plan.painted;
}
