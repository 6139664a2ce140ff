import { basename, dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesBelow, sourceFiles, type SourceFile } from './source-files.ts';

const AIM = 200;
const NEVER_OVER = 400;

/** Most files in one folder of src; more want rooms of their own. */
const FOLDER = 12;

/** Files that may be longer than the aim, and why nothing in them wants a name of its own. */
const LONGER: Readonly<Record<string, string>> = {
  'src/config/options.ts': 'one table; halving it would make it two',
};

/** Names that say nothing about what is inside, so that everything ends up there. */
const EMPTY_NAMES = /(^|[-_.])(utils?|helpers?|managers?|services?|misc|common-stuff)([-_.]|$)/i;

function lines(file: SourceFile): number {
  return file.text.split('\n').length - 1;
}

function sizeViolations(file: SourceFile): readonly string[] {
  const count = lines(file);
  if (count > NEVER_OVER) return [`${file.path} has ${count} lines, over ${NEVER_OVER}`];
  return count > AIM && !(file.path in LONGER) ? [`${file.path} has ${count} lines, over ${AIM}`] : [];
}

function crowdedFolders(files: readonly Pick<SourceFile, 'path'>[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { path } of files) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > FOLDER).map(([folder, count]) => `${folder} has ${count} files`);
}

function nameViolations({ path }: Pick<SourceFile, 'path'>): readonly string[] {
  return path.split('/').some((part) => EMPTY_NAMES.test(part)) ? [`${path} has a name that says nothing`] : [];
}

describe('sizes', () => {
  test(`no file of src is over ${AIM} lines without a reason, and none over ${NEVER_OVER}`, () => {
    expect(sourceFiles().flatMap(sizeViolations)).toEqual([]);
  });

  test(`no folder of src has more than ${FOLDER} files`, () => {
    expect(crowdedFolders(sourceFiles())).toEqual([]);
    const crowd = Array.from({ length: FOLDER + 1 }, (_, index) => ({ path: `src/x/${index}.ts` }));
    expect(crowdedFolders(crowd)).toEqual([`src/x has ${FOLDER + 1} files`]);
    expect(crowdedFolders(crowd.slice(1))).toEqual([]);
  });

  test('no reason has outlived its file', () => {
    const sizes = new Map(sourceFiles().map((file) => [file.path, lines(file)]));
    expect(Object.keys(LONGER).filter((path) => (sizes.get(path) ?? 0) <= AIM)).toEqual([]);
  });

  test('the check can fail', () => {
    expect(sizeViolations({ path: 'src/x.ts', text: 'x\n'.repeat(AIM + 1) })).toHaveLength(1);
    expect(sizeViolations({ path: 'src/config/options.ts', text: 'x\n'.repeat(NEVER_OVER + 1) })).toHaveLength(1);
    expect(sizeViolations({ path: 'src/x.ts', text: 'x\n'.repeat(AIM) })).toEqual([]);
  });
});

describe('names', () => {
  test('say what is inside', () => {
    expect([...filesBelow('src'), ...filesBelow('test')].flatMap(nameViolations)).toEqual([]);
  });

  test('of files are lower case with dashes', () => {
    const odd = sourceFiles().filter(({ path }) => !/^[a-z0-9]+(-[a-z0-9]+)*\.tsx?$/.test(basename(path)));
    expect(odd.map(({ path }) => path)).toEqual([]);
  });

  test.each(['src/utils.ts', 'src/jobs/job-manager.ts', 'src/helpers/x.ts', 'test/service.ts'])(
    'the check can fail: %s',
    (path) => expect(nameViolations({ path })).toHaveLength(1),
  );
});
