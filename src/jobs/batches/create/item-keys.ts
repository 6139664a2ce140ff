import { fingerprint } from '../../deduplication/fingerprint.ts';
import type { PaidRequest } from '../../model/types.ts';

/** An item before it has a key. */
export interface KeylessItem {
  /** The id that its author gave it. */
  readonly id: string | undefined;
  readonly request: PaidRequest;
}

/**
 * Keys that are unique within a batch and equal when its source is read again: the id, else the fingerprint with its
 * ordinal among items of one fingerprint (docs/jobs.md#batches).
 */
export function itemKeys(items: readonly KeylessItem[]): readonly string[] {
  const seen = new Map<string, number>();
  return items.map(({ id, request }) => {
    if (id !== undefined) return `id:${id}`;
    const hash = fingerprint(request);
    const ordinal = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, ordinal);
    return `${hash}#${ordinal}`;
  });
}

/** The items without those whose fingerprint an earlier item has. */
export function withoutDuplicates<T extends KeylessItem>(items: readonly T[]): readonly T[] {
  const seen = new Set<string>();
  return items.filter(({ request }) => {
    const hash = fingerprint(request);
    if (seen.has(hash)) return false;
    seen.add(hash);
    return true;
  });
}
