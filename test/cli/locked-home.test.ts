import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';
import { lock, needsProgram, runAsOrdinaryUser } from '../support/program/ordinary-user.ts';

let folder = '';
let home = '';
beforeEach(() => {
  folder = temporaryFolder('firefly-locked-');
  home = join(folder, 'other');
  mkdirSync(home);
  chmodSync(folder, 0o755);
  lock(home);
});
afterEach(() => {
  chmodSync(home, 0o700);
  removeFolder(folder);
});

/** Runs the program with the home folder of another user. */
const run = (...args: readonly string[]) => runAsOrdinaryUser(args, { cwd: folder, env: { HOME: home } });

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
    needsProgram(skip, folder);
    expect(run(...args)).toEqual({ code: 78, out: '', err: refusal() });
  });

  test('doctor tells it as one check, and goes on', ({ skip }) => {
    needsProgram(skip, folder);
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
