import type { Arguments } from '../../bridge/bridge.ts';
import type { Area, Point } from '../viewport.ts';
import { type Base, maskArguments, type Painting } from './mask-history.ts';

/** One more point that a person has set: of what belongs to the subject, or of what stays as it is. */
export interface FitPoint {
  readonly belongs?: Point;
  readonly stays?: Point;
}

/** What a fit asks `make_mask` for, and what its answer becomes. Nothing that was painted is lost by it. */
export interface FitPlan {
  readonly args: Arguments;
  /** The base that the answer becomes, but for its mask. */
  readonly base: Omit<Base, 'mask' | 'fit'>;
  /** Whether the painting is still inverted afterwards. */
  readonly inverted: boolean;
  /** The kept mask itself is fitted, so that a part of it may go: the person is asked first. */
  readonly replaces: boolean;
}

/**
 * Plans a fit. Shapes are fitted each by itself and join what was there before; a point corrects the fit before it; without
 * either, people are found and added.
 * @param flat a mask of all that is painted, where it is inverted: people are added to it
 */
export function fitPlan(
  painting: Painting,
  point: FitPoint,
  picture: Area & { readonly image: string },
  flat?: string,
): FitPlan {
  const { base, shapes, inverted } = painting;
  const { image } = picture;
  const isPoint = point.belongs !== undefined || point.stays !== undefined;
  const drawn = shapes.length === 0 ? undefined : maskArguments({ ...painting, grow: 0, feather: 0 }, image, picture);
  if (drawn !== undefined) {
    const hints = shapes.map(([shape]) => shape);
    return plan({ ...drawn, fit: true }, { hints, belongs: [], stays: [] }, point, false);
  }
  if (isPoint && base?.request !== undefined) return plan(base.request, base, point, inverted);
  if (isPoint && base !== undefined)
    return { ...plan({ image, from: base.mask }, base, point, inverted), replaces: true };
  const from = flat ?? base?.mask;
  const people = { image, select: 'person', ...(from === undefined ? {} : { from }) };
  return plan(people, { hints: base?.hints ?? [], belongs: [], stays: [] }, point, false);
}

function plan(
  request: Arguments,
  before: Pick<Base, 'hints' | 'belongs' | 'stays'>,
  point: FitPoint,
  inverted: boolean,
): FitPlan {
  const belongs = [...before.belongs, ...(point.belongs === undefined ? [] : [point.belongs])];
  const stays = [...before.stays, ...(point.stays === undefined ? [] : [point.stays])];
  const args = {
    ...request,
    unit: 'pixels',
    ...(belongs.length > 0 ? { belongs: belongs.map(pair) } : {}),
    ...(stays.length > 0 ? { stays: stays.map(pair) } : {}),
  };
  return { args, base: { request, hints: before.hints, belongs, stays }, inverted, replaces: false };
}

function pair({ x, y }: Point): readonly [number, number] {
  return [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
}
