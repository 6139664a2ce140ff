import type { Corrected } from './local-correction.ts';
import type { Edge, Purpose } from './purpose.ts';

/** In which order the parts of an inverted mask were joined, where shapes could be taken for the other way round. */
export function joiningNotes(
  isInverted: boolean,
  parts: {
    readonly shapes?: readonly unknown[] | undefined;
    readonly select?: string | undefined;
    readonly masks?: readonly unknown[] | undefined;
  },
): readonly string[] {
  const { shapes = [], select, masks = [] } = parts;
  const first = select ?? (masks.length > 0 ? 'from' : undefined);
  if (!isInverted || shapes.length === 0 || first === undefined) return [];
  return [
    `Joined as ${first}, then shapes, then inverted: a shape with op add stays as it is, one with op subtract may change.`,
  ];
}

/** What a correction by points changed of an earlier mask, and how it treated the new edge. */
export function changeNote({ opened, closed, grow, feather }: Omit<Corrected, 'mask'>): string {
  const share = (part: number) =>
    `${part > 0 && part < 0.0005 ? 'under 0.1' : (part * 100).toFixed(1)} % of the picture`;
  if (opened + closed === 0)
    return 'The points changed nothing: the mask is as in from. Add or subtract a shape instead.';
  const edge = [
    ...(grow === 0 ? [] : [`${grow > 0 ? 'grown' : 'shrunk'} by ${Math.abs(grow)} px`]),
    ...(feather === 0 ? [] : [`softened over ${feather} px`]),
  ];
  const alike = edge.length === 0 ? '' : `the new edge is ${edge.join(' and ')}, as that of from is; `;
  return `Corrected near the points: ${share(opened)} joined it, ${share(closed)} left it; ${alike}the rest is as in from.`;
}

/** What the purpose of a mask decided, where the caller has not: how far what may change grew, and how soft its edge is. */
export function purposeNote(
  purpose: Purpose,
  { grow, feather, invert }: Edge,
  own: { readonly [Name in keyof Edge]?: Edge[Name] | undefined },
): readonly string[] {
  const done = [
    ...(invert && own.invert === undefined ? ['inverted'] : []),
    ...(own.grow === undefined ? [`grown by ${grow} px`] : []),
    ...(own.feather === undefined ? [`softened at the edge over ${feather} px`] : []),
  ];
  if (done.length === 0) return [];
  return [`For "${purpose}" what may change was ${done.join(', ')}; grow and feather take other numbers.`];
}
