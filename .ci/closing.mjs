// Ends `.ci/run`: what failed and what was skipped, with the first lines of each reason, then one line of sums, so that
// the end of a long log is enough to know what to look at.
//
// node .ci/closing.mjs <folder with the reports and the output of the steps> [name of a failed step …]

import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Steps that run vitest, and the names of their reports. */
const REPORTS = { tests: 'tests', 'long tests': 'long', browser: 'browser', package: 'package' };
const MOST_FAILURES = 20;
const REASON_LINES = 6;
const OUTPUT_LINES = 25;

const [folder, ...failedSteps] = process.argv.slice(2);
const sum = { passed: 0, failed: failedSteps.filter((step) => !(step in REPORTS)).length, skipped: 0 };
const failures = [];

for (const [step, name] of Object.entries(REPORTS)) {
  const report = readReport(step, name);
  const named = failuresOf(report);
  failures.push(...named.map((failure) => `${step}: ${failure}`));
  sum.passed += report.numPassedTests;
  // A test file that cannot be loaded, or an error outside of tests, fails the step without failing a test.
  sum.failed += failedSteps.includes(step) ? Math.max(report.numFailedTests, 1) : report.numFailedTests;
  sum.skipped += skippedIn(step, report);
  if (failedSteps.includes(step) && named.length === 0) failures.push(lastLinesOf(step));
}
failures.push(...failedSteps.filter((step) => !(step in REPORTS)).map(lastLinesOf));

for (const line of skipLines()) console.log(line);
for (const failure of failures.slice(0, MOST_FAILURES)) console.log(`FAILED in ${failure}`);
if (failures.length > MOST_FAILURES) console.log(`and ${failures.length - MOST_FAILURES} more failures`);
if (failedSteps.length > 0) console.log(`Failed: ${failedSteps.join(', ')}`);
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed > 0 ? 1 : 0;

function readReport(step, name) {
  const none = { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  try {
    return { ...none, ...JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) };
  } catch {
    console.log(`There is no readable report of the step ${step}.`);
    return none;
  }
}

/** Failed tests, and files that failed as a whole: in loading, or in a hook, which skips their tests. */
function failuresOf({ testResults }) {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative('.', name);
    const tests = assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => `${file}, ${test.fullName}\n${firstLines((test.failureMessages ?? []).join('\n'))}`);
    return tests.length === 0 && status === 'failed' ? [`${file}, the file as a whole\n${firstLines(message)}`] : tests;
  });
}

/** Tests and long tests share the files out by a tag: what one step leaves out, the other counts. */
function skippedIn(step, { testResults }) {
  const isOther = ({ tags = [] }) =>
    step === 'tests' ? tags.includes('long') : step === 'long tests' && !tags.includes('long');
  return testResults
    .flatMap((file) => file.assertionResults)
    .filter((test) => !isOther(test))
    .filter(({ status }) => ['skipped', 'pending', 'todo'].includes(status)).length;
}

/** The lines by which `test/skipped.setup.ts` tells of the tests of a run that were skipped. */
function skipLines() {
  return Object.keys(REPORTS).flatMap((step) =>
    outputOf(step)
      .filter((line) => line.startsWith('SKIPPED: '))
      .map((line) => `${step}: ${line}`),
  );
}

function lastLinesOf(step) {
  return `${step}, the end of its output:\n${indented(outputOf(step).slice(-OUTPUT_LINES))}`;
}

function firstLines(text) {
  const lines = stripVTControlCharacters(text ?? '').split('\n');
  return indented(lines.slice(0, REASON_LINES));
}

function indented(lines) {
  return lines.map((line) => `    ${line.slice(0, 300)}`).join('\n');
}

function outputOf(step) {
  try {
    return stripVTControlCharacters(readFileSync(join(folder, `${step}.log`), 'utf8'))
      .trimEnd()
      .split('\n');
  } catch {
    return [];
  }
}
