import { expect, test } from 'vitest';
import { versionOf } from '../../../../src/cli/composition/sign-in/people-file.ts';

const CHANGED = 1_700_000_000_000;
const file = { dev: 1n, ino: 2n, size: 3n, mtimeNs: 4n, ctimeNs: BigInt(CHANGED) * 1_000_000n };

test('a file that was changed lately is read again, since its next change may get the same time', () => {
  expect(versionOf(file, CHANGED + 2_000)).toBeUndefined();
  expect(versionOf(file, CHANGED - 60_000)).toBeUndefined();
  expect(versionOf(file, CHANGED + 2_001)).toBeDefined();
});

test.each(['dev', 'ino', 'size', 'mtimeNs', 'ctimeNs'] as const)(
  'a file with another %s is another version',
  (name) => {
    const later = CHANGED + 60_000;
    expect(versionOf({ ...file, [name]: file[name] + 1n }, later)).not.toBe(versionOf(file, later));
  },
);
