import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupsOf, groupsOfStream } from '../../src/shared/groups.ts';

/** Lists that end within a group, with a group, and empty ones. */
const lists = fc.tuple(fc.array(fc.nat(), { maxLength: 30 }), fc.integer({ min: 1, max: 7 }));

describe('groups of a list', () => {
  test('hold every item once, in order; all but the last one are full, and none is empty', () => {
    fc.assert(
      fc.property(lists, ([items, size]) => {
        const groups = [...groupsOf(items, size)];
        expect(groups.flat()).toEqual(items);
        expect(groups.slice(0, -1).every((group) => group.length === size)).toBe(true);
        expect(groups.every((group) => group.length > 0 && group.length <= size)).toBe(true);
      }),
    );
  });

  test('are those of a stream of these items', async () => {
    await fc.assert(
      fc.asyncProperty(lists, async ([items, size]) => {
        const groups: (readonly number[])[] = [];
        for await (const group of groupsOfStream(oneByOne(items), size)) groups.push(group);
        expect(groups).toEqual([...groupsOf(items, size)]);
      }),
    );
  });
});

test('a group of a stream is handed out before the items after it are asked for', async () => {
  const asked: number[] = [];
  for await (const group of groupsOfStream(oneByOne([1, 2, 3, 4, 5], asked), 2)) {
    expect(asked.at(-1)).toBe(group.at(-1));
  }
  expect(asked).toHaveLength(5);
});

async function* oneByOne(items: readonly number[], asked: number[] = []): AsyncGenerator<number, void> {
  for (const item of items) {
    asked.push(item);
    yield await Promise.resolve(item);
  }
}
