import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { importsOf } from './imports.ts';
import { sourceFiles } from './source-files.ts';

/** The way to the decoder library. */
const DECODER = 'src/images/sharp.ts';
/** The table of work on pixels, which a process does for very large pictures (`PictureSteps`). */
const STEPS = 'src/images/steps/steps.ts';

/**
 * What a server decodes by itself, besides the steps. Whatever else decodes would hold the pixels of a large picture in the
 * server, where they stay: 64 million pixels took it to 600 MB.
 */
const BY_ITSELF = [
  // The decoder library's own version.
  'src/cli/doctor/machine.ts',
  // Headers alone.
  'src/images/composites/room.ts',
  'src/images/composites/worker/needs-process.ts',
  // What was shown: a preview or a sheet.
  'src/images/conversion/in-format.ts',
  'src/images/previews/preview.ts',
  'src/images/previews/sheet.ts',
  // Loads the library beside the start of a thread, which decodes what is not very large.
  'src/images/worker/in-thread.ts',
];

test('a server decodes pictures by the table of steps alone, but for headers and previews', () => {
  const files = new Map(
    sourceFiles()
      // The emulator is in another process than a server of a real account; `verify` is a command, with charts of its own.
      .filter(({ path }) => !/^src\/(emulator|verify)\//.test(path))
      .map((file) => [file.path, file]),
  );
  const targetsOf = (path: string): readonly string[] => {
    const file = files.get(path);
    if (file === undefined) return [];
    const imports = importsOf(file).filter(({ from, typeOnly }) => !typeOnly && from.startsWith('.'));
    return imports.map(({ from }) => posix.join(posix.dirname(path), from));
  };
  const reached = new Set<string>();
  const open = ['src/main.ts'];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (reached.has(next) || next === STEPS) continue;
    reached.add(next);
    open.push(...targetsOf(next));
  }
  expect(reached.has('src/images/steps/picture-steps.ts')).toBe(true);
  expect([...reached].filter((path) => targetsOf(path).includes(DECODER)).toSorted()).toEqual(BY_ITSELF);
});
