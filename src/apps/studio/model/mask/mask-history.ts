import { type Joining, type MaskShape, shapeArgument } from './mask-shapes.ts';
import type { Area, Point } from '../viewport.ts';

/** How sure the server is of an outline that it has found. */
export interface FitFacts {
  readonly confidence: 'good' | 'check' | 'doubtful';
  readonly reasons: readonly string[];
}

/** How a mask was fitted, as arguments of `make_mask` without its points. */
export interface FitRequest {
  /** The mask that what is found is joined to. */
  readonly from?: string;
  readonly shapes?: readonly Readonly<Record<string, unknown>>[];
  readonly fit?: true;
  readonly select?: 'person';
}

/** A mask of the library that painting goes on from. */
export interface Base {
  readonly mask: string;
  readonly fit?: FitFacts | undefined;
  /** For another fit with further points; none where the mask was not fitted in this painting. */
  readonly request?: FitRequest | undefined;
  /** What was drawn roughly, for the dashed outline. */
  readonly hints: readonly MaskShape[];
  readonly belongs: readonly Point[];
  readonly stays: readonly Point[];
}

/** One step of a person: what undo takes back. */
export type Step =
  | { readonly kind: 'shapes'; readonly tool: string; readonly shapes: readonly MaskShape[]; readonly joining: Joining }
  | { readonly kind: 'base'; readonly base: Base }
  | { readonly kind: 'invert' }
  | { readonly kind: 'edge'; readonly grow: number; readonly feather: number }
  | { readonly kind: 'clear' };

/** What all steps together mean: a mask to begin with, shapes joined to it in turn, then inverted, grown and feathered. */
export interface Painting {
  readonly base: Base | undefined;
  readonly shapes: readonly (readonly [shape: MaskShape, joining: Joining])[];
  readonly inverted: boolean;
  readonly grow: number;
  readonly feather: number;
}

const BLANK: Painting = { base: undefined, shapes: [], inverted: false, grow: 0, feather: 0 };

/** Steps to the start and, behind `at`, those that redo brings back. */
export interface History {
  readonly steps: readonly Step[];
  readonly at: number;
}

export const NO_STEPS: History = { steps: [], at: 0 };

/** With one more step; what was undone is gone. Edges that follow each other are one step. */
export function done(history: History, step: Step): History {
  const before = history.steps.slice(0, history.at);
  const last = before.at(-1);
  const kept = step.kind === 'edge' && last?.kind === 'edge' ? before.slice(0, -1) : before;
  return { steps: [...kept, step], at: kept.length + 1 };
}

/** At another step, within what there is. */
export function movedTo(history: History, at: number): History {
  return { steps: history.steps, at: Math.min(history.steps.length, Math.max(0, at)) };
}

/** What the steps up to now mean. */
export function paintingOf({ steps, at }: History): Painting {
  return steps.slice(0, at).reduce(after, BLANK);
}

function after(painting: Painting, step: Step): Painting {
  if (step.kind === 'invert') return { ...painting, inverted: !painting.inverted };
  if (step.kind === 'edge') return { ...painting, grow: step.grow, feather: step.feather };
  if (step.kind === 'clear') return BLANK;
  // A fit joins what is painted before it is inverted (`newFit`).
  if (step.kind === 'base') return { ...painting, base: step.base, shapes: [] };
  // The server inverts last: what is added to an inverted mask is taken away before it is inverted.
  const joining = painting.inverted === (step.joining === 'add') ? 'subtract' : 'add';
  return { ...painting, shapes: [...painting.shapes, ...step.shapes.map((shape) => [shape, joining] as const)] };
}

/** Whether nothing is painted: no mask and no shape that adds, or all of it inverted away. */
export function isBlank({ base, shapes, inverted }: Painting): boolean {
  return !inverted && base === undefined && !shapes.some(([, joining]) => joining === 'add');
}

/** Arguments of `make_mask` for a painting; undefined where nothing is painted. */
export function maskArguments(
  painting: Painting,
  image: string,
  picture: Area,
): Readonly<Record<string, unknown>> | undefined {
  if (isBlank(painting)) return undefined;
  const { base, inverted, grow, feather } = painting;
  // What is taken away from nothing changes nothing, and the server refuses it.
  const first = base === undefined ? painting.shapes.findIndex(([, joining]) => joining === 'add') : 0;
  const shapes = first < 0 ? [] : painting.shapes.slice(first);
  const refined = {
    ...(grow === 0 ? {} : { grow: Math.round(grow) }),
    ...(feather === 0 ? {} : { feather: Math.round(feather) }),
  };
  if (base === undefined && shapes.length === 0) {
    const whole = { shape: 'rectangle', x: 0, y: 0, ...picture, op: 'add' };
    return { image, unit: 'pixels', shapes: [whole], ...refined };
  }
  return {
    image,
    unit: 'pixels',
    ...(base === undefined ? {} : { from: base.mask }),
    ...(shapes.length === 0 ? {} : { shapes: shapes.map(([shape, joining]) => shapeArgument(shape, joining)) }),
    ...(inverted ? { invert: true } : {}),
    ...refined,
  };
}
