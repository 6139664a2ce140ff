import { fingerprint } from '../../deduplication/fingerprint.ts';
import type { PaidRequest } from '../../model/types.ts';

/** An item before it has a key. */
export interface KeylessItem {
  /** As the person called it. */
  readonly id: string | undefined;
  readonly request: PaidRequest;
}

/**
 * What tells the items of a batch apart, also when the batch is read again: the id, else the hash of tool, arguments
 * and pictures with its ordinal among equals (DESIGN §3). Pictures are in the request by content.
 */
export function itemKeys(items: readonly KeylessItem[]): readonly string[] {
  const seen = new Map<string, number>();
  return items.map(({ id, request }) => {
    if (id !== undefined) return `id:${id}`;
    const mark = fingerprint(request);
    const ordinal = (seen.get(mark) ?? 0) + 1;
    seen.set(mark, ordinal);
    return `${mark}#${ordinal}`;
  });
}

/** The items without those that ask for the same as an earlier one. */
export function withoutDuplicates<T extends KeylessItem>(items: readonly T[]): readonly T[] {
  const seen = new Set<string>();
  return items.filter(({ request }) => {
    const mark = fingerprint(request);
    if (seen.has(mark)) return false;
    seen.add(mark);
    return true;
  });
}
