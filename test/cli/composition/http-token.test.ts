import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { localToken } from '../../../src/cli/composition/http-token.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

let folder = '';
beforeEach(() => (folder = temporaryFolder('firefly-token-')));
afterEach(() => removeFolder(folder));

const place = { random: systemRandom, platform: process.platform };

test('is made once, for this user only, and kept', () => {
  const path = join(folder, 'new', 'home', 'http-token');
  const token = localToken(path, place);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(localToken(path, place)).toBe(token);
  expect(readFileSync(path, 'utf8').trim()).toBe(token);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'new', 'home')).mode & 0o777).toBe(0o700);
});

test('is not used where others may read it', () => {
  const path = join(folder, 'http-token');
  localToken(path, place);
  chmodSync(path, 0o644);
  expect(() => localToken(path, place)).toThrow(/other users may open it/);
});

test('an empty file is refused: it is no token', () => {
  const path = join(folder, 'http-token');
  writeFileSync(path, '\n', { mode: 0o600 });
  expect(() => localToken(path, place)).toThrow(/cannot be kept/);
});

test('a folder that cannot be made is said', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => localToken(join(folder, 'file', 'http-token'), place)).toThrow(/cannot be kept in/);
});
