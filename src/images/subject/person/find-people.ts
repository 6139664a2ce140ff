import type { Size } from '../../size.ts';
import { boundsOf, overlap, sizeOf } from '../cut/measures.ts';
import { withoutIslands } from '../cut/parts.ts';
import { halfOf } from '../cut/resample.ts';
import type { Model } from '../net/read-model.ts';
import type { Check, PictureSource, Plane, Region } from '../types.ts';
import { highest, LOOK, lookForPeople, mirror, mirrorPlane, probabilityIn, type Look } from './look.ts';

/** Parts of the net's answer that are noise, as a share of the largest one. */
const ISLAND = 0.1;
/** What is looked at again around the people of the first look, as a share of their size on each side. */
const WIDER = 0.25;
/** Share of the picture above which a second look would see no more than the first. */
const MOST_OF_PICTURE = 0.8;
/** Weight of the second look against the first one. */
const SECOND_LOOK = 2 / 3;
/** Probabilities between which the net is unsure. */
const [SURELY_NOT, SURELY] = [0.1, 0.9];

/** People as looks show them. */
export interface Sight {
  /** The smallest region around them. */
  readonly bounds: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  /** The probability that a pixel belongs to them, in a region at any size. */
  readonly probabilityIn: (region: Region, size: Size) => Plane;
}

/** The people in a picture. */
export interface People extends Sight {
  /** Share of the picture that they take, 0 to 1. */
  readonly share: number;
  /** Pixels of which the net is unsure, as a share of theirs. */
  readonly unsure: number;
  /** Overlap, 0 to 1, of what the net found in the whole picture and in a closer, mirrored look at the place. */
  readonly agreement: number;
  /** The same people by whichever look took a pixel rather for a part of them: what one overlooked, the other may show. */
  readonly most: Sight;
}

/**
 * Finds all people in a picture: the net looks at the whole, and once more at the people that it has found there and at what
 * is around them, where they are larger. The second look is mirrored: a person is one from either side, while what the net
 * takes for one by mistake seldom is.
 * @returns undefined where the net sees no part of a person
 * @throws what `check` throws
 */
export async function findPeople(source: PictureSource, model: Model, check: Check): Promise<People | undefined> {
  const whole: Region = { left: 0, top: 0, width: source.width, height: source.height };
  const copyOfWhole = await source.copy(whole, LOOK);
  const first = { region: whole, probability: lookForPeople(model, copyOfWhole, check) };
  const start = inPicture(first.probability, source);
  if (start === undefined) return undefined;
  const closer = widened(start, source);
  const isWhole = closer.width === whole.width && closer.height === whole.height;
  const copy = isWhole ? copyOfWhole : await source.copy(closer, LOOK);
  const second = { region: closer, probability: mirrorPlane(lookForPeople(model, mirror(copy), check)) };
  const again = halfOf(probabilityIn([first], closer, LOOK, 1));
  const isCloser = closer.width * closer.height <= MOST_OF_PICTURE * whole.width * whole.height;
  const looks: readonly Look[] = isCloser ? [first, second] : [first];
  const seen = probabilityIn(looks, whole, LOOK, SECOND_LOOK);
  const bounds = inPicture(seen, source);
  if (bounds === undefined) return undefined;
  const pixels = sizeOf(withoutIslands(halfOf(seen), ISLAND));
  const unsure = seen.data.reduce((sum, value) => sum + (value > SURELY_NOT && value < SURELY ? 1 : 0), 0);
  const mostIn = (region: Region, size: Size) =>
    highest(probabilityIn([first], region, size, 1), probabilityIn([second], region, size, 1));
  return {
    bounds,
    share: pixels / seen.data.length,
    unsure: unsure / pixels,
    agreement: overlap(again, halfOf(second.probability)),
    probabilityIn: (region, size) => probabilityIn(looks, region, size, SECOND_LOOK),
    most: { bounds: inPicture(mostIn(whole, LOOK), source) ?? bounds, probabilityIn: mostIn },
  };
}

/** Bounds, in the picture's pixels, of what is probable in a plane of the whole picture. */
function inPicture(plane: Plane, picture: Size): People['bounds'] | undefined {
  const bounds = boundsOf(withoutIslands(halfOf(plane), ISLAND));
  if (bounds === undefined) return undefined;
  const [scaleX, scaleY] = [picture.width / plane.width, picture.height / plane.height];
  return {
    left: bounds.left * scaleX,
    top: bounds.top * scaleY,
    right: bounds.right * scaleX,
    bottom: bounds.bottom * scaleY,
  };
}

function widened({ left, top, right, bottom }: People['bounds'], picture: Size): Region {
  const [sideX, sideY] = [(right - left) * WIDER, (bottom - top) * WIDER];
  const region = { left: Math.max(0, Math.round(left - sideX)), top: Math.max(0, Math.round(top - sideY)) };
  return {
    ...region,
    width: Math.min(picture.width, Math.round(right + sideX)) - region.left,
    height: Math.min(picture.height, Math.round(bottom + sideY)) - region.top,
  };
}
