import type { Confidence, Fit } from '../types.ts';

/** Stability below which a fit is doubtful, and below which it is to be checked. */
const [DOUBTFUL_STABILITY, CHECKED_STABILITY] = [0.85, 0.92];
/** Overlap with a rough outline below which a fit is doubtful. */
const LEAST_AGREEMENT = 0.72;
/** Share of the outline on the limit of the hint above which a fit is doubtful. */
export const MOST_ON_LIMIT = 0.1;
/** Share of what was looked at above which no edge was found: the hint takes about half of it. */
const MOST_FOUND = 0.97;

/** Share of the outline that may end on its limit without an edge: of good fits none was seen to. */
const MOST_CUT_OFF = 0.005;
/** Share of the outline without an edge of colours above which it was drawn rather than found. */
const MOST_WITHOUT_EDGE = 0.3;
/** Share of what was found that a part of the other side's colours may have: right fits of the trials had 0.023 at most. */
const MOST_MISPLACED = 0.03;

/** A part that may be on the wrong side of the outline. */
export interface PlacedPart {
  /** Size of the part, as a share of what was found. */
  readonly share: number;
  /** A point in its middle, percent of the picture. */
  readonly at: readonly [x: number, y: number];
}

/** What tells how sure a fit is. */
export interface Signs {
  /** Whether the subject is somewhere inside of the hint, or about as the hint is drawn. */
  readonly kind: 'box' | 'outline';
  /** Least overlap with what the hint finds when it is drawn a little smaller and larger, 0 to 1. */
  readonly stability: number;
  /** Overlap with the hint itself, 0 to 1. */
  readonly agreement: number;
  /** Share of the outline that is on the limit of what the hint leaves open, 0 to 1, also where the hint is larger. */
  readonly onLimit: number;
  /** Share of the outline that is on the limit of a rough outline and has no edge of colours there, 0 to 1. */
  readonly cutOff: number;
  /** Share of the outline across which colours go on, 0 to 1. */
  readonly withoutEdge: number;
  /** The largest part that has the colours of the surroundings and was taken in. */
  readonly takenIn: PlacedPart;
  /** The largest part beside it that has its colours and was left out. */
  readonly leftOut: PlacedPart;
  /** Share of the working copy, with surroundings of the hint as far as the picture goes, that was found, 0 to 1. */
  readonly found: number;
}

/** How sure a fit is, and why not surer: sentences that say what to do about it. */
export function judge({
  kind,
  stability,
  agreement,
  onLimit,
  cutOff,
  withoutEdge,
  takenIn,
  leftOut,
  found,
}: Signs): Pick<Fit, 'confidence' | 'reasons'> {
  const drawn = kind === 'box' ? 'box' : 'outline';
  const reasons: string[] = [];
  if (stability < CHECKED_STABILITY) {
    reasons.push(
      `${percent(1 - stability)} of what is marked comes and goes when the ${drawn} is drawn a little smaller or larger, so colours inside and outside are alike: look at its edge. Round or straight things are exacter as shapes without fit.`,
    );
  }
  const isFarOff = kind === 'outline' && agreement < LEAST_AGREEMENT;
  if (isFarOff) {
    reasons.push(
      `What was found and the outline share only ${percent(agreement)} of what they cover together, so one of them is wrong.`,
    );
  }
  if (onLimit > MOST_ON_LIMIT) {
    reasons.push(
      kind === 'box'
        ? `${percent(onLimit)} of the edge is on the side of the box, so the subject may go on outside of it.`
        : `${percent(onLimit)} of the edge is as far from the outline as it may be, so the subject may go on there.`,
    );
  }
  const isCutOff = cutOff > MOST_CUT_OFF;
  if (isCutOff && onLimit <= MOST_ON_LIMIT) {
    reasons.push('In a place the outline is too far from the subject, which goes on there in the same colours.');
  }
  if (withoutEdge > MOST_WITHOUT_EDGE)
    reasons.push(`Along ${percent(withoutEdge)} of its outline the colours go on, so no edge was found there.`);
  const misplaced = misplacedReason(takenIn, leftOut);
  if (misplaced !== undefined) reasons.push(misplaced);
  if (found > MOST_FOUND) reasons.push('Nearly everything was taken for the subject, so no edge was found.');
  const isDoubtful = isFarOff || onLimit > MOST_ON_LIMIT || found > MOST_FOUND;
  return {
    confidence: confidenceOf(stability, {
      isDoubtful,
      isSuspect: isCutOff || withoutEdge > MOST_WITHOUT_EDGE || misplaced !== undefined,
    }),
    reasons,
  };
}

/** Where colours say that a part is on the wrong side; of two of the same colours they do not say which one. */
function misplacedReason(takenIn: PlacedPart, leftOut: PlacedPart): string | undefined {
  const [isGap, isPiece] = [takenIn.share > MOST_MISPLACED, leftOut.share > MOST_MISPLACED];
  const [inside, beside] = [`around [${takenIn.at.join(', ')}] percent`, `around [${leftOut.at.join(', ')}] percent`];
  if (isGap && isPiece) {
    return `The same colours are in it, ${inside}, and beside it, ${beside}: look whether one of the two is on the wrong side.`;
  }
  if (isGap) {
    return `${percent(takenIn.share)} of it, ${inside}, has the colours of the surroundings: look whether that is a gap.`;
  }
  if (isPiece) {
    return `A part beside it, ${beside} and ${percent(leftOut.share)} of its size, has its colours and was left out: look whether it belongs.`;
  }
  return undefined;
}

function confidenceOf(
  stability: number,
  is: { readonly isDoubtful: boolean; readonly isSuspect: boolean },
): Confidence {
  if (is.isDoubtful || stability < DOUBTFUL_STABILITY) return 'doubtful';
  return is.isSuspect || stability < CHECKED_STABILITY ? 'check' : 'good';
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
