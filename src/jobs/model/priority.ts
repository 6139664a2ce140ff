/** A person waits for interactive jobs, so they go before the items of batches. Those of paused ones are not taken. */
export const PRIORITY = { interactive: 0, batch: 1, paused: 2 } as const;
