import type { Size } from '../../masks/mask.ts';
import { joinBoxes, type Box } from '../box.ts';
import { planWindow } from './plan-window.ts';
import type { Window } from './window.ts';

/** Loss of resolution that is accepted for sending parts together. */
const SLACK = 1.1;

/** Open parts that are sent together. */
export interface Group {
  readonly box: Box;
  readonly window: Window;
}

/** Open parts, all in one window, and as the fewest windows in which none of them loses resolution. */
export interface Grouping {
  readonly joint: Group;
  /** One group where a joint window costs no resolution. */
  readonly groups: readonly Group[];
}

/**
 * Groups the open parts of a mask: those whose joint window has nearly the resolution that each has alone are together.
 * @param boxes at least one, at most about twenty: every pair is planned
 */
export function groupParts(picture: Size, boxes: readonly Box[], sizes: readonly Size[]): Grouping {
  const plan = (box: Box): Group => ({ box, window: planWindow(picture, box, sizes) });
  const joint = plan(boxes.reduce(joinBoxes));
  let groups = boxes.map(plan);
  const costsNothing = ({ window }: Group, parts: readonly Group[]) =>
    window.scale <= SLACK * Math.max(1, ...parts.map((part) => part.window.scale));
  if (costsNothing(joint, groups)) return { joint, groups: [joint] };
  const pairs = new Map<Group, Map<Group, Group>>();
  const together = (a: Group, b: Group): Group => {
    const known = pairs.get(a) ?? new Map<Group, Group>();
    pairs.set(a, known);
    const pair = known.get(b) ?? plan(joinBoxes(a.box, b.box));
    known.set(b, pair);
    return pair;
  };
  for (;;) {
    let best: { readonly parts: readonly [Group, Group]; readonly pair: Group } | undefined;
    for (const [index, a] of groups.entries()) {
      for (const b of groups.slice(index + 1)) {
        const pair = together(a, b);
        if (!costsNothing(pair, [a, b])) continue;
        if (best === undefined || pair.window.scale < best.pair.window.scale) best = { parts: [a, b], pair };
      }
    }
    if (best === undefined) break;
    const { parts, pair } = best;
    groups = [...groups.filter((group) => !parts.includes(group)), pair];
  }
  return { joint, groups: costsNothing(joint, groups) ? [joint] : groups };
}
