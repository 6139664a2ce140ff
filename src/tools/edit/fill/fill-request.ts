import type { ExactEdit } from '../../../images/composites/exact-edit.ts';
import type { Pair } from '../../generate/sizes.ts';
import type { RequestImage } from '../request-image.ts';

/** Picture, mask and size of a request. */
export interface FillPictures {
  readonly image: RequestImage;
  readonly mask: RequestImage;
  /** Whether Adobe inverts the mask. */
  readonly invert: boolean | undefined;
  /** What Adobe is asked to paint. */
  readonly size: Pair;
  /** Pixels of the result. */
  readonly result: Pair;
  /** How the answer is put into the picture; undefined where it is the result as it comes. */
  readonly edit?: ExactEdit;
  readonly notes: readonly string[];
}
