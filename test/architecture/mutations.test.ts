import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withMistake } from '../mutation/apply.mjs';
import { MISTAKES } from '../mutation/mistakes.mjs';
import { ROOT } from './source-files.ts';

const mistakes = Object.values(MISTAKES).flat();

describe('the seeded mistakes of test/mutation', () => {
  test.each(mistakes)('can still be made: $name', (mistake) => {
    expect(() => withMistake(mistake, ROOT)).not.toThrow();
    expect(mistake.tests.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test('have names of their own', () => {
    expect(mistakes.length).toBeGreaterThanOrEqual(40);
    expect(new Set(mistakes.map(({ name }) => name)).size).toBe(mistakes.length);
  });
});

describe('a mistake', () => {
  const sound = {
    name: 'a job that died while it was being sent is sent again',
    file: 'src/jobs/model/transitions.ts',
    within: 'afterCrash',
    find: /return \{\};/,
    replace: 'return requeued(now);',
    tests: [],
  };

  test('changes its function and nothing else', () => {
    expect(withMistake(sound, ROOT)).toMatch(/function afterCrash[^]*return requeued\(now\);\n\}/);
  });

  test.each([
    ['whose function is gone', { within: 'afterEarthquake' }, '0 of'],
    ['whose name is that of two functions', { file: 'src/jobs/deduplication/duplicates.ts', within: 'job' }, 'not one'],
    ['that finds nothing to change', { find: /return \[\];/ }, 'has 0 of'],
    ['that finds more than one place', { find: /return/ }, 'not one'],
    ['that leaves no program', { replace: 'return {' }, 'does not parse'],
  ])('%s is refused', (_, change, why) => {
    expect(() => withMistake({ ...sound, ...change }, ROOT)).toThrow(why);
  });
});
