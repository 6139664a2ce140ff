import { expect, test } from 'vitest';
import type { SubjectRequest } from '../../../src/images/subject/find-subjects.ts';
import { knownSubjects } from '../../../src/images/subject/known-subjects.ts';
import type { Subject } from '../../../src/images/subject/types.ts';

const request = (content: string, more: Partial<SubjectRequest> = {}): SubjectRequest => ({
  content,
  read: async () => new Uint8Array(),
  searches: [{ kind: 'person' }],
  corrections: { belongs: [], stays: [] },
  ...more,
});

function subject(seed: number): Subject {
  // Noise, so that it cannot be compressed.
  let state = seed;
  const data = Uint8Array.from({ length: 4_000 }, () => (state = (state * 48_271) % 2_147_483_647) >> 8);
  const region = { left: 1, top: 2, width: 80, height: 50 };
  return {
    region,
    alpha: { width: 80, height: 50, data },
    fit: { from: 'colours', confidence: 'good', reasons: [] },
  };
}

test('subjects are known by picture, shapes, mask and corrections', async () => {
  const known = knownSubjects();
  await known.put(request('a'), [subject(1), subject(2)]);
  expect(await known.get(request('a'))).toEqual([subject(1), subject(2)]);
  const box = { kind: 'box', left: 1, top: 1, right: 9, bottom: 9 } as const;
  const mask = { width: 2, height: 1, data: Uint8Array.of(0, 255) };
  for (const other of [
    request('b'),
    request('a', { corrections: { belongs: [[1, 1]], stays: [] } }),
    request('a', { corrections: { belongs: [], stays: [[1, 1]] } }),
    request('a', { searches: [{ kind: 'shape', shape: box }] }),
    request('a', { searches: [{ kind: 'shape', shape: box, isTakenAway: true }] }),
    request('a', { searches: [{ kind: 'mask', mask }] }),
    request('a', { searches: [{ kind: 'mask', mask: { ...mask, data: Uint8Array.of(255, 0) } }] }),
    request('a', { searches: [{ kind: 'mask', mask: { ...mask, width: 1, height: 2 } }] }),
  ]) {
    expect(await known.get(other)).toBeUndefined();
    await known.put(other, [subject(3)]);
    expect(await known.get(other)).toEqual([subject(3)]);
  }
  expect(await known.get(request('a'))).toHaveLength(2);
});

test('those that were asked for longest ago go first', async () => {
  const known = knownSubjects(10_000);
  for (const [seed, name] of ['a', 'b'].entries()) await known.put(request(name), [subject(seed + 3)]);
  await known.get(request('a'));
  await known.put(request('c'), [subject(5)]);
  expect(await known.get(request('b'))).toBeUndefined();
  await known.put(request('d'), [subject(6)]);
  const left = [];
  for (const name of ['a', 'b', 'c', 'd']) if ((await known.get(request(name))) !== undefined) left.push(name);
  expect(left).toEqual(['c', 'd']);
  // A mask that is put once more takes no second place.
  for (let times = 0; times < 20; times += 1) await known.put(request('d'), [subject(6)]);
  expect(await known.get(request('c'))).toBeDefined();
});
