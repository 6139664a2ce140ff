import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keptSecret } from '../../../../src/cli/composition/sign-in/kept-secret.ts';
import { systemRandom } from '../../../../src/shared/random.ts';
import { removeFolder, temporaryFolder } from '../../../support/artefacts.ts';

let folder = '';
beforeEach(() => (folder = temporaryFolder('firefly-token-')));
afterEach(() => removeFolder(folder));

const machine = { random: systemRandom, platform: process.platform };

test('the token is created once, in a file that only this user can read', () => {
  const path = join(folder, 'new', 'home', 'http-token');
  const token = keptSecret(path, machine);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(keptSecret(path, machine)).toBe(token);
  expect(readFileSync(path, 'utf8').trim()).toBe(token);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'new', 'home')).mode & 0o777).toBe(0o700);
});

test('a token file that other users can read is refused', () => {
  const path = join(folder, 'http-token');
  keptSecret(path, machine);
  chmodSync(path, 0o644);
  expect(() => keptSecret(path, machine)).toThrow(/other users can read it/);
});

test.each([0o620, 0o602])('a token file that others can write to is refused (mode %o)', (mode) => {
  const path = join(folder, 'http-token');
  keptSecret(path, machine);
  chmodSync(path, mode);
  expect(() => keptSecret(path, machine)).toThrow(/other users may write to it/);
});

test('an empty token file is refused', () => {
  const path = join(folder, 'http-token');
  writeFileSync(path, '\n', { mode: 0o600 });
  expect(() => keptSecret(path, machine)).toThrow(/cannot be stored/);
});

test('a token in a folder that cannot be created is refused', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => keptSecret(join(folder, 'file', 'http-token'), machine)).toThrow(/cannot be stored in/);
});

test.each([
  ['a folder', (path: string) => mkdirSync(path)],
  ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
  ['a link to a device without an end', (path: string) => symlinkSync('/dev/zero', path)],
])('%s in place of a secret is refused by name, at once and as no defect', (_what, put) => {
  const path = join(folder, 'http-token');
  put(path);
  const refusal = expect.objectContaining({
    code: 'token_file_open',
    message: `${path} is not used: it is no regular file.`,
  });
  expect(() => keptSecret(path, machine)).toThrow(refusal);
});
