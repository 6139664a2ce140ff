import { collectGarbage } from '../shared/collect-garbage.ts';
import { LARGE_PIXELS } from './limits.ts';
import type { Size } from './size.ts';

/** Bytes outside of the heap from which a collection, of some tens of milliseconds, is worth its time. */
const WORTH_COLLECTING = 48e6;

/**
 * Frees the pixels of earlier work before a large picture is decoded: at the beginning of its turn (`inTurn`), and between two
 * decodings of one turn of which the first one has left as many pixels. They lie outside of the heap, so that V8 is in no
 * hurry to collect the few bytes that hold them: three masks of 64 million pixels were seen to outlive their calls, beside a
 * WebP whose decoder takes eight bytes for each pixel.
 * @param outside bytes that the process holds outside of the heap
 */
export async function reclaimPixels(outside = () => process.memoryUsage().external): Promise<void> {
  // The calls before this one end first, and let go of what they hold.
  await new Promise((resolve) => setImmediate(resolve));
  if (outside() < WORTH_COLLECTING) return;
  // What one collection finds is given back beside it, and surely before the next one.
  for (let count = 0; count < 2; count++) {
    collectGarbage();
    // Finalizers of native buffers run in a later turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** `reclaimPixels` after work on so many pixels that a picture of them is worked on alone. */
export async function reclaimLarge({ width, height }: Size): Promise<void> {
  if (width * height > LARGE_PIXELS) await reclaimPixels();
}
