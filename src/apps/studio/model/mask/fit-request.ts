import type { Point } from '../viewport.ts';
import type { Base, FitRequest, Painting } from './mask-history.ts';
import { shapeArgument } from './mask-shapes.ts';

/** A point that a person sets to correct a fit. */
export interface Correction {
  readonly belongs?: Point;
  readonly stays?: Point;
}

/** What is asked of `make_mask`, and what the base that comes of it is to remember. */
export type NewFit = Pick<Base, 'hints' | 'belongs' | 'stays'> & { readonly request: FitRequest };

/**
 * A fit of what is painted. It joins what is there already, as `make_mask` joins shapes and people to an earlier mask: the
 * mask that painting began with, what was fitted before, and what was painted on both stay. Shapes that were drawn since are
 * fitted; without any, a point corrects the last fit, or the mask itself where it was not fitted here, and without a point
 * people are found. The inversion of the painting stays out of it, since it comes after all joining.
 */
export function newFit({ base, shapes }: Painting, point: Correction = {}): NewFit {
  const from = base === undefined ? {} : { from: base.mask };
  const belongs = point.belongs === undefined ? [] : [point.belongs];
  const stays = point.stays === undefined ? [] : [point.stays];
  const points = { belongs, stays };
  // What is taken away from nothing changes nothing, and the server refuses it.
  const first = base === undefined ? shapes.findIndex(([, joining]) => joining === 'add') : 0;
  const drawn = first < 0 ? [] : shapes.slice(first);
  if (drawn.length > 0) {
    const fitted = drawn.map(([shape, joining]) => shapeArgument(shape, joining));
    return { request: { ...from, shapes: fitted, fit: true }, hints: drawn.map(([shape]) => shape), ...points };
  }
  const isCorrection = belongs.length + stays.length > 0;
  if (base === undefined || !isCorrection) return { request: { ...from, select: 'person' }, hints: [], ...points };
  return {
    request: base.request ?? from,
    hints: base.hints,
    belongs: [...base.belongs, ...belongs],
    stays: [...base.stays, ...stays],
  };
}

/** Arguments of `make_mask` for a fit. */
export function fitArguments({ request, belongs, stays }: NewFit, image: string): Readonly<Record<string, unknown>> {
  return {
    image,
    unit: 'pixels',
    ...request,
    ...(belongs.length > 0 ? { belongs: belongs.map(pair) } : {}),
    ...(stays.length > 0 ? { stays: stays.map(pair) } : {}),
  };
}

function pair({ x, y }: Point): readonly [number, number] {
  return [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
}
