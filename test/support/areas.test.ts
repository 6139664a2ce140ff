import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { overdrawn, secondsByArea, sharesIn } from '../areas.reporter.ts';

const TEST = join(import.meta.dirname, '..');
const shares = sharesIn(readFileSync(join(TEST, '..', 'docs', 'testing.md'), 'utf8'));
/** Folders without a test of their own in the ordinary run. */
const WITHOUT = new Set(['bench', 'mutation']);

describe('the table of areas in docs/testing.md', () => {
  test('has a row for every folder of tests, and for no other', () => {
    const folders = readdirSync(TEST, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() && !WITHOUT.has(entry.name) ? [entry.name] : [],
    );
    expect([...shares.keys()].toSorted()).toEqual([...folders, 'top'].toSorted());
  });

  test('grants no more than five workers can do in three minutes', () => {
    const sum = [...shares.values()].reduce((one, other) => one + other, 0);
    expect(sum).toBeLessThanOrEqual(5 * 180);
  });
});

describe('the report at the end of a run', () => {
  test('names the areas that took more than their share, and those that have none', () => {
    const sums = secondsByArea([
      { path: 'jobs/a.test.ts', ms: 1_500 },
      { path: 'jobs/batches/b.test.ts', ms: 1_000 },
      { path: 'cli/c.test.ts', ms: 1_000 },
      { path: 'new/d.test.ts', ms: 4_000 },
    ]);
    const granted = new Map([
      ['jobs', 2],
      ['cli', 1],
    ]);
    expect(overdrawn(sums, granted)).toEqual([
      'test/jobs took 3 s of its 2 s',
      'test/new has no share in docs/testing.md; it took 4 s',
    ]);
  });
});
