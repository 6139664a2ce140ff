/**
 * Shows that the tests have teeth: makes each seeded mistake in a copy of the last commit, and runs the test that has to
 * notice. Prints a table; exits 1 when a mistake stays unnoticed, or a starred row of `reliability.md` §5 has none.
 * `npm run test:mutants [WORD]` runs those that have WORD.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ATTACK_MUTANTS } from './attack-mutants.mjs';
import { FAULT_MUTANTS } from './fault-mutants.mjs';
import { HOUSE_MUTANTS } from './house-mutants.mjs';
import { MUTANTS } from './mutants.mjs';
import { PROOF_MUTANTS } from './proof-mutants.mjs';

const STARRED = 'L01 F01 F02 F09 F12 F17 F22 C01 C02 C04 C06 M01 A02 A03 A05 A07 A08 A11 A15 A19 A24'.split(' ');
/** Starred rows without a mutant, and why. */
const LATER = { A24: 'there is no OAuth yet' };

const ROOT = join(import.meta.dirname, '..', '..');
const ALL = [...MUTANTS, ...FAULT_MUTANTS, ...HOUSE_MUTANTS, ...PROOF_MUTANTS, ...ATTACK_MUTANTS];
/** What the same test says without a mistake is asked once. */
const sound = new Map();
const running = new Set();

async function main(folder, word) {
  const chosen = ALL.filter(({ row, mistake }) => `${row} ${mistake}`.includes(word));
  const copies = Array.from({ length: Math.min(2, availableParallelism(), chosen.length) }, (_, n) =>
    copyIn(folder, n),
  );
  const width = Math.max(...chosen.map(({ mistake }) => mistake.length));
  const line = ({ row, mistake, test }, verdict) => `${row}  ${mistake.padEnd(width)}  ${verdict.padEnd(9)}  ${test}`;
  const verdicts = new Map();
  const waiting = [...chosen];
  const work = async (copy) => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      verdicts.set(mutant, await verdictOn(mutant, copy));
      console.log(`${verdicts.size}/${chosen.length}  ${line(mutant, verdicts.get(mutant))}`);
    }
  };
  await Promise.all(copies.map(work));
  const sorted = chosen.toSorted((a, b) => (a.row < b.row ? -1 : a.row > b.row ? 1 : 0));
  console.log(`\n${sorted.map((mutant) => line(mutant, verdicts.get(mutant))).join('\n')}\n`);
  const caught = chosen.filter((mutant) => verdicts.get(mutant) === 'caught').length;
  console.log(`${caught} of ${chosen.length} mistakes caught`);
  const bare = STARRED.filter((row) => !ALL.some((mutant) => mutant.row === row));
  console.log(`Starred rows without a mistake: ${bare.map((row) => `${row} (${LATER[row] ?? 'MISSING'})`).join(', ')}`);
  return caught === chosen.length && bare.every((row) => row in LATER) ? 0 : 1;
}

function copyIn(folder, n) {
  const copy = join(folder, String(n));
  mkdirSync(copy);
  execFileSync('tar', ['-xf', join(folder, 'commit.tar')], { cwd: copy });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** `caught`, `UNNOTICED`, or `BROKEN` where the mutant does not fit the code or the test fails without it. */
async function verdictOn({ file, find, replace, test, only }, copy) {
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  if (original.split(find).length !== 2) return 'BROKEN';
  const key = `${test} ${only}`;
  if (!sound.has(key)) sound.set(key, passes(test, only, copy));
  if (!(await sound.get(key))) return 'BROKEN';
  writeFileSync(
    path,
    original.replace(find, () => replace),
  );
  const noticed = !(await passes(test, only, copy));
  writeFileSync(path, original);
  return noticed ? 'caught' : 'UNNOTICED';
}

/** Whether the test passes; a run in which no test ran does not count as passed. */
async function passes(test, only, cwd) {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/mutation/vitest.config.mjs'];
  const args = [...vitest, test, ...(only ? ['-t', only] : []), '--reporter=json'];
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'ignore'], timeout: 120_000 });
  running.add(child);
  let out = '';
  child.stdout.on('data', (piece) => (out += piece));
  const [status] = await once(child, 'close');
  running.delete(child);
  const report = /\{"numTotalTestSuites".*/s.exec(out)?.[0];
  return status === 0 && report !== undefined && JSON.parse(report).numPassedTests > 0;
}

const folder = mkdtempSync(join(tmpdir(), 'teeth-'));
const clear = () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
};
process.once('SIGINT', () => {
  clear();
  process.exit(130);
});
try {
  execFileSync('git', ['archive', 'HEAD', '--output', join(folder, 'commit.tar')], { cwd: ROOT });
  process.exitCode = await main(folder, process.argv[2] ?? '');
} finally {
  clear();
}
