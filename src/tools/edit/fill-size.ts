import { FILL_SIZES, type Pair, reduced, shapeDistance, sizeForPicture, sizeName } from '../generate/sizes.ts';

/** The size of a fill, which is always sent, and what the caller has to know about it. */
export interface FillSize {
  readonly size: Pair;
  readonly notes: readonly string[];
}

/** OpenAPI `FillImageRequestV3.size`, whatever the picture. */
const ADOBES_DEFAULT: Pair = { width: 2048, height: 2048 };
/** Difference of shapes that rounding to whole pixels causes. */
const SAME_SHAPE = 0.005;

/**
 * The size to ask for: the caller's, else the one of Adobe's eight sizes that is nearest in shape to the picture and loses
 * no pixels. Without a size Adobe would make a square of any picture.
 * @param picture pixels of the picture; undefined where only Adobe knows them
 */
export function fillSize(asked: Pair | undefined, picture: Pair | undefined): FillSize {
  const size = asked ?? (picture && sizeForPicture(picture, FILL_SIZES)) ?? ADOBES_DEFAULT;
  if (picture === undefined) {
    const note = `The result has ${sizeName(size)} pixels, Adobe's default: the size of the picture is not known here. size chooses another one.`;
    return { size, notes: asked === undefined ? [note] : [] };
  }
  if (sizeName(size) === sizeName(picture)) return { size, notes: [] };
  const isStretched = shapeDistance(size, picture) > SAME_SHAPE;
  const stretched = isStretched ? `, stretched from ${reduced(picture)} to ${reduced(size)}` : '';
  if (asked !== undefined && !isStretched) return { size, notes: [] };
  const why = asked === undefined ? ', the nearest of the sizes that Adobe fills in' : '';
  return {
    size,
    notes: [`The result has ${sizeName(size)} pixels${why}; the picture has ${sizeName(picture)}${stretched}.`],
  };
}
