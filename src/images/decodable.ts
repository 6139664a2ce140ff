import { AsyncLocalStorage } from 'node:async_hooks';
import { LARGE_PIXELS, MOST_PIXELS } from './limits.ts';
import { reclaimPixels } from './reclaim.ts';

/** Pixels as displayed, or as a header claims them. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels that may be decoded at once. */
let free = MOST_PIXELS;
const waiting: { readonly weight: number; readonly start: () => void }[] = [];
const holding = new AsyncLocalStorage<true>();

/**
 * Runs work that holds the pixels of a picture in memory. Large pictures are worked on one at a time, and others only as
 * many at once as have the pixels of one large picture together. Work within such work does not wait.
 */
export async function inTurn<T>(size: Size, work: () => Promise<T>): Promise<T> {
  if (holding.getStore()) return work();
  const { width, height } = size;
  const weight = width * height > LARGE_PIXELS ? MOST_PIXELS : width * height;
  await turn(weight);
  try {
    await reclaimPixels(size);
    return await holding.run(true, work);
  } finally {
    free += weight;
    startNext();
  }
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
