import { parseReference } from '../../images/library/reference.ts';
import type { ImageRecord } from '../../images/types.ts';

/** What is written in the corners of a sheet, in the order of its pictures. */
export interface SheetLabels {
  readonly labels: readonly string[];
  /** The job or batch whose numbers the numbers are; undefined where none is on the sheet by its number. */
  readonly of: string | undefined;
}

/** A picture's own number, and what numbers it. */
interface Place {
  readonly of: string;
  readonly number: number;
}

/**
 * Labels for pictures that a caller has named. A number on a sheet is the one by which answers and people call the picture:
 * "the second one" is `job_…#2`, wherever it is shown. An original beside its variations, and what else is not of that job
 * or batch, has a letter. Where nothing has a number of its own, as files have none, the pictures are counted from 1.
 */
export function labelsOnSheet(texts: readonly string[], images: readonly ImageRecord[]): SheetLabels {
  const places = images.map((image, index) => placeOf(texts[index] ?? '', image));
  if (places.every((place) => place === undefined) && images.every(({ job }) => job === undefined)) {
    return { labels: images.map((_, index) => String(index + 1)), of: undefined };
  }
  const of = mostShown(places);
  const taken = new Set<number>();
  let letters = 0;
  const labels = places.map((place) => {
    if (place === undefined || place.of !== of || taken.has(place.number)) return letter(letters++);
    taken.add(place.number);
    return String(place.number);
  });
  return { labels, of };
}

/** What a picture's number is told by. What Adobe painted has that of its composite, unless the call names it by it. */
function placeOf(text: string, { job, index, kind }: ImageRecord): Place | undefined {
  const reference = parseReference(text);
  if (reference?.kind === 'item') return { of: reference.batch, number: reference.place };
  const isNamed = reference?.kind === 'job' || kind !== 'painted';
  return job === undefined || !isNamed ? undefined : { of: job, number: index };
}

/** The job or batch with more pictures on the sheet than any other; two with equally many would share their numbers. */
function mostShown(places: readonly (Place | undefined)[]): string | undefined {
  const counts = new Map<string, number>();
  for (const place of places) if (place !== undefined) counts.set(place.of, (counts.get(place.of) ?? 0) + 1);
  const [first, second] = [...counts].toSorted(([, one], [, other]) => other - one);
  return first !== undefined && first[1] > (second?.[1] ?? 0) ? first[0] : undefined;
}

function letter(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}
