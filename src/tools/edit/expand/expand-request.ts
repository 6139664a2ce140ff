import type { Placement } from '../../../firefly/contract/paid/expand-images.ts';
import type { ExactEdit } from '../../../images/composites/exact-edit.ts';
import type { Pair } from '../../generate/sizes.ts';
import type { RequestImage } from '../request-image.ts';

/** Pictures, size and placement of a request. */
export interface ExpandPictures {
  readonly image: RequestImage;
  readonly mask?: RequestImage;
  /** What Adobe is asked to paint. */
  readonly size: Pair;
  /** Pixels of the result. */
  readonly result: Pair;
  readonly placement?: Placement | undefined;
  /** How the answer is put around the picture; undefined where it is the result as it comes. */
  readonly edit?: ExactEdit;
}
