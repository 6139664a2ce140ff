/**
 * Shows that the tests notice: makes each seeded mistake in a copy of the source, and runs the test files that have to
 * fail. Prints a table; exits 1 where a mistake is not noticed, or cannot be made.
 * `npm run test:mutants [WORD]` runs those that have WORD in their name, file or subject.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { withMistake } from './apply.mjs';
import { MISTAKES } from './mistakes.mjs';

const ROOT = join(import.meta.dirname, '..', '..');
const NOT_COPIED = new Set(['node_modules', 'dist', '.git', 'coverage']);
/** For each test file of a run, on a machine that is busy with other work. */
const LONGEST_FILE_MS = 240_000;
const running = new Set();

/** @param {string} folder @param {string} word */
async function main(folder, word) {
  const all = Object.entries(MISTAKES).flatMap(([subject, list]) => list.map((mistake) => ({ ...mistake, subject })));
  const chosen = all.filter(({ subject, name, file }) => `${subject} ${name} ${file}`.includes(word));
  if (chosen.length === 0) throw new Error(`no mistake has "${word}" in its name, file or subject`);
  const copies = Array.from({ length: Math.min(2, availableParallelism(), chosen.length) }, (_, n) =>
    copyOfSource(join(folder, String(n))),
  );
  // Without a mistake all of them have to pass: each test that fails anyway would notice everything.
  const tests = [...new Set(chosen.flatMap((mistake) => mistake.tests))];
  const shares = copies.map((copy, n) => ({ copy, share: tests.filter((_, i) => i % copies.length === n) }));
  // Without a file vitest would run all of them.
  const sound = await Promise.all(
    shares.filter(({ share }) => share.length > 0).map(({ copy, share }) => runTests(share, copy)),
  );
  for (const { failed, broken, message } of sound) {
    const reason = broken ?? failed;
    if (reason !== undefined) throw new Error(`without a mistake this fails: ${reason}\n${message ?? ''}`);
  }
  const waiting = [...chosen];
  const rows = [];
  const work = async (copy) => {
    for (let mistake = waiting.shift(); mistake; mistake = waiting.shift()) {
      const started = Date.now();
      const { verdict, by } = await verdictOn(mistake, copy);
      const seconds = ((Date.now() - started) / 1_000).toFixed(1);
      rows.push({ subject: mistake.subject, mistake: mistake.name, verdict, seconds, by });
      console.log(`${rows.length}/${chosen.length} ${verdict.padEnd(9)} ${seconds.padStart(5)} s  ${mistake.name}`);
    }
  };
  await Promise.all(copies.map(work));
  const order = chosen.map(({ name }) => name);
  rows.sort((a, b) => order.indexOf(a.mistake) - order.indexOf(b.mistake));
  const width = Math.max(...order.map(({ length }) => length));
  for (const { subject, mistake, verdict, by } of rows) {
    console.log(`${subject.padEnd(13)}  ${mistake.padEnd(width)}  ${verdict.padEnd(9)}  ${by}`);
  }
  const rest = rows.filter(({ verdict }) => verdict !== 'noticed');
  for (const { mistake, verdict, by } of rest) console.log(`${verdict}: ${mistake} (${by})`);
  console.log(`${rows.length - rest.length} of ${rows.length} mistakes noticed`);
  return rest.length === 0 ? 0 : 1;
}

/** @param {string} copy */
function copyOfSource(copy) {
  mkdirSync(copy);
  for (const name of readdirSync(ROOT)) {
    const filter = (/** @type {string} */ path) => basename(path) !== 'node_modules';
    if (!NOT_COPIED.has(name)) cpSync(join(ROOT, name), join(copy, name), { recursive: true, filter });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction');
  return copy;
}

/** @param {import('./apply.mjs').Mistake} mistake @param {string} copy */
async function verdictOn(mistake, copy) {
  const path = join(copy, mistake.file);
  const original = readFileSync(path, 'utf8');
  try {
    writeFileSync(path, withMistake(mistake, copy));
    const { failed, broken } = await runTests(mistake.tests, copy);
    if (broken !== undefined) return { verdict: 'BROKEN', by: broken };
    return failed === undefined
      ? { verdict: 'UNNOTICED', by: mistake.tests.join(' ') }
      : { verdict: 'noticed', by: failed };
  } catch (error) {
    return { verdict: 'BROKEN', by: error.message };
  } finally {
    writeFileSync(path, original);
  }
}

/**
 * Runs test files up to the first failure.
 *
 * @param {readonly string[]} tests
 * @param {string} cwd
 * @returns {Promise<{ failed?: string | undefined, message?: string | undefined, broken?: string | undefined }>} name of the first test that failed and what it said; why no test could
 */
async function runTests(tests, cwd) {
  const config = ['--config', 'test/mutation/vitest.config.mjs', '--bail=1', '--reporter=json'];
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...config, ...tests], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_FILE_MS * tests.length,
    killSignal: 'SIGKILL',
  });
  running.add(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (piece) => (out += piece));
  child.stderr.on('data', (piece) => (err += piece));
  await once(child, 'close');
  running.delete(child);
  const report = /\{"numTotalTestSuites".*/s.exec(out)?.[0];
  if (report === undefined) return { broken: `no report of ${tests.join(' ')}\n${err}` };
  const files = JSON.parse(report).testResults;
  const failed = files.flatMap((file) => file.assertionResults).find(({ status }) => status === 'failed');
  // What only a defect of the mistake itself brings about.
  const defect = failed?.failureMessages.find((text) => /^(ReferenceError|SyntaxError)/.test(text));
  if (defect !== undefined) return { broken: defect };
  if (failed !== undefined) return { failed: failed.fullName, message: failed.failureMessages[0] };
  // A hook that fails leaves its tests out, and with `--bail` those after it: nothing would be left to notice the mistake.
  const unset = files.find(({ status }) => status === 'failed');
  if (unset !== undefined) return { broken: `no test of ${unset.name} failed, but what it sets up: ${unset.message}` };
  const empty = files.find(({ assertionResults }) => !assertionResults.some(({ status }) => status === 'passed'));
  return empty === undefined && files.length >= tests.length
    ? {}
    : { broken: `no test ran: ${empty?.message ?? tests.join(' ')}` };
}

const folder = mkdtempSync(join(tmpdir(), 'mutation-'));
const clear = () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
};
process.once('SIGINT', () => {
  clear();
  process.exit(130);
});
try {
  process.exitCode = await main(folder, process.argv[2] ?? '');
} finally {
  clear();
}
