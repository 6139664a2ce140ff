import { invalidArgument } from '../../arguments/invalid-argument.ts';
import {
  ADOBES_DEFAULT_SIZE,
  FILL_SIZES,
  type Pair,
  reduced,
  shapeDistance,
  sizeForPicture,
  sizeName,
} from '../../generate/sizes.ts';

/** The size of a fill of a whole picture, which is always sent, and what the caller has to know about it. */
export interface FillSize {
  readonly size: Pair;
  readonly notes: readonly string[];
}

/** Difference of shapes that rounding to whole pixels causes. */
const SAME_SHAPE = 0.005;

/**
 * The size to ask for: the caller's, else the one of Adobe's eight sizes that has the shape of the picture and loses no
 * pixels. Without a size Adobe would make a square of any picture.
 * @param picture pixels of the picture
 * @throws Problem `invalid_argument` where no size has that shape and the caller has chosen none
 */
export function fillSize(asked: Pair | undefined, picture: Pair): FillSize {
  const nearest = sizeForPicture(picture, FILL_SIZES) ?? ADOBES_DEFAULT_SIZE;
  const size = asked ?? nearest;
  const isStretched = shapeDistance(size, picture) > SAME_SHAPE;
  if (asked === undefined && isStretched) {
    throw invalidArgument(
      `The picture is ${reduced(picture)} (${sizeName(picture)}), and none of the sizes in which Adobe fills has that ratio: the whole picture would be stretched.`,
      `Leave whole_picture out, so that the picture keeps its pixels; or set size: "${sizeName(nearest)}", the nearest (${reduced(nearest)}).`,
    );
  }
  if (sizeName(size) === sizeName(picture) || (asked !== undefined && !isStretched)) return { size, notes: [] };
  const stretched = isStretched ? `, stretched from ${reduced(picture)} to ${reduced(size)}` : '';
  return {
    size,
    notes: [`Asked for in ${sizeName(size)} pixels; the picture has ${sizeName(picture)}${stretched}.`],
  };
}

/** The size to ask for where only Adobe knows the picture. */
export function fillSizeUnknown(asked: Pair | undefined): FillSize {
  const whole = 'A picture by URL or upload id is painted whole; one that is given itself keeps its own pixels.';
  if (asked !== undefined) return { size: asked, notes: [whole] };
  const size = `Asked for in ${sizeName(ADOBES_DEFAULT_SIZE)} pixels, Adobe's default: the size of the picture is not known here. size chooses another one.`;
  return { size: ADOBES_DEFAULT_SIZE, notes: [size, whole] };
}
