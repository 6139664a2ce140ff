import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { mkdir, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeNew } from '../../../src/images/files/atomic-write.ts';
import { inRecordedFolder, inSubfolder, openSubfolder } from '../../../src/images/files/output-folder.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

const NAME = { stem: 'fox', ending: '.png' };
let folder = '';
let root = '';
let outside = '';
beforeEach(async () => {
  folder = temporaryFolder('output-');
  root = join(folder, 'out');
  outside = join(folder, 'outside');
  await mkdir(root);
  await mkdir(join(outside, 'b'), { recursive: true });
});
afterEach(() => removeFolder(folder));

async function* content() {
  yield Buffer.from('a ');
  yield await Promise.resolve(Buffer.from('fox'));
}

const filesIn = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true }).filter((at) => at.isFile());

test('a subfolder that is swapped for a link at any moment leads no file and no folder outside', async () => {
  const [real, spare] = [join(root, 'sub'), join(folder, 'spare')];
  mkdirSync(join(real, 'b'), { recursive: true });
  let swaps = 0;
  let running = true;
  // The attacker of this process: between any two steps of a save.
  const attack = async () => {
    while (running) {
      try {
        renameSync(real, spare);
        symlinkSync(outside, real);
        swaps++;
        await setTimeout(swaps % 2);
        rmSync(real);
        renameSync(spare, real);
      } catch {
        // A save has made the folder anew meanwhile.
        removeFolder(spare);
      }
      await setTimeout((swaps * 7) % 12);
    }
  };
  const attacking = attack();
  let saved = 0;
  const end = performance.now() + 700;
  const save = async (subfolder: string) => {
    while (performance.now() < end || swaps <= 10 || saved <= 10) {
      await inSubfolder(root, subfolder, (held) => writeNew(held, NAME, content(), systemRandom)).then(
        () => saved++,
        () => undefined,
      );
    }
  };
  await Promise.all([save('sub'), save('sub/b'), save('sub/c')]);
  running = false;
  await attacking;
  expect(filesIn(outside)).toEqual([]);
  expect(await readdir(outside)).toEqual(['b']);
  expect(swaps).toBeGreaterThan(10);
  expect(saved).toBeGreaterThan(10);
});

test('a folder that is moved out of the root while it is held gets no file', async () => {
  await mkdir(join(root, 'sub'));
  const moving = inSubfolder(root, 'sub', async (held) => {
    await rename(join(root, 'sub'), join(outside, 'sub'));
    return writeNew(held, NAME, content(), systemRandom);
  });
  await expect(moving).rejects.toMatchObject({ code: 'outside_output_folder' });
  expect(filesIn(outside)).toEqual([]);
});

test('a link within the root is followed, one that leads out is refused', async () => {
  await mkdir(join(root, 'a'));
  await symlink(join(root, 'a'), join(root, 'inner'));
  await symlink(outside, join(root, 'outer'));
  expect(await openSubfolder(root, 'inner/b')).toBe(join(root, 'a', 'b'));
  await expect(openSubfolder(root, 'outer/x')).rejects.toMatchObject({ code: 'outside_output_folder' });
  expect(await readdir(outside)).toEqual(['b']);
});

test('the folder of a batch is refused where a link has taken its place', async () => {
  const recorded = await openSubfolder(root, 'set');
  await rename(recorded, join(folder, 'moved'));
  await symlink(outside, recorded);
  const writing = inRecordedFolder(recorded, (held) => writeNew(held, NAME, content(), systemRandom));
  await expect(writing).rejects.toMatchObject({ code: 'outside_output_folder' });
  expect(filesIn(outside)).toEqual([]);
});

test('a file in the place of a subfolder is named as what is in the way', async () => {
  await writeFile(join(root, 'sub'), '');
  await expect(openSubfolder(root, 'sub/x')).rejects.toMatchObject({ code: 'folder_unusable' });
});
