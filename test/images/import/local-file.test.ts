import { execFileSync } from 'node:child_process';
import { link, mkdir, rename, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isWithin, readLocalFile, type Roots } from '../../../src/images/import/local-file.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

let base: string;
let roots: Roots;
beforeEach(async () => {
  base = temporaryFolder('local-file-');
  await mkdir(join(base, 'root', 'sub'), { recursive: true });
  await mkdir(join(base, 'root2'));
  await writeFile(join(base, 'root', 'inside.png'), 'inside');
  await writeFile(join(base, 'root', 'sub', 'deep.png'), 'deep');
  await writeFile(join(base, 'root2', 'secret.png'), 'secret');
  await writeFile(join(base, 'secret.png'), 'secret');
  roots = { folders: [join(base, 'root')], base: join(base, 'root'), home: join(base, 'root') };
});
afterEach(() => removeFolder(base));

const read = async (path: string) => Buffer.from(await readLocalFile(path, roots)).toString();
const codeOf = (path: string) =>
  read(path).then(
    (text) => `read: ${text}`,
    (error: { code?: string }) => error.code,
  );

describe('a path as people and hosts write it', () => {
  const NFC = 'caf\u00e9.png';
  const NFD = 'cafe\u0301.png';

  test.each([
    ['"sub/deep.png"', 'quoted'],
    [' sub/deep.png\n', 'with blanks around it'],
    ['@sub/deep.png', 'with the mark of a host before it'],
    ['@"sub/deep.png"', 'with that mark and quoted'],
    ['~/sub/deep.png', 'below the home folder'],
    ['$HOME/sub/deep.png', 'below the home folder as a variable'],
    ['sub\\deep.png', 'with the separators of Windows'],
    ['sub%2Fdeep.png', 'percent-encoded'],
    ['file://sub/deep.png', 'as a file URL with two slashes'],
    ['[deep](sub/deep.png)', 'as a link in Markdown'],
    ['![a picture](<sub/deep.png>)', 'as a picture in Markdown'],
    ['[deep.png](file://sub/deep.png)', 'as a link to a file URL'],
  ])('%j is read: %s', async (path) => {
    expect(await read(path)).toBe('deep');
  });

  test('names a file with blanks, escaped as in a shell or in a URL', async () => {
    await writeFile(join(base, 'root', "my cat's (1).png"), 'blanks');
    for (const path of [
      "my\\ cat\\'s\\ \\(1\\).png",
      "my%20cat's%20(1).png",
      `'my cat's (1).png'`,
      'my cat\u2019s (1).png',
    ]) {
      expect(await read(path)).toBe('blanks');
    }
    const url = `file://${join(base, 'root').replaceAll(' ', '%20')}/my%20cat's%20(1).png`;
    expect(await read(url)).toBe('blanks');
  });

  test('means the file of exactly that name, where there is one', async () => {
    for (const name of ['@inside.png', '"inside.png"', 'a%20b.png', 'a b.png'])
      await writeFile(join(base, 'root', name), name);
    for (const name of ['@inside.png', '"inside.png"', 'a%20b.png', 'a b.png']) expect(await read(name)).toBe(name);
  });

  test.each([
    [NFC, NFD],
    [NFD, NFC],
    ['Screenshot at 3.00 PM.png', 'Screenshot at 3.00\u202fPM.png'],
  ])('%j finds the one file that reads like it, in folders too', async (written, stored) => {
    await mkdir(join(base, 'root', `in-${stored}`));
    await writeFile(join(base, 'root', `in-${stored}`, stored), 'found');
    expect(await read(`in-${written}/${written}`)).toBe('found');
  });

  test('means the exact name among names that read alike, and is refused where none is exact', async () => {
    await writeFile(join(base, 'root', NFC), 'composed');
    await writeFile(join(base, 'root', NFD), 'decomposed');
    expect([await read(NFC), await read(NFD)]).toEqual(['composed', 'decomposed']);
    await writeFile(join(base, 'root', 'a\u202fb.png'), '1');
    await writeFile(join(base, 'root', 'a\u00a0b.png'), '2');
    await expect(readLocalFile('a b.png', roots)).rejects.toMatchObject({
      code: 'file_not_found',
      message: 'No file has exactly this name, and 2 have one that looks like it.',
      next: expect.stringContaining('U+202F') as string,
    });
  });

  test('leads out of the roots in no spelling, and what is behind a link is not looked at', async () => {
    await symlink(join(base, 'root2'), join(base, 'root', 'out'));
    await writeFile(join(base, 'root2', NFD), 'secret');
    for (const path of [
      '~/../secret.png',
      '%2e%2e/secret.png',
      '..\\secret.png',
      '"../secret.png"',
      'file://../secret.png',
    ]) {
      expect([path, await codeOf(path)]).toEqual([path, 'outside_roots']);
    }
    expect(await codeOf(`out/${NFC}`)).toBe('file_not_found');
    expect(await codeOf('a%00.png')).toBe('file_not_found');
  });
});

describe('a file with several names', () => {
  test('is read where all of them are in the roots', async () => {
    await link(join(base, 'root', 'sub', 'deep.png'), join(base, 'root', 'second.png'));
    expect([await read('second.png'), await read('sub/deep.png')]).toEqual(['deep', 'deep']);
  });

  test('is refused where one is not, with the number of names', async () => {
    await link(join(base, 'secret.png'), join(base, 'root', 'hard1.png'));
    await link(join(base, 'secret.png'), join(base, 'root', 'hard2.png'));
    await expect(readLocalFile('hard1.png', roots)).rejects.toMatchObject({
      code: 'not_a_file',
      message: 'The file has 3 names (hard links), and not all were found in the folders.',
    });
  });
});

describe('a folder in place of a picture', () => {
  test.each(['.', '', 'sub', './sub/..', '~'])('is called one: %j', async (path) => {
    await expect(readLocalFile(path, roots)).rejects.toMatchObject({
      code: 'not_a_file',
      message: 'That is a folder, and not a picture.',
    });
  });

  test('is told of no folder outside of the roots', async () => {
    expect(await codeOf('..')).toBe('outside_roots');
    expect(await codeOf(join(base, 'root2'))).toBe('outside_roots');
  });
});

describe('reading a local file', () => {
  test('works below a root, by relative and by absolute path', async () => {
    expect(await read('inside.png')).toBe('inside');
    expect(await read('./sub/../sub/deep.png')).toBe('deep');
    expect(await read(join(base, 'root', 'inside.png'))).toBe('inside');
  });

  test.each([
    ['../secret.png', 'outside_roots'],
    ['sub/../../secret.png', 'outside_roots'],
    ['../root2/secret.png', 'outside_roots'],
    ['/etc/passwd', 'outside_roots'],
    ['/proc/self/environ', 'outside_roots'],
    ['/dev/zero', 'outside_roots'],
    ['.', 'not_a_file'],
    ['', 'not_a_file'],
    ['sub', 'not_a_file'],
    ['absent.png', 'file_not_found'],
    ['inside.png/x', 'file_not_found'],
    ['inside.png\0.jpg', 'file_not_found'],
    [`${'a'.repeat(300)}.png`, 'file_not_found'],
  ])('of the path %j is refused as %s', async (path, code) => {
    expect(await codeOf(path)).toBe(code);
  });

  test('names the file that does not exist as it was written, since a call can have several', async () => {
    await expect(read('sub/absent.png')).rejects.toThrow('There is no such file: "sub/absent.png".');
  });

  test('follows no link, neither at the end of the path nor out of the root', async () => {
    await symlink(join(base, 'root', 'inside.png'), join(base, 'root', 'link.png'));
    await symlink(join(base, 'root2'), join(base, 'root', 'way'));
    await link(join(base, 'secret.png'), join(base, 'root', 'hard.png'));
    expect(await codeOf('link.png')).toBe('not_a_file');
    expect(await codeOf('way/secret.png')).toBe('outside_roots');
    expect(await codeOf('hard.png')).toBe('not_a_file');
  });

  test('does not hang on a pipe', async () => {
    execFileSync('mkfifo', [join(base, 'root', 'pipe.png')]);
    expect(await codeOf('pipe.png')).toBe('not_a_file');
  });

  test('is refused for a huge sparse file by its size, before it is read', { tags: 'long' }, async () => {
    await writeFile(join(base, 'root', 'huge.png'), '');
    await truncate(join(base, 'root', 'huge.png'), 2 ** 40);
    await expect(read('huge.png')).rejects.toMatchObject({
      code: 'picture_too_large',
      message: 'The file has 1099512 MB; pictures may have 64 MB.',
    });
  });

  test('outside the roots names the roots, and without roots says what to configure', async () => {
    await expect(readLocalFile('/etc/passwd', roots)).rejects.toMatchObject({
      next: expect.stringContaining(join(base, 'root')) as string,
    });
    await expect(readLocalFile('x.png', { folders: [], base })).rejects.toMatchObject({ code: 'outside_roots' });
  });

  test('takes /proj2 not for a folder below /proj', () => {
    expect(isWithin('/proj2/x', '/proj')).toBe(false);
    expect(isWithin('/proj/x', '/proj')).toBe(true);
    expect(isWithin('/proj/..x', '/proj')).toBe(true);
    expect(isWithin('/proj', '/proj')).toBe(false);
  });

  test('leaks nothing while an attacker swaps a folder for a link to another one', { tags: 'long' }, async () => {
    // A bounded share of the race; READS=200000 runs the whole of it.
    const reads = Number(process.env['READS'] ?? 5_000);
    const [folder, aside, evil] = [join(base, 'root', 'sub'), join(base, 'root', 'aside'), join(base, 'root', 'evil')];
    await writeFile(join(base, 'root2', 'deep.png'), 'SECRET');
    await symlink(join(base, 'root2'), evil);
    let swapping = true;
    const swaps = (async () => {
      while (swapping) {
        await rename(folder, aside);
        await rename(evil, folder);
        await rename(folder, evil);
        await rename(aside, folder);
      }
    })();
    const seen = new Map<string | undefined, number>();
    const raced = () => seen.has('outside_roots') && seen.has('read: deep');
    // The loop ends when both outcomes were seen: how reads and swaps interleave depends on the machine.
    for (let n = 0; n < reads || (!raced() && n < 50 * reads); n += 50) {
      const results = await Promise.all(Array.from({ length: 50 }, () => codeOf('sub/deep.png')));
      for (const result of results) seen.set(result, (seen.get(result) ?? 0) + 1);
    }
    swapping = false;
    await swaps;
    expect(seen.get('read: SECRET')).toBeUndefined();
    // The race took place: some reads went through the link and were refused, some were honest.
    expect(seen.get('outside_roots')).toBeGreaterThan(0);
    expect(seen.get('read: deep')).toBeGreaterThan(0);
  });
});

describe('a file that is not there', () => {
  const nextOf = (path: string) =>
    read(path).then(
      () => 'read',
      (error: { next?: string }) => error.next,
    );

  test('is told with the pictures of nearly that name, below the folders alone', async () => {
    for (const name of ['IMG_4711.HEIC', 'Strand Küste.jpg', '.hidden-strand.jpg', 'strand.env']) {
      await writeFile(join(base, 'root', 'sub', name), 'x');
    }
    await mkdir(join(base, 'root', '.strand'));
    await writeFile(join(base, 'root', '.strand', 'strand.jpg'), 'x');
    await writeFile(join(base, 'root2', 'strand.jpg'), 'x');
    await symlink(join(base, 'root2'), join(base, 'root', 'other'));
    const like = (...names: string[]) =>
      `There are pictures with a name like it: ${names.map((name) => `"${join('sub', name)}"`).join(', ')}. `;
    expect(await nextOf('deep.png')).toMatch(like('deep.png'));
    expect(await nextOf('IMG_4711')).toMatch(like('IMG_4711.HEIC'));
    expect(await nextOf('strand')).toBe(
      `${like('Strand Küste.jpg')}Give a path in one of these folders: ${join(base, 'root')}`,
    );
    // A folder of another machine: the same name may be here.
    expect(await nextOf('C:\\Users\\me\\Strand Küste.jpg')).toMatch(like('Strand Küste.jpg'));
    expect(await codeOf('C:\\Users\\me\\Strand Küste.jpg')).toBe('outside_roots');
    expect(await nextOf('zebra.png')).toBe(`Give a path in one of these folders: ${join(base, 'root')}`);
  });

  test('is looked for in a bounded number of entries', async () => {
    const many = join(base, 'root', 'a', 'b', 'c', 'd');
    await mkdir(many, { recursive: true });
    await writeFile(join(many, 'strand.jpg'), 'x');
    expect(await nextOf('strand')).not.toContain('strand.jpg');
  });
});
