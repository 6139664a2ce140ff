import type { MODEL_VERSIONS_SIMILAR } from '../../firefly/contract/paid/similar-images.ts';
import { legalSize } from '../generate/generation-size.ts';
import { ADOBES_DEFAULT_SIZE, FILL_SIZES, type Pair, sizeForPicture, sizeName, SIZES } from '../generate/sizes.ts';

/** A model that makes similar pictures. */
export type VaryModel = (typeof MODEL_VERSIONS_SIMILAR)[number];

/** Legal sizes, whatever the model (OpenAPI `GenerateSimilarImagesRequestV3.size`). */
const VARY_SIZES = FILL_SIZES;

/**
 * The size of the variations, which is always sent: the caller's, else the nearest in shape to the picture. Chosen are only
 * sizes that the model makes in its other operations: whether Image 4 takes the smaller ones is not documented.
 * @param picture pixels of the picture; undefined where only Adobe knows them
 * @throws Problem `invalid_argument` with the nearest legal sizes
 */
export function varySize(
  asked: string | undefined,
  picture: Pair | undefined,
  model: VaryModel,
): { readonly size: Pair; readonly notes: readonly string[] } {
  const sure = VARY_SIZES.filter((size) => SIZES[model].some((other) => sizeName(other) === sizeName(size)));
  if (asked !== undefined) {
    const size = legalSize(asked, 'vary_image', VARY_SIZES);
    const isSure = sure.some((other) => sizeName(other) === sizeName(size));
    return { size, notes: isSure ? [] : [`Adobe does not say whether ${model} makes ${sizeName(size)}; image3 does.`] };
  }
  const size = (picture && sizeForPicture(picture, sure)) ?? ADOBES_DEFAULT_SIZE;
  if (picture === undefined) {
    const note = `Asked for in ${sizeName(size)} pixels, Adobe's default: the size of the picture is not known here. size chooses another one.`;
    return { size, notes: [note] };
  }
  if (sizeName(size) === sizeName(picture)) return { size, notes: [] };
  const note = `Asked for in ${sizeName(size)} pixels, of Adobe's sizes the nearest in shape to the picture (${sizeName(picture)}).`;
  return { size, notes: [note] };
}
