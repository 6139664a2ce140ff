import { legalSize } from './generation-size.ts';
import { type Pair, sizeForPicture, sizeName, VIDEO_SIZES } from './sizes.ts';

/** Adobe documents no default. The middle one of its prices. */
const LINES = 720;
const WITHOUT_FRAME: Pair = { width: 1280, height: LINES };

/**
 * The size of a video, which is always sent: the caller's, else of 720 lines in the shape nearest to its frame.
 * @param frame pixels of the first frame, else of the last one; undefined where neither is known
 * @throws Problem `invalid_argument` with the nearest legal sizes
 */
export function videoSize(
  asked: string | undefined,
  frame: Pair | undefined,
): { readonly size: Pair; readonly notes: readonly string[] } {
  if (asked !== undefined) return { size: legalSize(asked, 'generate_video', VIDEO_SIZES), notes: [] };
  const sizes = VIDEO_SIZES.filter(({ width, height }) => Math.min(width, height) === LINES);
  const size = (frame && sizeForPicture(frame, sizes)) ?? WITHOUT_FRAME;
  const why = frame === undefined ? 'the default' : `the shape nearest to the frame of ${sizeName(frame)}`;
  return {
    size,
    notes: [`The video has ${sizeName(size)} pixels, ${why}. size chooses another one, at another price.`],
  };
}
