/**
 * Interactive jobs go before items of batches, since a person waits for them. No process claims items of paused
 * batches.
 */
export const PRIORITY = { interactive: 0, batch: 1, paused: 2 } as const;
