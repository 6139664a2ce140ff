import type { Room } from './expand/insets.ts';
import type { Size } from '../masks/mask.ts';

/**
 * What the result keeps of the source: `exact` every pixel outside of mask and transition; `blocks` all that is coded in
 * blocks without a change (of a JPEG: nothing differs farther than 16 pixels from a block that changed); `close` all but
 * for what encoding it again changes; `nothing` where the answer was taken whole.
 */
export const KEPT = ['exact', 'blocks', 'close', 'nothing'] as const;
export type Kept = (typeof KEPT)[number];

/** `check` where the kept part came back in another light, so that the seam may show. */
export const SEAMS = ['even', 'check'] as const;

/** What is known of a composite besides its bytes. */
export interface CompositeFacts {
  readonly kept: Kept;
  /** Pixels outside of the mask up to which the answer is blended in. */
  readonly transition: number;
  readonly seam: (typeof SEAMS)[number];
  /** The size in which Firefly painted what is new. */
  readonly paintedAt: Size;
  /** What was painted on each side of an expanded picture, pixels; absent in records of earlier versions. */
  readonly sides?: Room | undefined;
  /** Sentences for the caller. */
  readonly notes: readonly string[];
}
