import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { placeFile, replaceFile } from '../../../src/images/files/atomic-write.ts';
import { inSubfolder } from '../../../src/images/files/output-folder.ts';
import { sweepPartials } from '../../../src/images/files/partial-files.ts';
import { withPlainFile } from '../../../src/images/files/plain-file.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

const NAME = { stem: 'ada', ending: '.png' };
const contentOf = (text: string) => ({
  sha256: createHash('sha256').update(text).digest('hex'),
  bytes: Buffer.byteLength(text),
  async *open() {
    yield await Promise.resolve(Buffer.from(text));
  },
});

let folder = '';
beforeEach(async () => {
  folder = temporaryFolder('placed-');
});
afterEach(() => removeFolder(folder));

const place = (content: string, taken: readonly string[] = []) =>
  inSubfolder(folder, undefined, (held) =>
    placeFile(held, NAME, contentOf(content), { random: systemRandom, isTaken: (path) => taken.includes(path) }),
  );

describe('placing a file', () => {
  test('writes it under its name, and leaves no other file', async () => {
    expect(await place('one')).toBe(join(folder, 'ada.png'));
    expect(await readdir(folder)).toEqual(['ada.png']);
  });

  test('never overwrites: other content gets another name, equal content is recognised', async () => {
    await writeFile(join(folder, 'ada.png'), 'foreign');
    expect(await place('one')).toBe(join(folder, 'ada-2.png'));
    expect(await place('one')).toBe(join(folder, 'ada-2.png'));
    expect(await readFile(join(folder, 'ada.png'), 'utf8')).toBe('foreign');
    expect((await readdir(folder)).sort()).toEqual(['ada-2.png', 'ada.png']);
  });

  test('takes another name where a file of equal content belongs to something else', async () => {
    const first = await place('one');
    expect(await place('one', [first])).toBe(join(folder, 'ada-2.png'));
  });

  test('by several writers at once gives each content one whole file', async () => {
    const contents = Array.from({ length: 12 }, (_, n) => `content ${n % 4}`.repeat(50_000));
    const paths = await Promise.all(contents.map((content) => place(content)));
    const found = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
    expect(found).toEqual(contents);
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('neither follows nor writes through a link of its name', async () => {
    const target = join(folder, 'elsewhere.txt');
    await writeFile(target, 'theirs');
    await symlink(target, join(folder, 'ada.png'));
    expect(await place('one')).toBe(join(folder, 'ada-2.png'));
    expect(await readFile(target, 'utf8')).toBe('theirs');
  });
});

describe('what is no regular file under the wanted name', () => {
  test.each([
    ['a link to an endless device', (path: string) => symlink('/dev/zero', path)],
    ['a link to a device that blocks', (path: string) => symlink('/dev/tty', path)],
    ['a link that leads nowhere', (path: string) => symlink('/nowhere/at/all', path)],
    ['a pipe', async (path: string) => void execFileSync('mkfifo', [path])],
    ['a folder', (path: string) => mkdir(path)],
    ['a sparse file of a terabyte', (path: string) => writeFile(path, '').then(() => truncate(path, 2 ** 40))],
  ])('such as %s is left alone, and not read', { tags: 'long' }, async (_name, make) => {
    await make(join(folder, 'ada.png'));
    const before = process.memoryUsage().arrayBuffers;
    expect(await place('one')).toBe(join(folder, 'ada-2.png'));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50e6);
  });

  test('is not handed on to be read', async () => {
    const pipe = join(folder, 'ada.png');
    execFileSync('mkfifo', [pipe]);
    for (const path of [pipe, folder]) expect(await withPlainFile(path, async () => 'handed on')).toBeUndefined();
  });
});

describe('a file of this program', () => {
  test('is replaced at once, and one that a crash left half-written is deleted after an hour', async () => {
    const path = join(folder, 'manifest.json');
    const replace = (text: string) =>
      inSubfolder(folder, undefined, (held) => replaceFile(held, 'manifest.json', text, systemRandom));
    await replace('old');
    await replace('new');
    expect(await readFile(path, 'utf8')).toBe('new');
    const [fresh, stale] = ['.firefly-00000000000000aa.part', '.firefly-00000000000000bb.part'];
    for (const name of [fresh ?? '', stale ?? '', '.other.part']) await writeFile(join(folder, name), '');
    await utimes(join(folder, stale ?? ''), 1, 1);
    await utimes(join(folder, '.other.part'), 1, 1);
    await inSubfolder(folder, undefined, (held) => sweepPartials(held, systemClock));
    expect((await readdir(folder)).sort()).toEqual([fresh, '.other.part', 'manifest.json'].sort());
  });
});
