import { cutOut } from './cut/cut-out.ts';
import { pixelsOf, withCorrections } from './cut/corrections.ts';
import { CLOSED, type Hint } from './cut/hint.ts';
import { withoutHoles, withoutIslands } from './cut/parts.ts';
import { hintOf, roughOf, type Given } from './hints/given.ts';
import { withNet } from './hints/net-hint.ts';
import type { Area, Check, Corrections, Plane, RgbPicture } from './types.ts';

/** Islands and holes that are noise, as shares of the largest part and of the whole area. */
const [ISLAND, HOLE] = [0.1, 0.01];
/** The net knows much already. */
const ROUNDS = { withNet: { whole: 2, local: 1 }, alone: { whole: 4, local: 2 } };

/** What a working copy is searched for. */
export interface AreaSearch {
  readonly given: Given;
  /** In the pixels of the copy. */
  readonly corrections: Corrections;
  /** What the net for people says of each pixel, where it was asked. */
  readonly probability: Plane | undefined;
  /** Whether what has the colours around a box is taken for a gap at first, and not for a part of its subject. */
  readonly isAround: boolean;
}

/** What was found in a working copy. */
export interface Found {
  readonly area: Area;
  readonly hint: Hint;
  /** Whether the net agreed with the hint, so that it was used. */
  readonly isWithNet: boolean;
}

/** Finds a subject in a working copy. @throws what `check` throws */
export function findArea(
  copy: RgbPicture,
  { given, corrections, probability, isAround }: AreaSearch,
  check: Check,
): Found {
  const rough = roughOf(given, copy);
  const plain = hintOf(given, copy);
  const withPeople = probability && withNet(plain, given.kind, rough, probability);
  check();
  const corrected = withCorrections(withPeople ?? plain, corrections);
  const hint = given.kind === 'box' ? closedOutside(rough, corrected) : corrected;
  const rounds = withPeople === undefined ? ROUNDS.alone : ROUNDS.withNet;
  const cut = cutOut(
    copy,
    hint,
    { ...rounds, isAround: isAround && given.kind === 'box' && withPeople === undefined },
    check,
  );
  const whole = withoutIslands(cut, ISLAND, pixelsOf(corrections.belongs, copy));
  const area = withoutHoles(whole, HOLE, pixelsOf(corrections.stays, copy));
  return { area, hint, isWithNet: withPeople !== undefined };
}

/** A hint that allows nothing outside of an area, whatever a point near its side says. */
function closedOutside(inside: Area, hint: Hint): Hint {
  return { ...hint, certain: hint.certain.map((side, pixel) => (inside.data[pixel] === 1 ? side : CLOSED)) };
}
