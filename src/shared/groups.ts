/** The items of a list, in order, in groups of at most `size`; no group is empty. */
export function* groupsOf<T>(items: readonly T[], size: number): Generator<readonly T[], void> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** As `groupsOf`, for items that come in one by one: no more than a group of them is held. */
export async function* groupsOfStream<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<readonly T[], void> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
