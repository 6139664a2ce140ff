/** Shortest message that counts, bytes. */
const LONG = 64 * 1024;
/** Bytes of such messages after which what is left of them is collected. */
const COLLECTED_AFTER = 8 * 1024 * 1024;

let waiting = 0;

/**
 * Counts a message that was read. A long one leaves its pieces, its bytes, its text and the texts within it, each as long as
 * the message and of no more use; V8 lets many megabytes of them gather, beside memory that is free and not given back.
 */
export function countLong(bytes: number): void {
  if (bytes < LONG) return;
  waiting += bytes;
  if (waiting < COLLECTED_AFTER) return;
  waiting = 0;
  void collectLater();
}

async function collectLater(): Promise<void> {
  const { collectGarbage } = await import('../shared/collect-garbage.ts');
  // A turn later: the message that is being read goes first.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
}
