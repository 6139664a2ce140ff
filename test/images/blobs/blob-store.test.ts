import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileProblem } from '../../../src/images/problems.ts';
import { fileBlobs } from '../../support/rooms/blobs.ts';
import { TestLibrary } from '../../support/rooms/test-library.ts';
import { noisy, plain } from '../pictures.ts';

const codeOf = (code: string) => expect.objectContaining({ name: 'Problem', code });

describe('storing a picture', () => {
  test('keeps its bytes unchanged under their hash, readable by the owner alone', async () => {
    await using home = await TestLibrary.open();
    const bytes = await noisy(300, 200).jpeg().toBuffer();
    const stored = await home.store(bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(stored).toEqual({ sha256, mimeType: 'image/jpeg', bytes: bytes.length, width: 300, height: 200 });
    const path = home.pathOf(stored);
    expect(path).toBe(join(home.pictures, 'originals', sha256.slice(0, 2), `${sha256}.jpg`));
    expect(Buffer.compare(await readFile(path), bytes)).toBe(0);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(home.pictures, 'incoming'))).toEqual([]);
  });

  test('for the second time keeps the first file', async () => {
    await using home = await TestLibrary.open();
    const bytes = await plain(9, 9).png().toBuffer();
    const first = await home.store(bytes);
    const { ino } = await stat(home.pathOf(first));
    expect(await home.store(bytes)).toEqual(first);
    expect((await stat(home.pathOf(first))).ino).toBe(ino);
    expect(await readdir(join(home.pictures, 'incoming'))).toEqual([]);
  });

  test('replaces a file of its hash that is not whole', async () => {
    await using home = await TestLibrary.open();
    const bytes = await plain(9, 9).png().toBuffer();
    const first = await home.store(bytes);
    await writeFile(home.pathOf(first), bytes.subarray(0, 10));
    await home.store(bytes);
    expect(Buffer.compare(Buffer.from(await home.library.read(first)), bytes)).toBe(0);
  });

  test('that is cut off, and other bytes, is refused and leaves no file', async () => {
    await using home = await TestLibrary.open();
    const bytes = await noisy(100, 100).jpeg().toBuffer();
    await expect(home.store(bytes.subarray(0, bytes.length - 30))).rejects.toEqual(codeOf('not_a_picture'));
    await expect(home.store(Buffer.from('<svg/>'))).rejects.toEqual(codeOf('not_a_picture'));
    await expect(home.store(new Uint8Array())).rejects.toEqual(codeOf('not_a_picture'));
    expect(await readdir(join(home.pictures, 'incoming'))).toEqual([]);
    await expect(readdir(join(home.pictures, 'originals'))).rejects.toThrow(/ENOENT/);
  });

  test('may be discarded at any time, also twice and after it has finished', async () => {
    await using home = await TestLibrary.open();
    const receiver = await home.library.receive();
    await receiver.write(Buffer.from('half'));
    await receiver.discard();
    await receiver.discard();
    expect(await readdir(join(home.pictures, 'incoming'))).toEqual([]);
    const other = await home.library.receive();
    await other.write(await plain(3, 3).png().toBuffer());
    const stored = await other.finish();
    await other.discard();
    expect((await home.library.read(stored)).length).toBe(stored.bytes);
  });

  test('where a file is in the way of the folder is a problem', async () => {
    await using home = await TestLibrary.open();
    const file = join(home.folder, 'a-file');
    await writeFile(file, '');
    await expect(fileBlobs(join(file, 'x')).begin()).rejects.toEqual(codeOf('folder_unusable'));
  });

  test.each([
    ['ENOSPC', 'disk_full'],
    ['EDQUOT', 'disk_full'],
    ['EACCES', 'folder_unwritable'],
    ['EROFS', 'folder_unwritable'],
    ['EIO', 'disk_failed'],
  ])('that fails with %s is the problem %s', (code, expected) => {
    expect(fileProblem(Object.assign(new Error('x'), { code }), 'the folder')).toMatchObject({ code: expected });
  });
});

describe('reading a picture', () => {
  test('without its file is a problem', async () => {
    await using home = await TestLibrary.open();
    const stored = await home.store(await plain(9, 9).png().toBuffer());
    await rm(home.pathOf(stored));
    await expect(home.library.read(stored)).rejects.toEqual(codeOf('image_missing'));
  });

  test('whose file has changed is a problem', async () => {
    await using home = await TestLibrary.open();
    const stored = await home.store(await plain(9, 9).png().toBuffer());
    await writeFile(home.pathOf(stored), await plain(8, 8).png().toBuffer());
    await expect(home.library.read(stored)).rejects.toEqual(codeOf('image_damaged'));
  });
});

describe('sweeping temporary files', () => {
  test('deletes those that were not written to for an hour, and no others', async () => {
    await using home = await TestLibrary.open();
    const incoming = join(home.pictures, 'incoming');
    await mkdir(incoming, { recursive: true });
    const old = new Date(Date.now() - 3_700_000);
    for (const name of ['old.part', 'fresh.part', 'old.txt']) await writeFile(join(incoming, name), 'x');
    await utimes(join(incoming, 'old.part'), old, old);
    await utimes(join(incoming, 'old.txt'), old, old);
    for (const name of ['firefly-pixels-old', 'firefly-pixels-fresh']) {
      await mkdir(join(incoming, name));
      await writeFile(join(incoming, name, 'pixels.v'), 'x');
    }
    await utimes(join(incoming, 'firefly-pixels-old'), old, old);
    await home.library.sweep();
    expect((await readdir(incoming)).toSorted()).toEqual(['firefly-pixels-fresh', 'fresh.part', 'old.txt']);
  });

  test('does nothing before the first picture', async () => {
    await using home = await TestLibrary.open();
    await home.library.sweep();
    await expect(stat(home.pictures)).rejects.toThrow(/ENOENT/);
  });
});
