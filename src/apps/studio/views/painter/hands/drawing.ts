import type { MaskShape } from '../../../model/mask/mask-shapes.ts';
import type { Point } from '../../../model/viewport.ts';

/** What is being drawn, in pixels of the picture. */
export interface Drawing {
  readonly outline?: readonly Point[];
  readonly box?: MaskShape;
  readonly cursor?: Point | undefined;
  /** The place that arrow keys move. */
  readonly crosshair?: Point | undefined;
}
