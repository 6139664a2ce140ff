import { UPSCALE_FACTORS, type UpscaleFactor } from '../../firefly/contract/paid/upscale-images.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { type Pair, sizeName } from '../generate/sizes.ts';

/** Longest side of a result, pixels. Adobe says "6k", and not whether that is more. */
const LONGEST_UPSCALED = 6000;
/** OpenAPI default of `upscaleFactor`. */
const DEFAULT_FACTOR: UpscaleFactor = 2;

/**
 * The factor to ask for, and the size that it gives.
 * @throws Problem `invalid_argument` with the largest factor that fits the picture
 */
export function upscaleBy(
  asked: number = DEFAULT_FACTOR,
  picture: Pair,
): { readonly factor: UpscaleFactor; readonly size: Pair } {
  const fitting = UPSCALE_FACTORS.filter((factor) => longerSide(picture) * factor <= LONGEST_UPSCALED);
  const largest = fitting.at(-1);
  if (largest === undefined) {
    throw invalidArgument(
      `The picture has ${sizeName(picture)} pixels, and upscaling makes ${LONGEST_UPSCALED} a side at most, so that no factor fits.`,
      `It takes pictures of up to ${LONGEST_UPSCALED / DEFAULT_FACTOR} pixels a side; this one is large enough as it is.`,
    );
  }
  const factor = fitting.find((each) => each === asked);
  if (factor !== undefined) return { factor, size: scaled(picture, factor) };
  const isFactor = UPSCALE_FACTORS.some((each) => each === asked);
  const why = isFactor
    ? `factor ${asked} would make ${sizeName(scaled(picture, asked))} of a picture of ${sizeName(picture)}; ${LONGEST_UPSCALED} a side is the most.`
    : `There is no factor ${asked}; there are ${UPSCALE_FACTORS.join(', ')}.`;
  throw invalidArgument(why, `The largest that fits is ${largest}, which makes ${sizeName(scaled(picture, largest))}.`);
}

function scaled({ width, height }: Pair, factor: number): Pair {
  return { width: width * factor, height: height * factor };
}

function longerSide({ width, height }: Pair): number {
  return Math.max(width, height);
}
