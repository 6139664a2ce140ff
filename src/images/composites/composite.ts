import type { StillType } from '../media.ts';
import type { Size } from '../masks/mask.ts';
import type { ExpandPlan } from './expand/plan-expand.ts';
import type { FillPlan } from './window/plan-fill.ts';

/** What every composite is made from. Bytes are encoded pictures. */
interface Ingredients {
  readonly source: { readonly bytes: Uint8Array; readonly mimeType: StillType };
  /** What Firefly made. */
  readonly answer: Uint8Array;
  /** The format of the result, where it is not that of the source: PNG keeps exactly what a JPEG cannot. */
  readonly format?: StillType | undefined;
}

/** The order for a composite. */
export type CompositeOrder =
  | (Ingredients & {
      readonly kind: 'fill';
      readonly plan: FillPlan;
      /** The mask as a grey picture of the source's upright size. */
      readonly mask: Uint8Array;
    })
  | (Ingredients & { readonly kind: 'expand'; readonly plan: ExpandPlan });

/**
 * What the result keeps of the source: `exact` every pixel outside of mask and transition; `blocks` all that is coded in
 * blocks without a change (of a JPEG: nothing differs farther than 16 pixels from a block that changed); `close` all but
 * for what encoding it again changes; `nothing` where the answer was taken whole.
 */
export type Kept = 'exact' | 'blocks' | 'close' | 'nothing';

/** A picture of the source's own size with what Firefly made in it. */
export interface Composite extends Size {
  readonly bytes: Uint8Array;
  readonly mimeType: StillType;
  readonly kept: Kept;
  /** Pixels outside of the mask up to which the answer is blended in. */
  readonly transition: number;
  /** `check` where the kept part came back in another light, so that the seam may show. */
  readonly seam: 'even' | 'check';
  /** The size in which Firefly painted what is new. */
  readonly paintedAt: Size;
  /** Sentences for the caller. */
  readonly notes: readonly string[];
}

/** What the making of a composite is given besides its order. */
export interface Making {
  /** Where private temporary folders may be made. */
  readonly folder: string;
  /** Called between steps; what it throws ends the work. */
  readonly check: () => void;
}
