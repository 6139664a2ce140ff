import type { RunnerTestFile } from 'vitest';
import { expect, test } from 'vitest';
import { skipLines } from '../skipped.setup.ts';

/** A file as the runner tells of it, with tests of these modes. */
function file(name: string, modes: readonly string[], lacks?: string[]): RunnerTestFile {
  const tasks = [{ type: 'suite', tasks: modes.map((mode) => ({ type: 'test', mode })) }];
  return { type: 'suite', name, tasks, meta: { lacks } } as unknown as RunnerTestFile;
}

test('each thing that was lacking is told in one line, with the number of tests and of files', () => {
  const lines = skipLines([
    file('a.test.ts', ['skip', 'skip', 'run'], ['a server: set X=…']),
    file('b.test.ts', ['skip'], ['a server: set X=…']),
    file('c.test.ts', ['skip'], ['strace: install it']),
    file('d.test.ts', ['run'], ['what none of its tests needs']),
  ]);
  expect(lines).toEqual([
    'SKIPPED: 3 tests of 2 files, for lack of a server: set X=…',
    'SKIPPED: 1 test of c.test.ts, for lack of strace: install it',
  ]);
});

test('a file that does not tell why its tests were skipped is named', () => {
  expect(skipLines([file('a.test.ts', ['todo'])])).toEqual([
    'SKIPPED: 1 test of a.test.ts, for lack of a reason that a.test.ts does not tell',
  ]);
});
