import { z } from 'zod';
import type { Size } from '../../size.ts';

/** What a mask is for: another background, a change of the object itself, or its removal. */
const PURPOSES = ['background', 'object', 'remove'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What the purpose of a mask decides, where the caller does not. */
export interface Edge {
  readonly invert: boolean;
  /** Whole pixels. */
  readonly grow: number;
  /** Whole pixels. */
  readonly feather: number;
}

/**
 * By purpose, in thousandths of the picture's longer side. A background grows into the subject, as the outermost pixels of
 * hair hold light of the old background; what is to be removed grows over its shadow and the softness of its own edge.
 */
const IN_THOUSANDTHS: Readonly<Record<Purpose, { readonly grow: number; readonly feather: number }>> = {
  background: { grow: 3, feather: 2 },
  object: { grow: 1, feather: 1 },
  remove: { grow: 8, feather: 2 },
};

/** Grow, feather and invert for a purpose. */
export function edgeFor(purpose: Purpose, { width, height }: Size): Edge {
  const pixels = (thousandths: number) => Math.max(1, Math.round((thousandths * Math.max(width, height)) / 1000));
  const { grow, feather } = IN_THOUSANDTHS[purpose];
  return { invert: purpose === 'background', grow: pixels(grow), feather: pixels(feather) };
}

/** The purpose of a mask, as an argument. */
export const purposeField = z.enum(PURPOSES).optional().describe('Sets grow, feather; background inverts too, last.');
