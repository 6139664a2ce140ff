import { describe, expect, test } from 'vitest';
import { filesBelow, type SourceFile } from './source-files.ts';

/** Words that leave a reader guessing who or what is meant. Comments name the process, the caller, the row instead. */
const RIDDLES: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  { pattern: /\b(some|any|every)(body|one)\b|\bwhoever\b|\bnobody\b/i, instead: 'name the process, person or caller' },
  {
    pattern: /\bthe same (for|as|within|once|of|here|there)\b|\bthe same\W*(\.|$)/i,
    instead: 'say what is equal to what',
  },
  { pattern: /\b(stands|lies)\b/i, instead: 'say what is stored where, or what follows' },
  { pattern: /^\W*(Who|What) [a-z ]+, (is|are|has|goes)\b/, instead: 'begin with the subject' },
];

/** Documents that no clone has. */
const OUTSIDE =
  /\bDESIGN( §|\.md|\b(?=[,;: )]))|reliability( row|\.md)|firefly-api\.md|house\.md|\.\.\/shared\/(?!([a-z]+\/)?[a-z-]+\.ts)/;

/** The comments of a file, one line each. */
function commentsOf({ text }: SourceFile): readonly string[] {
  return text
    .split('\n')
    .map((line) => /^\s*(?:\/\*\*?|\*|\/\/)\s?(.*)$/.exec(line)?.[1] ?? /(?:^|\s)\/\/ (.*)$/.exec(line)?.[1] ?? '')
    .map((line) => line.replace(/\*\/\s*$/, '').trim())
    .filter((line) => line !== '');
}

/** The first line of each comment of a file. */
function openingsOf({ text }: SourceFile): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.flatMap((line, index) => {
    const [, doc] = /^\/\*\*\s*(.*)$/.exec(line) ?? [];
    if (doc !== undefined) return [doc === '' ? (lines[index + 1] ?? '').replace(/^\*\s*/, '') : doc];
    return line.startsWith('// ') && lines[index - 1]?.startsWith('//') !== true ? [line.slice(3)] : [];
  });
}

/** A comment that begins with a pronoun has its subject elsewhere, or nowhere. */
const PRONOUN = /^(It|Its|They|Their|Them|Those|So (is|are)|Nor)\b/;

function riddles(file: SourceFile): readonly string[] {
  const pronouns = openingsOf(file).filter((line) => PRONOUN.test(line));
  return commentsOf(file)
    .flatMap((line) =>
      RIDDLES.filter(({ pattern }) => pattern.test(line)).map(({ instead }) => `${file.path}: "${line}" (${instead})`),
    )
    .concat(pronouns.map((line) => `${file.path}: "${line}" (begin with the noun)`));
}

const all = ['src', 'test', 'build', 'packaging', 'scripts', 'examples', '.ci']
  .flatMap(filesBelow)
  .filter(({ path }) => /\.(tsx?|mjs)$/.test(path));
/** The folder below which a file is: one of `src` or `test`, or one of the project. */
const roomOf = (path: string) => path.split('/').slice(0, -1).slice(0, 2).join('/');
const rooms = [...new Set(all.map(({ path }) => roomOf(path)))];

describe('comments', () => {
  test.each(rooms)('of %s say who and what is meant', (room) => {
    // This file plants some.
    const files = all.filter(({ path }) => roomOf(path) === room && !path.endsWith('/prose.test.ts'));
    expect(files.flatMap(riddles)).toEqual([]);
  });

  test('the check can fail', () => {
    expect(riddles({ path: 'src/x.ts', text: '/** The same for the day. */' })).toHaveLength(1);
    expect(riddles({ path: 'src/x.ts', text: 'run(); // somebody else holds it' })).toHaveLength(1);
    expect(riddles({ path: 'src/x.ts', text: '/** Window of the daily limit. */' })).toEqual([]);
    expect(riddles({ path: 'src/x.ts', text: '/** Its handle. */\nreadonly image: string;' })).toHaveLength(1);
    expect(riddles({ path: 'src/x.ts', text: '/**\n * Those of a job.\n */\n  // So is this.\nrun();' })).toHaveLength(
      2,
    );
    expect(
      riddles({ path: 'src/x.ts', text: '// The second line of a comment may say what of\n// Its subject is.' }),
    ).toEqual([]);
  });
});

describe('references', () => {
  // The contract test names the file that it compares itself with where there is one.
  const mayName = /^(test\/architecture\/|test\/contract\/)/;

  test('name no document that a clone does not have', () => {
    const files = ['src', 'test', 'docs', 'examples']
      .flatMap(filesBelow)
      .filter(({ path }) => !mayName.test(path) && !/\.(png|jpe?g|webp)$/.test(path));
    const named = files.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => (OUTSIDE.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
    );
    expect(named).toEqual([]);
  });
});
