import type { Area, Check, RgbPicture } from '../types.ts';
import { CLOSED, OPEN, UNDECIDED, type Hint } from './hint.ts';
import { labOf } from './colours/lab.ts';
import { gridOf, inFrame, linksOf } from './graph/links.ts';
import { localOdds } from './colours/local-colours.ts';
import { minimumCut } from './graph/minimum-cut.ts';
import { Mixture } from './colours/mixture.ts';

const COLOURS = { components: 5, floor: 1 };
/** Most pixels of either side whose colours are looked at. */
const SAMPLE = 24_000;
/** Fewest pixels of either side that have colours to speak of. */
const FEWEST = 10;
/** Fewest pixels around a subject by which gaps in it are known. */
const FEWEST_AROUND = 500;
/** Share of the surroundings whose colours are usual ones. */
const USUAL = 0.95;
/** Least share of a first guess that has other colours than its surroundings. */
const LEAST_LEFT = 0.2;
/** Rows between two calls of `check`. */
const ROWS_BETWEEN_CHECKS = 16;
/** Share of pixels that change sides below which another round is not worth its time. */
const SETTLED = 0.0005;
/** Share that colours nearby have in the odds, where they tell the sides apart. */
const LOCAL_SHARE = 0.75;

/** How often a cut is repeated with the colours of the cut before. */
export interface CutRounds {
  /** With the colours of the whole. */
  readonly whole: number;
  /** With colours nearby besides. */
  readonly local: number;
  /** Whether what is certain not to belong surrounds the subject, so that its colours are those of the gaps inside too. */
  readonly isAround?: boolean;
}

/**
 * Cuts a subject out of a picture: colours of both sides and the cheapest cut between them in turn (Rother, Kolmogorov and
 * Blake, "GrabCut", 2004), with the hint as a leaning that colours can overrule where it is not certain.
 * @throws what `check` throws
 */
export function cutOut(picture: RgbPicture, hint: Hint, rounds: CutRounds, check: Check): Area {
  const lab = labOf(picture);
  check();
  const links = linksOf(lab, hint);
  check();
  let area = Uint8Array.from(hint.certain, (side, pixel) =>
    side === UNDECIDED ? (hint.guess[pixel] ?? 0) : +(side === OPEN),
  );
  /** Divides the pixels anew. @returns how many have changed sides */
  const divide = (odds: Float32Array) => {
    for (let pixel = 0; pixel < odds.length; pixel++) odds[pixel] = (odds[pixel] ?? 0) + (hint.lean[pixel] ?? 0);
    const { side } = minimumCut(gridOf(links, hint, odds), check);
    const before = area;
    area = before.map((value, pixel) =>
      hint.certain[pixel] === UNDECIDED ? (side[inFrame(pixel, hint.width)] ?? 0) : value,
    );
    return area.reduce((changed, value, pixel) => changed + (value === before[pixel] ? 0 : 1), 0);
  };
  if (rounds.isAround === true) area = startInside(lab, hint, area);
  const colours = new Colours(lab);
  for (let round = 0; round < rounds.whole; round++) {
    if (!colours.learn(area, check)) break;
    if (divide(colours.odds(hint, check)) < SETTLED * area.length) break;
  }
  for (let round = 0; round < rounds.local && colours.areKnown; round++) {
    const nearby = localOdds(lab, hint, { area, certain: hint.certain }, check);
    const odds = colours.odds(hint, check);
    for (let pixel = 0; pixel < odds.length; pixel++) {
      const share = LOCAL_SHARE * (nearby.weight[pixel] ?? 0);
      odds[pixel] = (odds[pixel] ?? 0) * (1 - share) + (nearby.odds[pixel] ?? 0) * share;
    }
    divide(odds);
  }
  return { width: hint.width, height: hint.height, data: area };
}

/** Colours of the subject and of its surroundings in the whole working copy. */
class Colours {
  readonly #lab: Float32Array;
  #sides: { readonly subject: Mixture; readonly surroundings: Mixture } | undefined;

  constructor(lab: Float32Array) {
    this.#lab = lab;
  }

  get areKnown(): boolean {
    return this.#sides !== undefined;
  }

  /** Learns the colours of both sides, the first time from nothing. @returns whether both sides have any */
  learn(area: Uint8Array, check: Check): boolean {
    const subject = sampleOf(1, area);
    const surroundings = sampleOf(0, area);
    if (subject.length < FEWEST || surroundings.length < FEWEST) return false;
    if (this.#sides === undefined) {
      this.#sides = {
        subject: Mixture.of(this.#lab, subject, COLOURS),
        surroundings: Mixture.of(this.#lab, surroundings, COLOURS),
      };
    } else {
      this.#sides.subject.refit(this.#lab, subject);
      this.#sides.surroundings.refit(this.#lab, surroundings);
    }
    check();
    return true;
  }

  /** Logarithm of the odds that each undecided pixel belongs. */
  odds({ certain, width }: Hint, check: Check): Float32Array {
    const lab = this.#lab;
    const odds = new Float32Array(certain.length);
    if (this.#sides === undefined) return odds;
    const { subject, surroundings } = this.#sides;
    for (let pixel = 0; pixel < odds.length; pixel++) {
      if (pixel % (width * ROWS_BETWEEN_CHECKS) === 0) check();
      if (certain[pixel] !== UNDECIDED) continue;
      const l = lab[pixel * 3] ?? 0;
      const a = lab[pixel * 3 + 1] ?? 0;
      const b = lab[pixel * 3 + 2] ?? 0;
      odds[pixel] = surroundings.cost(l, a, b) - subject.cost(l, a, b);
    }
    return odds;
  }
}

/**
 * The first guess without the pixels that have colours of what is certain not to belong: gaps of the subject, which would
 * teach it these colours. All of the guess where hardly any other colours are left.
 */
function startInside(lab: Float32Array, { certain }: Hint, area: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const closed = sampleOf(
    1,
    certain.map((side) => (side === CLOSED ? 1 : 0)),
  );
  if (closed.length < FEWEST_AROUND) return area;
  const surroundings = Mixture.of(lab, closed, COLOURS);
  const cost = (pixel: number) =>
    surroundings.cost(lab[pixel * 3] ?? 0, lab[pixel * 3 + 1] ?? 0, lab[pixel * 3 + 2] ?? 0);
  const costs = Float64Array.from(closed, cost).sort();
  const usual = costs[Math.floor(costs.length * USUAL)] ?? 0;
  const start = area.map((value, pixel) =>
    value === 1 && certain[pixel] === UNDECIDED && cost(pixel) <= usual ? 0 : value,
  );
  const count = (data: Uint8Array) => data.reduce((sum, value) => sum + value, 0);
  return count(start) < LEAST_LEFT * count(area) ? area : start;
}

/** Pixels of one side, spread evenly. @param most of them */
export function sampleOf(side: 0 | 1, area: Uint8Array, most = SAMPLE): Int32Array {
  let count = 0;
  for (const value of area) if (value === side) count++;
  const step = Math.max(1, count / most);
  const pixels = new Int32Array(Math.min(count, most));
  let [taken, passed] = [0, 0];
  for (let pixel = 0; pixel < area.length && taken < pixels.length; pixel++) {
    if (area[pixel] !== side) continue;
    if (passed++ >= taken * step) pixels[taken++] = pixel;
  }
  return pixels.subarray(0, taken);
}
