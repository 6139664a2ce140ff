import type { StillType } from '../media.ts';
import type { Size } from '../masks/mask.ts';
import type { ExpandPlan } from './expand/plan-expand.ts';
import type { CompositeFacts } from './facts.ts';
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

/** A picture of the source's own size with what Firefly made in it. */
export interface Composite extends Size, CompositeFacts {
  readonly bytes: Uint8Array;
  readonly mimeType: StillType;
}

/** What the making of a composite is given besides its order. */
export interface Making {
  /** Where private temporary folders may be made. */
  readonly folder: string;
  /** Called between steps; what it throws ends the work. */
  readonly check: () => void;
  /** Frees the memory of bytes that are read no more. Without it they stay until the order is answered. */
  readonly free?: (bytes: Uint8Array) => void;
  /** Called between steps with the pixels that they hold: frees what is no longer referred to, where that is much. */
  readonly reclaim?: (held: Size) => Promise<void>;
}

/** Called between two steps, since what one of them held must not be held beside what the next one needs. @throws what `check` throws */
export async function betweenSteps(held: Size, { check, reclaim }: Pick<Making, 'check' | 'reclaim'>): Promise<void> {
  check();
  await reclaim?.(held);
}
