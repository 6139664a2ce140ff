import type { MaskShape } from '../../../model/mask/mask-shapes.ts';
import type { Point } from '../../../model/viewport.ts';

/** Tools that set a point where a finger lifts. */
export const POINT_TOOLS: ReadonlySet<string> = new Set(['polygon', 'belongs', 'stays']);

/** What is being drawn, in pixels of the picture. */
export interface Drawing {
  readonly outline?: readonly Point[];
  readonly box?: MaskShape;
  readonly cursor?: Point | undefined;
  /** Where a finger hides the picture, while it is down. */
  readonly finger?: Point | undefined;
  /** The place that arrow keys move. */
  readonly crosshair?: Point | undefined;
}
