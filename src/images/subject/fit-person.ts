import { Problem } from '../../shared/errors.ts';
import type { Size } from '../size.ts';
import { pixelsOf, placeCorrections, withCorrections } from './cut/corrections.ts';
import { cutOut } from './cut/cut-out.ts';
import { sizeOf } from './cut/measures.ts';
import { withoutHoles, withoutIslands } from './cut/parts.ts';
import { regionAround, WORKING_SIDE, workingSize } from './hints/working-copy.ts';
import type { Model } from './net/read-model.ts';
import { shareLeftOut } from './doubt/left-out.ts';
import { findPeople, type People, type Sight } from './person/find-people.ts';
import { peopleHint } from './person/people-hint.ts';
import type { Area, Check, Corrections, Fit, FoundArea, PictureSource, Region } from './types.ts';

/** Islands and holes that are noise, as shares of the largest part and of the whole area. */
const [ISLAND, HOLE] = [0.05, 0.01];
/** The net knows much already. */
const ROUNDS = { whole: 2, local: 1 };
/** Least share of the picture that people take, and the share above which surroundings are often taken for them. */
const [LEAST_SHARE, MOST_SHARE] = [0.005, 0.8];
/** Pixels of which the net is unsure, as a share of those that it found: above the second no picture of the trials had people. */
const UNSURE = { check: 0.35, nobody: 1 };
/** What the cut left out although it may belong, as a share of what was found: a person without a part has more. */
const MOST_LEFT_OUT = 0.05;
/** Share above which that is no part of a person but another thing, and share of it that a second cut may leave out still. */
const [LARGEST_PART, MOST_STILL_LEFT_OUT] = [0.3, 0.5];
/** Agreement of its two looks: below the second no picture of the trials had people. */
const AGREEMENT = { check: 0.85, nobody: 0.6 };

/**
 * Finds all people in a picture.
 * @param corrections in pixels of the picture
 * @throws Problem `nobody_found`, and what `check` throws
 */
export async function fitPerson(
  source: PictureSource,
  model: Model,
  corrections: Corrections,
  check: Check,
): Promise<FoundArea> {
  const people = await findPeople(source, model, check);
  if (people === undefined || isNobody(people)) throw nobodyFound();
  const most = people.most.probabilityIn;
  const first = await cutBy(people);
  // What one look overlooked is searched once more by whichever look saw more of it, and kept where that finds it.
  const isPart = first.leftOut > MOST_LEFT_OUT && first.leftOut < LARGEST_PART;
  const second = isPart ? await cutBy(people.most) : first;
  const isTakenIn = second.leftOut < MOST_STILL_LEFT_OUT * first.leftOut;
  const { region, area } = isTakenIn ? second : first;
  const found = shareOf(area, region, source);
  return { region, area, fit: fitOf(people, { found, doubted: first.leftOut, isTakenIn }) };

  async function cutBy({ bounds, probabilityIn }: Sight) {
    const region = regionAround(bounds, corrections.belongs, source);
    if (region === undefined) throw nobodyFound();
    const size = workingSize(region, WORKING_SIDE);
    const copy = await source.copy(region, size);
    const placed = placeCorrections(corrections, region, size);
    const hint = withCorrections(peopleHint(probabilityIn(region, size)), placed);
    check();
    const cut = cutOut(copy, hint, ROUNDS, check);
    const stays = pixelsOf(placed.stays, size);
    const whole = withoutIslands(cut, ISLAND, pixelsOf(placed.belongs, size));
    const area = withoutHoles(whole, HOLE, stays);
    check();
    return { region, area, leftOut: shareLeftOut(area, most(region, size), stays) };
  }
}

function isNobody({ share, unsure, agreement }: People): boolean {
  return share < LEAST_SHARE || unsure > UNSURE.nobody || agreement < AGREEMENT.nobody;
}

/** Share of a picture that an area of a region takes, 0 to 1. */
function shareOf(area: Area, region: Region, picture: Size): number {
  return ((sizeOf(area) / area.data.length) * region.width * region.height) / (picture.width * picture.height);
}

/** What was cut out, and what may belong to it. */
interface Cut {
  /** What was cut out, as a share of the picture. */
  readonly found: number;
  /** What a first cut left out although it may belong, as a share of that cut, and whether it is part of the result. */
  readonly doubted: number;
  readonly isTakenIn: boolean;
}

function fitOf({ unsure, agreement }: People, { found, doubted, isTakenIn }: Cut): Fit {
  const reasons: string[] = [];
  if (unsure > UNSURE.check) reasons.push('The outline of a person is unclear in parts of the picture.');
  if (agreement < AGREEMENT.check) reasons.push('A closer look found another outline than the first one.');
  if (doubted > MOST_LEFT_OUT) {
    const part = `A part beside the person, of ${Math.round(100 * doubted)} % of their size, may belong to them`;
    reasons.push(`${part} and was ${isTakenIn ? 'taken in' : 'left out'}.`);
  }
  // A person who is upside down, for one, and is found together with the ground.
  if (found > MOST_SHARE) reasons.push('Nearly the whole picture was taken for people.');
  return { from: 'person', confidence: reasons.length > 0 ? 'check' : 'good', reasons };
}

function nobodyFound(): Problem {
  return new Problem('nobody_found', 'No person stands out in this picture.', {
    next: 'Draw a rough polygon of 8-16 points around what is meant, and set fit.',
  });
}
