import { spawnSync } from 'node:child_process';
import { unlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROOT } from '../architecture/source-files.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';

const STEPS = { tests: 'tests', 'long tests': 'long', browser: 'browser', package: 'package' };
const PASSED = { numPassedTests: 2, numFailedTests: 0, testResults: [] };

let folder: string;
beforeEach(() => {
  folder = temporaryFolder('closing-');
  for (const name of Object.values(STEPS)) writeFileSync(join(folder, `${name}.json`), JSON.stringify(PASSED));
});
afterEach(() => removeFolder(folder));

/** What the end of `.ci/run` prints, and its exit code. */
function close(...failedSteps: string[]) {
  const { stdout, status } = spawnSync('node', [resolve(ROOT, '.ci/closing.mjs'), folder, ...failedSteps], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { lines: stdout.trimEnd().split('\n'), status };
}

function report(step: keyof typeof STEPS, given: object): void {
  writeFileSync(join(folder, `${STEPS[step]}.json`), JSON.stringify({ ...PASSED, ...given }));
}

describe('the end of .ci/run', () => {
  test('is one line of sums where everything passed', () => {
    expect(close()).toEqual({ lines: ['8 passed, 0 failed, 0 skipped'], status: 0 });
  });

  test('names a failed test with the beginning of its reason', () => {
    const failed = {
      status: 'failed',
      fullName: 'a job is paid once',
      failureMessages: ['\u001b[31mpaid twice\u001b[39m'],
    };
    report('tests', {
      numFailedTests: 1,
      testResults: [{ name: join(ROOT, 'test/x.test.ts'), status: 'failed', assertionResults: [failed] }],
    });
    expect(close('tests')).toEqual({
      lines: [
        'FAILED in tests: test/x.test.ts, a job is paid once',
        '    paid twice',
        'Failed: tests',
        '8 passed, 1 failed, 0 skipped',
      ],
      status: 1,
    });
  });

  test('names a file that failed as a whole, and counts what it skipped', () => {
    const skipped = { status: 'skipped', tags: ['long'] };
    report('long tests', {
      testResults: [
        { name: join(ROOT, 'test/x.long.ts'), status: 'failed', message: 'no server', assertionResults: [skipped] },
      ],
    });
    expect(close('long tests').lines).toEqual([
      'FAILED in long tests: test/x.long.ts, the file as a whole',
      '    no server',
      'Failed: long tests',
      '8 passed, 1 failed, 1 skipped',
    ]);
  });

  test('leaves to the other run what that one counts', () => {
    const results = [{ name: 'x', status: 'passed', assertionResults: [{ status: 'skipped', tags: ['long'] }] }];
    report('tests', { testResults: results });
    expect(close().lines.at(-1)).toBe('8 passed, 0 failed, 0 skipped');
    report('long tests', { testResults: results });
    expect(close().lines.at(-1)).toBe('8 passed, 0 failed, 1 skipped');
  });

  test('shows the end of the output of a step that names no test, and the reasons of skipped ones', () => {
    writeFileSync(join(folder, 'lint.log'), 'one\ntwo\n');
    writeFileSync(join(folder, 'tests.log'), 'passed\nSKIPPED: 3 tests of a.test.ts, for lack of a browser\n');
    expect(close('lint', 'tests').lines).toEqual([
      'tests: SKIPPED: 3 tests of a.test.ts, for lack of a browser',
      'FAILED in tests, the end of its output:',
      '    passed',
      '    SKIPPED: 3 tests of a.test.ts, for lack of a browser',
      'FAILED in lint, the end of its output:',
      '    one',
      '    two',
      'Failed: lint, tests',
      '8 passed, 2 failed, 0 skipped',
    ]);
  });

  test('counts a step without a report as failed', () => {
    unlinkSync(join(folder, 'browser.json'));
    expect(close('browser')).toMatchObject({ status: 1 });
    expect(close('browser').lines.at(-1)).toBe('6 passed, 1 failed, 0 skipped');
  });
});
