/**
 * Shows that the tests have teeth: makes each seeded mistake in a copy of the last commit, and runs the test that has to
 * notice. Prints a table; exits 1 when a mistake stays unnoticed. `npm run test:teeth [WORD]` runs those that have WORD.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOUSE_MUTANTS } from './house-mutants.mjs';
import { MUTANTS } from './mutants.mjs';

const root = join(import.meta.dirname, '..', '..');
const copy = mkdtempSync(join(tmpdir(), 'teeth-'));
const word = process.argv[2] ?? '';

function main() {
  execFileSync('git', ['archive', 'HEAD', '--output', join(copy, 'commit.tar')], { cwd: root });
  execFileSync('tar', ['-xf', 'commit.tar'], { cwd: copy });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const chosen = [...MUTANTS, ...HOUSE_MUTANTS].filter(({ row, mistake }) => `${row} ${mistake}`.includes(word));
  const width = Math.max(...chosen.map(({ mistake }) => mistake.length));
  const results = chosen.map((mutant) => {
    const verdict = verdictOn(mutant);
    console.log(`${mutant.row}  ${mutant.mistake.padEnd(width)}  ${verdict.padEnd(9)}  ${mutant.test}`);
    return { verdict };
  });
  const caught = results.filter(({ verdict }) => verdict === 'caught').length;
  console.log(`${caught} of ${results.length} mistakes caught`);
  return caught === results.length ? 0 : 1;
}

/** `caught`, `UNNOTICED`, or `BROKEN` where the mutant does not fit the code or the test fails without it. */
function verdictOn({ file, find, replace, test, only }) {
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  const mutated = original.replace(find, () => replace);
  if (mutated === original) return 'BROKEN';
  if (passes(test, only) === false) return 'BROKEN';
  writeFileSync(path, mutated);
  const noticed = !passes(test, only);
  writeFileSync(path, original);
  return noticed ? 'caught' : 'UNNOTICED';
}

/** Whether the test passes; a run in which no test ran does not count as passed. */
function passes(test, only) {
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    'test/teeth/vitest.config.mjs',
    test,
    ...(only ? ['-t', only] : []),
    '--reporter=json',
  ];
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: copy,
    encoding: 'utf8',
    timeout: 120_000,
    maxBuffer: 2 ** 28,
  });
  const report = /\{"numTotalTestSuites".*/s.exec(stdout)?.[0];
  const ran = report ? JSON.parse(report).numPassedTests : 0;
  return status === 0 && ran > 0;
}

let code = 1;
try {
  code = main();
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.exitCode = code;
