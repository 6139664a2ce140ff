import { Problem } from '../../shared/errors.ts';
import { HALF_OPEN, type Mask } from '../masks/mask.ts';
import type { Size } from '../size.ts';
import { placeCorrections } from './cut/corrections.ts';
import { boundsOf, overlap, sizeOf } from './cut/measures.ts';
import { halfOf, resample } from './cut/resample.ts';
import { judge, MOST_ON_LIMIT, type PlacedPart } from './doubt/judge.ts';
import { misplacedParts, type Misplaced } from './doubt/misplaced.ts';
import { shareCutOff, shareOnLimit, shareWithoutEdge } from './doubt/outline.ts';
import { findArea } from './find-area.ts';
import { otherHint, roughOf, type Given } from './hints/given.ts';
import { areaOf, placeIn } from './hints/raster.ts';
import { boundsOfShape, regionAround, WORKING_SIDE, workingSize } from './hints/working-copy.ts';
import type {
  Area,
  Check,
  Corrections,
  FoundArea,
  PictureSource,
  Plane,
  Region,
  RgbPicture,
  RoughShape,
} from './types.ts';

/** Longer side of the copies in which fits of other hints are tried, pixels. */
const TRIAL_SIDE = 224;
/** How far a drawn outline may be wrong at least, as a share of the picture's longer side. */
const LEAST_ERROR = 0.025;

/** How shapes are fitted. */
export interface FitOptions {
  readonly corrections?: Corrections;
  /** Says of each pixel of a copy whether it belongs to a person, 0 to 1. Without it colours alone decide. */
  readonly findPeople?: (copy: RgbPicture) => Promise<Plane>;
  /** Told after each step which share of the work is done, 0 to 1. */
  readonly progress?: (share: number) => void;
  readonly check: Check;
}

/** Steps of a fit: working copy, fit, two trials. */
const STEPS = 4;
const NO_CORRECTIONS: Corrections = { belongs: [], stays: [] };

/**
 * Finds the subject of a rough shape.
 * @throws Problem `shape_outside`, and what `check` throws
 */
export async function fitShape(source: PictureSource, shape: RoughShape, options: FitOptions): Promise<FoundArea> {
  const isBox = 'left' in shape;
  // Nothing outside of a box opens, so that points there ask for nothing.
  const points = isBox ? [] : (options.corrections?.belongs ?? []);
  const region = regionAround(boundsOfShape(shape), points, source);
  if (region === undefined) throw shapeOutside();
  return fitIn(source, region, options, (copy) => {
    const placed = placeIn(region, copy, shape);
    return 'left' in placed ? { kind: 'box', shape: placed } : outlineOf(areaOf(placed, copy), source, region);
  });
}

/**
 * Fits an earlier mask once more, with corrections.
 * @throws Problem `shape_outside` where the mask opens nothing, and what `check` throws
 */
export async function fitAgain(source: PictureSource, earlier: Mask, options: FitOptions): Promise<FoundArea> {
  const bounds = boundsOf(earlier, HALF_OPEN);
  const region = bounds && regionAround(bounds, options.corrections?.belongs ?? [], source);
  if (region === undefined) throw shapeOutside();
  return fitIn(source, region, options, (copy) => outlineOf(openPartOf(earlier, region, copy), source, region));
}

async function fitIn(
  source: PictureSource,
  region: Region,
  { corrections = NO_CORRECTIONS, findPeople, progress, check }: FitOptions,
  givenIn: (copy: RgbPicture) => Given,
): Promise<FoundArea> {
  const size = workingSize(region, WORKING_SIDE);
  const copy = await source.copy(region, size);
  progress?.(1 / STEPS);
  check();
  const given = givenIn(copy);
  const probability = await findPeople?.(copy);
  check();
  const search = { given, corrections: placeCorrections(corrections, region, copy), probability, isAround: true };
  const { area, hint, isWithNet } = findArea(copy, search, check);
  progress?.(2 / STEPS);
  const trialSize = workingSize(region, TRIAL_SIDE);
  const trial = await source.copy(region, trialSize);
  const trialCorrections = placeCorrections(corrections, region, trialSize);
  const inTrial = probability && resample(probability, trialSize);
  const tryOther = (sign: -1 | 1) =>
    findArea(
      trial,
      {
        given: otherHint(given, size, trialSize, sign),
        corrections: trialCorrections,
        probability: inTrial,
        // Where it matters how gaps are taken, the subject has colours of its surroundings.
        isAround: sign === -1,
      },
      check,
    );
  const likeness = (tried: Area) => (sizeOf(area) === 0 ? 0 : overlap(halfOf(resample(tried, size)), area));
  const larger = tryOther(1);
  progress?.(3 / STEPS);
  const onLimit = shareOnLimit(area, hint);
  const onLargerLimit = shareOnLimit(larger.area, larger.hint);
  // What fills its box and does not fill a larger one ends there; a smaller box would only cut it off.
  const isTight = given.kind === 'box' && onLimit > MOST_ON_LIMIT && onLargerLimit <= MOST_ON_LIMIT;
  const stability = Math.min(likeness(larger.area), isTight ? 1 : likeness(tryOther(-1).area));
  const misplaced = misplacedParts(
    halfOf(resample(area, trialSize)),
    trial,
    { probability: isWithNet ? inTrial : undefined, corrections: trialCorrections },
    check,
  );
  const placed = (part: Misplaced) => placedIn(region, trial, source, part);
  progress?.(1);
  const agreement = overlap(area, roughOf(given, size));
  const { confidence, reasons } = judge({
    kind: given.kind,
    stability,
    agreement,
    onLimit: Math.min(onLimit, onLargerLimit),
    cutOff: given.kind === 'box' ? 0 : shareCutOff(area, hint, copy),
    withoutEdge: shareWithoutEdge(area, copy),
    takenIn: placed(misplaced.takenIn),
    leftOut: placed(misplaced.leftOut),
    found: sizeOf(area) / area.data.length,
  });
  return { region, area, fit: { from: isWithNet ? 'both' : 'colours', confidence, stability, reasons } };
}

/** A part of a working copy of a region, with its place in the picture. */
function placedIn(region: Region, copy: Size, picture: Size, { share, pixel }: Misplaced): PlacedPart {
  const inPercent = (start: number, place: number, scale: number, side: number) =>
    Math.round((100 * (start + (place + 0.5) * scale)) / side);
  const [x, y] = [pixel % copy.width, Math.floor(pixel / copy.width)];
  return {
    share,
    at: [
      inPercent(region.left, x, region.width / copy.width, picture.width),
      inPercent(region.top, y, region.height / copy.height, picture.height),
    ],
  };
}

function outlineOf(rough: Area, picture: PictureSource, region: Region): Given {
  const scale = rough.width / region.width;
  return { kind: 'outline', rough, least: LEAST_ERROR * Math.max(picture.width, picture.height) * scale };
}

/** What a mask of the whole picture opens in the part that a working copy shows. */
function openPartOf({ width, data }: Mask, region: Region, { width: columns, height: rows }: RgbPicture): Area {
  const part = new Uint8Array(columns * rows);
  for (let y = 0; y < rows; y++) {
    const row = region.top + Math.floor(((y + 0.5) * region.height) / rows);
    for (let x = 0; x < columns; x++) {
      const column = region.left + Math.floor(((x + 0.5) * region.width) / columns);
      part[y * columns + x] = (data[row * width + column] ?? 0) >= HALF_OPEN ? 1 : 0;
    }
  }
  return { width: columns, height: rows, data: part };
}

function shapeOutside(): Problem {
  return new Problem('shape_outside', 'There is no part of the picture in what is to be fitted.', {
    next: 'Draw the shape around what is meant; x and y count from the top left, in percent unless "unit" is "pixels".',
  });
}
