import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow, ROOT, type SourceFile } from '../source-files.ts';

const files = ['docs', 'src', 'test'].flatMap((folder) => filesBelow(folder));
const pages = files
  .filter(({ path }) => path.endsWith('.md'))
  .concat(filesBelow('.').filter(({ path }) => /^[^/]+\.md$/.test(path)));
// This file plants a link that leads nowhere.
const code = files.filter(({ path }) => /\.(m?tsx?|mjs)$/.test(path) && !path.endsWith('/references.test.ts'));
const anchorsOf = new Map(pages.map(({ path, text }) => [path, new Set(headings(text).map(anchorOf))]));

function headings(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
}

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

/** `page.md` or `page.md#anchor`, counted from the project's folder, leads somewhere. */
function leads(target: string): boolean {
  const [path = '', anchor] = target.split('#');
  if (!existsSync(join(ROOT, path))) return false;
  return anchor === undefined || (anchorsOf.get(path)?.has(anchor) ?? false);
}

function deadLinks({ path, text }: SourceFile): readonly string[] {
  const links = [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, link = '']) => link);
  return (
    links
      .map((link) => (link.startsWith('#') ? path + link : posix.normalize(posix.join(posix.dirname(path), link))))
      // Forms of the code host lie above the repository.
      .filter((target) => !target.startsWith('..') && !leads(target))
      .map((target) => `${path} leads to ${target}`)
  );
}

test('every link of every page leads to a file, and to a heading where it names one', () => {
  expect(pages.flatMap(deadLinks)).toEqual([]);
});

/** Paths in backticks, from the project's folder, that are not there. */
function deadPaths({ path, text }: SourceFile): readonly string[] {
  return [...text.matchAll(/`((?:src|test|docs|build|scripts|packaging|examples|\.ci|\.github)\/[\w./-]*)`/g)]
    .map(([, named = '']) => named)
    .filter((named) => !/verb-noun/.test(named) && !existsSync(join(ROOT, named)))
    .map((named) => `${path} names ${named}`);
}

test('every path that a page or a comment names in backticks is there', () => {
  expect(pages.concat(code).flatMap(deadPaths)).toEqual([]);
});

/** The end of the path of each file, from any folder of it on. */
const ends = new Set(
  ['src', 'test', 'docs', 'build', 'scripts', 'packaging', 'examples']
    .flatMap((folder) => filesBelow(folder))
    .flatMap(({ path }) => [...path.matchAll(/\//g)].map(({ index }) => path.slice(index + 1)).concat(path)),
);

/** Files in backticks of which no path ends so. */
function deadFiles({ path, text }: SourceFile): readonly string[] {
  return [...text.matchAll(/`([\w./-]+\.(?:ts|tsx|mjs|css))`/g)]
    .map(([, named = '']) => named)
    .filter((named) => !/verb-noun/.test(named) && !ends.has(named) && !existsSync(join(ROOT, named)))
    .map((named) => `${path} names ${named}`);
}

test('every file that a page or a comment names in backticks is there, by the end of its path at least', () => {
  expect(pages.concat(code).flatMap(deadFiles)).toEqual([]);
});

test('every page of docs that code names is there, with its heading', () => {
  const dead = code.flatMap(({ path, text }) =>
    [...text.matchAll(/\bdocs\/[\w/-]+\.md(?:#[\w-]+)?/g)]
      .filter(([target]) => !leads(target))
      .map(([target]) => `${path} names ${target}`),
  );
  expect(dead).toEqual([]);
});

test('the check of names in backticks can fail', () => {
  const text = ['`src/nowhere/`', '`.ci/nothing`', '`nowhere.ts`', '`src/main.ts`', '`main.ts`'].join(' ');
  expect(deadPaths({ path: 'x.md', text })).toEqual(['x.md names src/nowhere/', 'x.md names .ci/nothing']);
  expect(deadFiles({ path: 'x.md', text })).toEqual(['x.md names nowhere.ts']);
});

test.each(['[x](nowhere.md)', '[x](docs/jobs.md#no-such-heading)'])('the check of links can fail: %s', (text) => {
  expect(deadLinks({ path: 'README.md', text })).not.toEqual([]);
});
