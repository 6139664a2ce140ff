import { describe, expect, test } from 'vitest';
import { filesBelow, sourceFiles, type SourceFile } from './source-files.ts';

/** An exported value, and the word before its name. Types are exported with the functions that take or give them. */
const EXPORTED_VALUE = /^export (?:async |abstract )?(?:const|let|function\*?|class) ([\w$]+)/gm;

/** Exported values that no other file names: dead ones, and those that are used in their own file alone. */
function unusedExports(files: readonly SourceFile[], others: readonly SourceFile[]): readonly string[] {
  const places = new Map<string, Set<string>>();
  for (const { path, text } of [...files, ...others]) {
    for (const [word] of text.matchAll(/[\w$]+/g)) places.set(word, (places.get(word) ?? new Set()).add(path));
  }
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(EXPORTED_VALUE)].flatMap(([, name = '']) =>
      (places.get(name)?.size ?? 0) > 1 ? [] : [`${path} exports ${name}, which no other file names`],
    ),
  );
}

describe('exported values', () => {
  test('are named by another file of the source, the tests or the build', () => {
    const others = ['test', 'build', 'scripts', 'packaging']
      .flatMap(filesBelow)
      .filter(({ path }) => /\.m?tsx?$|\.mjs$/.test(path));
    expect(unusedExports(sourceFiles(), others)).toEqual([]);
  });

  test('the check can fail', () => {
    const file = { path: 'src/a.ts', text: 'export function one() {}\nexport const TWO = one();' };
    expect(unusedExports([file], [])).toHaveLength(2);
    expect(unusedExports([file], [{ path: 'src/b.ts', text: `import { one } from './a.ts';` }])).toHaveLength(1);
  });
});
