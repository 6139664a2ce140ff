import { expect, test } from 'vitest';
import type { SubjectRequest } from '../../../src/images/subject/find-subjects.ts';
import { knownSubjects } from '../../../src/images/subject/known-subjects.ts';
import type { PackedSubject } from '../../../src/images/subject/types.ts';

const request = (content: string, more: Partial<SubjectRequest> = {}): SubjectRequest => ({
  content,
  read: async () => new Uint8Array(),
  picture: { width: 200, height: 100, mimeType: 'image/png' },
  searches: [{ kind: 'person' }],
  corrections: { belongs: [], stays: [] },
  ...more,
});

function subject(seed: number): PackedSubject {
  let state = seed;
  const data = Uint8Array.from({ length: 4_000 }, () => (state = (state * 48_271) % 2_147_483_647) >> 8);
  const region = { left: 1, top: 2, width: 80, height: 50 };
  return {
    region,
    alpha: { width: 80, height: 50, deflated: data },
    fit: { from: 'colours', confidence: 'good', reasons: [] },
  };
}

test('subjects are known by picture, shapes, mask and corrections', () => {
  const known = knownSubjects();
  known.put(request('a'), [subject(1), subject(2)]);
  expect(known.get(request('a'))).toEqual([subject(1), subject(2)]);
  const box = { kind: 'box', left: 1, top: 1, right: 9, bottom: 9 } as const;
  const searches = [{ kind: 'mask' }] as const;
  const earlier = { content: 'mask', by: 'luminance', read: async () => new Uint8Array() } as const;
  for (const other of [
    request('b'),
    request('a', { corrections: { belongs: [[1, 1]], stays: [] } }),
    request('a', { corrections: { belongs: [], stays: [[1, 1]] } }),
    request('a', { searches: [{ kind: 'shape', shape: box }] }),
    request('a', { searches: [{ kind: 'shape', shape: box, isTakenAway: true }] }),
    request('a', { searches, earlier }),
    request('a', { searches, earlier: { ...earlier, content: 'other' } }),
    request('a', { searches, earlier: { ...earlier, by: 'alpha' } }),
  ]) {
    expect(known.get(other)).toBeUndefined();
    known.put(other, [subject(3)]);
    expect(known.get(other)).toEqual([subject(3)]);
  }
  expect(known.get(request('a'))).toHaveLength(2);
  // What a caller does with its bytes is nothing to the next one.
  known.get(request('a'))?.[0]?.alpha.deflated.fill(7);
  expect(known.get(request('a'))).toEqual([subject(1), subject(2)]);
});

test('those that were asked for longest ago go first', () => {
  const known = knownSubjects(10_000);
  for (const [seed, name] of ['a', 'b'].entries()) known.put(request(name), [subject(seed + 3)]);
  known.get(request('a'));
  known.put(request('c'), [subject(5)]);
  expect(known.get(request('b'))).toBeUndefined();
  known.put(request('d'), [subject(6)]);
  const left = [];
  for (const name of ['a', 'b', 'c', 'd']) if (known.get(request(name)) !== undefined) left.push(name);
  expect(left).toEqual(['c', 'd']);
  // A mask that is put once more takes no second place.
  for (let times = 0; times < 20; times += 1) known.put(request('d'), [subject(6)]);
  expect(known.get(request('c'))).toBeDefined();
});
