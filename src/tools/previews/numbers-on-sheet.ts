import { parseReference } from '../../images/library/reference.ts';
import type { ImageRecord } from '../../images/types.ts';

/** The numbers in the corners of a sheet, in the order of its pictures. */
export interface SheetNumbers {
  readonly numbers: readonly number[];
  /** The job or batch that numbers them so; undefined where they are counted from 1. */
  readonly of: string | undefined;
}

/** A picture's own number, and what numbers it. */
interface Place {
  readonly of: string;
  readonly number: number;
}

/**
 * Numbers for pictures that a caller has named. Pictures of one job or batch keep the numbers by which answers and people
 * call them: "the third one" is the one with a 3, wherever it is shown.
 */
export function numbersOnSheet(texts: readonly string[], images: readonly ImageRecord[]): SheetNumbers {
  const counted = { numbers: images.map((_, index) => index + 1), of: undefined };
  const places = images.map((image, index) => placeOf(texts[index] ?? '', image));
  const [first] = places;
  if (first === undefined || places.some((place) => place?.of !== first.of)) return counted;
  const numbers = places.map((place) => place?.number ?? 0);
  // A composite and what Adobe painted for it have one number.
  return new Set(numbers).size < numbers.length ? counted : { numbers, of: first.of };
}

function placeOf(text: string, { job, index }: ImageRecord): Place | undefined {
  const reference = parseReference(text);
  if (reference?.kind === 'item') return { of: reference.batch, number: reference.place };
  return job === undefined ? undefined : { of: job, number: index };
}
