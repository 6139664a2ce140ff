import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';
import { plain } from '../../images/pictures.ts';
import { lock, needsProgram, runAsOrdinaryUser } from '../../support/program/ordinary-user.ts';

let folder = '';
beforeEach(async () => {
  folder = temporaryFolder('firefly-locked-');
  chmodSync(folder, 0o755);
  const picture = await plain(700, 700).png().toBuffer();
  for (const name of ['people', 'people/open', 'people/open/closed']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'ada.png'), picture);
  }
  mkdirSync(join(folder, 'home'));
  chmodSync(join(folder, 'home'), 0o777);
});
afterEach(() => {
  for (const name of ['people', 'people/open', 'people/open/closed']) chmodSync(join(folder, name), 0o755);
  removeFolder(folder);
});

/** Runs a command for a user who is not root. */
function run(...args: readonly string[]) {
  const home = join(folder, 'home');
  const env = { HOME: home, FIREFLY_HOME: join(home, 'data'), FIREFLY_ROOTS: folder };
  return runAsOrdinaryUser([...args, '--tool', 'upscale_image', '--demo'], { cwd: folder, env });
}

describe('a folder that this user cannot read', { tags: 'long' }, () => {
  test.for(['people/**', 'people/*/*/*.png', 'people/**/closed/*'])(
    'is left out of %s, and named',
    (pattern, { skip }) => {
      needsProgram(skip, folder);
      lock(join(folder, 'people/open/closed'));
      const { code, out, err } = run('batch', '--folder', pattern, '--out', 'home/out', '--dry-run');
      expect(out + err).toContain('open/closed (folders that cannot be read; check their permissions)');
      // With no other picture there is nothing to do.
      expect(code).toBe(pattern === 'people/**' ? 0 : 1);
    },
  );

  test('is named where it is the one that was asked for', ({ skip }) => {
    needsProgram(skip, folder);
    lock(join(folder, 'people'));
    const { code, out } = run('call', 'submit_batch', '--folder', 'people/*', '--dry_run');
    expect(code).toBe(1);
    expect(out).toContain('people/* cannot be read (EACCES).');
  });
});
