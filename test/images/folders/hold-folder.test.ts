import { mkdirSync, readdirSync, realpathSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inHeldFolder } from '../../../src/images/folders/hold-folder.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

let folder = '';
beforeEach(() => {
  folder = realpathSync(temporaryFolder('firefly-held-'));
  for (const name of ['in', 'elsewhere']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'in', 'mine.png'), '');
  writeFileSync(join(folder, 'elsewhere', 'secret.png'), '');
});
afterEach(() => removeFolder(folder));

/** Names that are read in the folder `in`. */
async function names(before: () => void = () => undefined): Promise<readonly string[]> {
  const found: string[] = [];
  const asked = { roots: { folders: [folder], base: folder, home: folder, windows: false }, text: 'in' };
  await inHeldFolder(join(folder, 'in'), asked, async (address) => {
    before();
    found.push(...readdirSync(address));
    await Promise.resolve();
  });
  return found;
}

/** What an attacker does who may write to the root. */
function swap(): void {
  renameSync(join(folder, 'in'), join(folder, 'away'));
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'in'));
}

describe('a folder whose names are read', () => {
  test('is the one that was checked, and no link in its place', async () => {
    expect(await names()).toEqual(['mine.png']);
    swap();
    await expect(names()).rejects.toMatchObject({ code: 'outside_roots' });
  });

  test.skipIf(process.platform !== 'linux')('shows no name of another one that takes its place meanwhile', async () => {
    const found = await names(swap).catch(() => []);
    expect(found).not.toContain('secret.png');
  });

  test('that has gone, or is a file now, is told as one that is not there', async () => {
    renameSync(join(folder, 'in'), join(folder, 'away'));
    await expect(names()).rejects.toMatchObject({ code: 'file_not_found' });
    writeFileSync(join(folder, 'in'), '');
    await expect(names()).rejects.toMatchObject({ code: 'file_not_found' });
  });
});
