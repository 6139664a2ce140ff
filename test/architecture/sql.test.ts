import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf, withoutComments } from './imports.ts';
import { sourceFiles, type SourceFile } from './source-files.ts';

const STORE = 'src/jobs/store/';
/** The tables that the migrations of the jobs make. */
const TABLES = sourceFiles()
  .filter(({ path }) => path.startsWith(STORE))
  .flatMap(({ text }) => [...text.matchAll(/\bCREATE TABLE (\w+) \(/g)].map(([, name = '']) => name));
const STATEMENT = new RegExp(`\\b(FROM|JOIN|INTO|UPDATE|TABLE)\\s+(${TABLES.join('|')})\\b`);
/** A list of states that is typed out; `stateList` of `store/sql.ts` derives such lists from the states. */
const STATES_TYPED_OUT = /\bstate\s+(NOT\s+)?IN\s*\(\s*'/;
/** What locks rows or settles conflicts differs between dialects. */
const OF_A_DIALECT = /\bforUpdate(OrSkip)?\b|\bON CONFLICT\b/;

/**
 * What the store of the jobs may import besides itself: the model of a job, prices, the database, what a job is made from,
 * the table of what must not be deleted, units of time, groups of a list. No rule about limits.
 */
const STORE_MAY_IMPORT =
  /^src\/(jobs\/model\/|store\/|firefly\/(types|pricing)\.ts|images\/(library\/parents|composites\/exact-edit|blobs\/references)\.ts|shared\/(groups|time\/durations)\.ts)/;

function violations(file: SourceFile): readonly string[] {
  const { path } = file;
  const code = withoutComments(file);
  const lists = STATES_TYPED_OUT.test(code) ? [`${path} types out a list of states`] : [];
  if (path.startsWith(STORE)) {
    const wrong = importsOf(file)
      .filter(({ from }) => from.startsWith('.'))
      .map(({ from }) => posix.join(posix.dirname(path), from))
      .filter((target) => !target.startsWith(STORE) && !STORE_MAY_IMPORT.test(target));
    return [...lists, ...wrong.map((target) => `${path} must not import ${target}`)];
  }
  const statements = STATEMENT.test(code) ? [`${path} has SQL on the tables of jobs`] : [];
  const dialect = path.startsWith('src/jobs/') && OF_A_DIALECT.test(code) ? [`${path} has SQL of one dialect`] : [];
  return [...lists, ...statements, ...dialect];
}

describe('SQL on the tables of jobs', () => {
  test('is written in src/jobs/store alone, and lists of states in its sql.ts', () => {
    expect(sourceFiles().flatMap(violations)).toEqual([]);
  });

  test('is looked for by the tables of the migrations', () => {
    expect(TABLES).toEqual(expect.arrayContaining(['jobs', 'permits', 'batches', 'uploads', 'spending_record']));
    expect(TABLES.length).toBeGreaterThan(8);
  });

  test.each([
    ['src/jobs/x.ts', 'await db.all(`SELECT id FROM jobs`);'],
    ['src/cli/x.ts', 'await db.all(`SELECT 1 FROM images i\n  JOIN  permits p ON p.job = i.job`);'],
    ['src/jobs/x.ts', `await tx.run('UPDATE batches SET folder = NULL');`],
    ['src/jobs/x.ts', `await tx.run('DELETE FROM uploads');`],
    ['src/tools/x.ts', `await tx.run('INSERT INTO cooldowns VALUES (1)');`],
    ['src/store/x.ts', `await tx.run('ALTER TABLE permits ADD COLUMN x TEXT');`],
    ['src/jobs/store/x.ts', `const WAITING = "state IN ('queued', 'preparing')";`],
    ['src/jobs/x.ts', `const ENDED = "j.state NOT IN ('queued')";`],
    ['src/jobs/x.ts', 'await tx.first(`SELECT 1 ${tx.forUpdate}`);'],
    ['src/jobs/store/x.ts', `import { permitTime } from '../limits/quota.ts';`],
    ['src/jobs/store/batches/x.ts', `import type { BatchView } from '../../batches/model/batch-types.ts';`],
  ])('the check can fail: %s with %s', (path, text) => {
    expect(violations({ path, text })).not.toEqual([]);
  });

  test.each([
    ['src/jobs/store/x.ts', 'await db.all(`SELECT id FROM jobs WHERE state IN ${WAITING}`);'],
    ['src/jobs/x.ts', '/** Reads FROM jobs */'],
    ['src/images/x.ts', 'await db.all(`SELECT id FROM images`);'],
    ['src/jobs/store/x.ts', `import type { JobRow } from '../model/job-row.ts';`],
    ['src/jobs/store/batches/x.ts', `import type { Queryable } from '../../../store/database.ts';`],
  ])('the check lets pass what is right: %s with %s', (path, text) => {
    expect(violations({ path, text })).toEqual([]);
  });
});
