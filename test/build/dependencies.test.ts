import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXTERNAL } from '../../build/bundle.mjs';
import packageFacts from '../../package.json' with { type: 'json' };
import { ROOT } from '../architecture/source-files.ts';

const DIST = join(ROOT, 'dist');
const IMPORT = /^\s*(?:import|export)\b[^'"\n;]*?["']([^"']+)["'];?$|\bimport\("([^"]+)"\)/gm;

/** Imports of each built file. */
function importsOfDist(): ReadonlyMap<string, readonly string[]> {
  const files = readdirSync(DIST).filter((name) => name.endsWith('.js'));
  return new Map(
    files.map((name) => {
      const text = readFileSync(join(DIST, name), 'utf8');
      return [name, [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '')];
    }),
  );
}

test('the dependencies of the package are exactly the packages that the build does not bundle', () => {
  const { dependencies, optionalDependencies } = packageFacts;
  expect(Object.keys({ ...dependencies, ...optionalDependencies }).toSorted()).toEqual(EXTERNAL.toSorted());
});

test('the built files import nothing but each other, Node itself and the dependencies', () => {
  // Bundled packages import Node's modules with and without the prefix.
  const bare = builtinModules.filter((name) => !name.startsWith('node:'));
  const imported = [...importsOfDist().values()].flat().filter((name) => !bare.includes(name));
  const packages = imported.filter((name) => !name.startsWith('.') && !name.startsWith('node:'));
  expect([...new Set(packages)].toSorted()).toEqual(EXTERNAL.toSorted());
});

// A chunk that imports the entry waits for the entry's top-level await, which waits for the chunk.
test('no built file imports the entry', () => {
  const imports = importsOfDist();
  expect(imports.size).toBeGreaterThan(20);
  expect([...imports].filter(([, names]) => names.includes('./main.js'))).toEqual([]);
});

test('a start on stdio loads two files: the entry, and one chunk with the command and its flags', () => {
  const imports = importsOfDist();
  const text = (name: string) => readFileSync(join(DIST, name), 'utf8');
  const statics = (name: string) =>
    [...text(name).matchAll(/^import .*?["']\.\/([^"']+)["'];?$/gm)].map((match) => match[1] ?? '');
  expect(imports.get('main.js')).toHaveLength(1);
  const [start = ''] = statics('main.js');
  expect(start).toMatch(/^start-/);
  expect(statics(start)).toEqual([]);
  // Text of commands/stdio.ts and of flags.ts, which the entry imports dynamically.
  for (const part of ['Serves MCP on stdin and stdout', 'takes no value but']) expect(text(start)).toContain(part);
});
