import type { ImageRecord } from './types.ts';

/** The handles that a picture was made from, or that a job is given: its sources, then its mask. */
export function parentsOf({ facts }: Pick<ImageRecord, 'facts'>): readonly string[] {
  return [...new Set([...(facts.sources ?? []), ...(facts.mask === undefined ? [] : [facts.mask])])];
}
