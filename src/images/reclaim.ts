import { collectGarbage } from '../shared/collect-garbage.ts';

/**
 * Frees the pixels of earlier work before a large picture is decoded: at the begin of its turn (`inTurn`), and between two
 * decodings of one turn of which the first one has left as many pixels. They lie outside of the heap, so that V8 is in no
 * hurry to collect the few bytes that hold them: three masks of 64 million pixels were seen to outlive their calls, beside a
 * WebP whose decoder takes eight bytes for each pixel.
 */
export async function reclaimPixels(): Promise<void> {
  // The calls before it end first, and let go of what they hold.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  // Finalizers of native buffers run in a later turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
}
