import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolder } from '../../../src/shared/files/folders.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

let base: string;
beforeEach(async () => {
  base = temporaryFolder('folders-');
});
afterEach(() => removeFolder(base));

describe('making a folder', () => {
  test('makes its missing parents, for this user only, and accepts a folder that exists', async () => {
    const path = join(base, 'a', 'b', 'c');
    await Promise.all([makeFolder(path), makeFolder(path)]);
    await makeFolder(path);
    expect((await stat(join(base, 'a', 'b'))).mode & 0o777).toBe(0o700);
  });

  test('fails where a file is in the way', async () => {
    await writeFile(join(base, 'file'), '');
    await expect(makeFolder(join(base, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(base, 'file', 'x'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  test.runIf(process.platform === 'linux')('fails in /proc, where Node’s recursive mkdir never ends', async () => {
    await expect(makeFolder('/proc/no/such/folder')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
