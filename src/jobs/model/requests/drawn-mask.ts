/** A mask that was drawn from words for one request. It is told where a plan is shown, and no row keeps it. */
export interface DrawnMask {
  /** Handles of the mask, and of the picture that it is for. */
  readonly mask: string;
  readonly picture: string;
  /** What it marks. */
  readonly marks: 'people' | 'shapes';
  /** What it marks is kept, and the rest changes. */
  readonly isInverted: boolean;
  /** Share of the picture that changes, 0-1. */
  readonly changes: number;
  /** How sure the find is; undefined for shapes as they were drawn. */
  readonly confidence: string | undefined;
  /** All that in a sentence, which is among the warnings of its request. */
  readonly note: string;
}
