import { AsyncLocalStorage } from 'node:async_hooks';
import { LARGE_PIXELS, MOST_PIXELS } from './limits.ts';
import { mediumOf, type MediaType } from './media.ts';
import { reclaimPixels } from './reclaim.ts';

/** Pixels as displayed, or as a header claims them. */
export interface Decoded {
  readonly width: number;
  readonly height: number;
  /** The format, of which the memory for a pixel depends. */
  readonly mimeType?: MediaType | undefined;
}

/** Pixels that may be decoded at once. */
let free = MOST_PIXELS;
const waiting: { readonly weight: number; readonly start: () => void }[] = [];
const holding = new AsyncLocalStorage<true>();

/**
 * Runs work that holds the pixels of a picture in memory. Large pictures are worked on one at a time, and others only as
 * many at once as have the pixels of one large picture together. Work within such work does not wait.
 * @param pictures what is decoded, one after the other
 */
export async function inTurn<T>(pictures: Decoded | readonly Decoded[], work: () => Promise<T>): Promise<T> {
  if (holding.getStore()) return work();
  const weight = Math.max(...[pictures].flat().map(weightOf));
  await turn(weight);
  try {
    if (weight === MOST_PIXELS) await reclaimPixels();
    return await holding.run(true, work);
  } finally {
    free += weight;
    startNext();
  }
}

function weightOf(picture: Decoded): number {
  const pixels = weightedPixels(picture);
  return pixels > LARGE_PIXELS ? MOST_PIXELS : pixels;
}

/** Pixels that count for a picture: those of a format with a lower limit count in the ratio of the limits. */
function weightedPixels({ width, height, mimeType }: Decoded): number {
  const most = mimeType === undefined ? MOST_PIXELS : mediumOf(mimeType).mostPixels;
  return (width * height * MOST_PIXELS) / most;
}

/**
 * Whether a picture has more pixels than some work may hold in this process, so that a process of its own holds them.
 * @param most pixels; of WebP fewer, in the ratio of the limits
 */
export function hasMorePixels(picture: Decoded, most: number): boolean {
  return weightedPixels(picture) > most;
}

function turn(weight: number): Promise<void> {
  return new Promise((resolve) => {
    waiting.push({ weight, start: resolve });
    startNext();
  });
}

/** In the order of arrival, so that a large picture is not passed over for ever. */
function startNext(): void {
  for (let next = waiting[0]; next !== undefined && next.weight <= free; next = waiting[0]) {
    free -= next.weight;
    waiting.shift();
    next.start();
  }
}
