import { Problem } from '../../../shared/errors.ts';
import type { Size } from '../../masks/mask.ts';
import { requirePixels, type Claimed } from '../../problems.ts';
import { describeBox, wholeBox, type Box } from '../box.ts';
import { groupParts, type Group } from './group-parts.ts';
import type { OpenParts } from './open-parts.ts';
import { planWindow } from './plan-window.ts';
import type { Window } from './window.ts';

/** Share of the picture from which on nothing of it is worth keeping, and the answer is taken whole. */
const WHOLE_FROM = 0.95;
/** Most padding of a window: with more of it the model would paint for a picture that is mostly invented. */
const MOST_PADDING = 0.35;
/** Most parts that a refusal proposes. */
const MOST_PROPOSED = 8;

/** How a fill is sent and what becomes of the answer. */
export interface FillPlan {
  readonly window: Window;
  /** Whether the answer is taken whole, since the mask opens nearly everything. */
  readonly whole: boolean;
}

/** The next step of a refusal, in the arguments that the tool has. */
export interface FillAdvice {
  /** For this many groups of parts that are too far apart. */
  readonly apart: (groups: number) => string;
  /** For a picture that is too long for one window, whose parts (`600x400 at 0,0`) would fit; none where none do. */
  readonly tooLong: (parts: readonly string[]) => string;
}

/** Words of no tool. */
const PLAIN_ADVICE: FillAdvice = {
  apart: (groups) => `Send the ${groups} parts one after the other.`,
  tooLong: (parts) => (parts.length === 0 ? 'Open less of it.' : `Send it in parts, as of ${parts.join('; ')} pixels.`),
};

/** What a caller may decide about a plan. */
export interface FillChoices {
  /** Sends parts that are far apart together, although that costs resolution. */
  readonly oneRequest?: boolean | undefined;
}

interface PlanOptions {
  /** Sizes that the operation has. */
  readonly sizes: readonly Size[];
  readonly advice?: FillAdvice;
  readonly choices?: FillChoices;
}

/**
 * Plans the fill of what a mask opens, or refuses before anything is spent.
 * @param picture the upright picture
 * @param parts what the mask opens; at least one part
 * @throws Problem `mask_empty`, `picture_too_large`; `invalid_argument` naming the groups of parts that are too far apart
 *   for one window, or the parts of a picture that is too long for one
 */
export function planFill(
  picture: Claimed,
  { boxes, share }: OpenParts,
  { sizes, advice = PLAIN_ADVICE, choices = {} }: PlanOptions,
): FillPlan {
  requirePixels(picture);
  if (boxes.length === 0) {
    throw new Problem('mask_empty', 'This mask opens no part of the picture.', {
      next: 'Say what is to change with larger shapes, a smaller negative grow, or the other way round with invert.',
    });
  }
  const checked = (window: Window): Window => {
    if (window.padding > MOST_PADDING) throw tooLong(proposeParts(picture, sizes), window, advice);
    return window;
  };
  if (share >= WHOLE_FROM) {
    return { window: checked(planWindow(picture, wholeBox(picture), sizes)), whole: true };
  }
  const { joint, groups } = groupParts(picture, boxes, sizes);
  if (groups.length > 1 && choices.oneRequest !== true) throw apart(groups, joint.window, advice);
  return { window: checked(joint.window), whole: false };
}

function apart(groups: readonly Group[], joint: Window, advice: FillAdvice): Problem {
  const named = groups.map(({ box, window }) => `${describeBox(box)} (${resolution(window)})`);
  return new Problem(
    'invalid_argument',
    `What is open is too far apart for one request at full resolution: ${named.join('; ')}. Together: ${resolution(joint)}.`,
    { next: advice.apart(groups.length) },
  );
}

/** `at full resolution`, or the share of each side. */
function resolution({ scale }: Window): string {
  return scale <= 1 ? 'full resolution' : `${Math.round(100 / scale)} % of the resolution`;
}

function tooLong(parts: readonly Box[], window: Window, advice: FillAdvice): Problem {
  const share = Math.round(window.padding * 100);
  return new Problem(
    'invalid_argument',
    `What is open is too long for one request: ${share} % of what is sent would be padding.`,
    { next: advice.tooLong(parts.map(describeBox)) },
  );
}

/** The fewest equal parts along the longer side, each of which fits into a window with little padding. */
export function proposeParts(picture: Size, sizes: readonly Size[]): readonly Box[] {
  const isWide = picture.width >= picture.height;
  const length = isWide ? picture.width : picture.height;
  for (let count = 2; count <= MOST_PROPOSED; count++) {
    const edges = Array.from({ length: count + 1 }, (_, index) => Math.round((length * index) / count));
    const parts = edges.slice(1).map((to, index) => {
      const from = edges[index] ?? 0;
      return isWide
        ? { left: from, top: 0, right: to, bottom: picture.height }
        : { left: 0, top: from, right: picture.width, bottom: to };
    });
    if (parts.every((part) => planWindow(picture, part, sizes).padding <= MOST_PADDING)) return parts;
  }
  return [];
}
