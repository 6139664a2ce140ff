import type { ImageRecord } from '../types.ts';

/** The handles that a picture was made from, or that a job is given: its sources, its mask, and what Adobe painted for it. */
export function parentsOf({ facts }: Pick<ImageRecord, 'facts'>): readonly string[] {
  const { sources = [], mask, painted } = facts;
  return [...new Set([...sources, mask, painted])].filter((handle) => handle !== undefined);
}
