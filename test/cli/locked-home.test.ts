import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PROGRAM } from '../support/program/command.ts';
import { lacks } from '../support/lacking.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';

const isRoot = process.getuid?.() === 0;

let folder = '';
let home = '';
beforeEach(() => {
  folder = temporaryFolder('firefly-locked-');
  home = join(folder, 'other');
  mkdirSync(home);
  chmodSync(folder, 0o755);
  // Root makes a home that another user cannot enter; every other user one that not even its owner can.
  chmodSync(home, isRoot ? 0o700 : 0o000);
});
afterEach(() => {
  chmodSync(home, 0o700);
  removeFolder(folder);
});

/** A user that may read every program, and nothing else. */
const NOBODY = { uid: 65534, gid: 65534 };

/** Runs the program with the home folder of another user. */
function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: home },
    encoding: 'utf8',
    timeout: 60_000,
    ...(isRoot ? NOBODY : {}),
  });
  return { code: status, out: stdout, err: stderr };
}

/** Skips where the other user cannot run the program: a clone may be in a folder that only its owner can enter. */
function needsProgram(skip: () => void) {
  if (process.platform !== 'win32' && run('--version').code === 0) return;
  lacks('a folder that another user can enter (not on Windows): put the clone into one');
  skip();
}

describe('with the HOME of another user', { tags: 'long' }, () => {
  const refusal = () =>
    `firefly-mcp: This user may not enter the folder ${home} on the way to the data folder ` +
    `${join(home, '.local/share/firefly-mcp')}. ` +
    "Set HOME to this user's own home folder, or FIREFLY_HOME to a folder of this user.\n";

  test.for<[string, string[]]>([
    ['install', ['install', 'cursor', '--demo', '--yes']],
    ['install without a client', ['install']],
    ['uninstall', ['uninstall', 'cursor', '--yes']],
    ['jobs', ['jobs', '--demo']],
    ['stdio', ['stdio', '--demo']],
  ])('%s names the folder that cannot be entered, and what to do', ([, args], { skip }) => {
    needsProgram(skip);
    expect(run(...args)).toEqual({ code: 78, out: '', err: refusal() });
  });

  test('doctor tells it as one check, and goes on', ({ skip }) => {
    needsProgram(skip);
    const { code, out } = run('doctor', '--demo', '--json');
    const { checks } = JSON.parse(out) as { checks: { name: string; verdict: string; message: string }[] };
    expect(code).toBe(1);
    expect(checks.find(({ name }) => name === 'data folder')).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining(`may not enter the folder ${home} on the way to`) as string,
    });
    expect(checks.find(({ name }) => name === 'store')?.message).toBe('not checked: see "data folder"');
    expect(checks.at(-1)?.name).not.toBe('data folder');
  });
});
