import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf } from './imports.ts';
import { sourceFiles, type SourceFile } from './source-files.ts';

/**
 * The sets of files that reach each other by imports of any kind: static, type-only, dynamic, and `typeof import()`.
 * Files of such a set can be understood, tested and moved only together, whatever is left of the imports at run time.
 */
function circles(files: readonly SourceFile[]): readonly (readonly string[])[] {
  const arrows = new Map(
    files.map((file) => [
      file.path,
      importsOf(file)
        .filter(({ from }) => from.startsWith('.'))
        .map(({ from }) => posix.join(posix.dirname(file.path), from)),
    ]),
  );
  const reached = new Map([...arrows.keys()].map((path) => [path, reachableFrom(path, arrows)]));
  const inCircle = [...arrows.keys()].filter((path) => reached.get(path)?.has(path)).toSorted();
  const sets = inCircle.map((path) =>
    inCircle.filter((other) => reached.get(path)?.has(other) && reached.get(other)?.has(path)),
  );
  return [...new Map(sets.map((set) => [set.join(), set])).values()];
}

function reachableFrom(path: string, arrows: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [...(arrows.get(path) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(arrows.get(next) ?? []));
  }
  return seen;
}

describe('import circles', () => {
  test('no files of src import each other in a circle, types and dynamic imports counted', () => {
    expect(circles(sourceFiles())).toEqual([]);
  });

  test.each([
    ['a static import', `import { b } from './b.ts';`],
    ['an import of types', `import type { B } from './b.ts';`],
    ['an import of one type', `import { type B } from './b.ts';`],
    ['a re-export', `export * from './b.ts';`],
    ['a re-export of types', `export type { B } from './b.ts';`],
    ['a dynamic import', `export const load = async () => (await import('./b.ts')).b;`],
    ['the type of a module', `export type Module = typeof import('./b.ts');`],
    ['a type of a module', `export type B = import('./b.ts').B;`],
  ])('a circle closed by %s is found', (_, text) => {
    const back = { path: 'src/x/b.ts', text: `import '../y/c.ts';` };
    const through = { path: 'src/y/c.ts', text: `import '../x/a.ts';` };
    const outside = { path: 'src/x/d.ts', text: `import './a.ts';` };
    expect(circles([{ path: 'src/x/a.ts', text }, back, through, outside])).toEqual([
      ['src/x/a.ts', 'src/x/b.ts', 'src/y/c.ts'],
    ]);
  });

  test('an import in a comment or in a text closes no circle', () => {
    const text = `// import './b.ts';\nexport const text = "import './b.ts';";`;
    expect(
      circles([
        { path: 'src/x/a.ts', text },
        { path: 'src/x/b.ts', text: `import './a.ts';` },
      ]),
    ).toEqual([]);
  });

  test('an import whose target is computed is refused, since no check could follow it', () => {
    expect(() => circles([{ path: 'src/a.ts', text: `await import(name);` }])).toThrow('computes');
  });
});
