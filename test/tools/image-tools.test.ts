import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ImagesResult, JobResult, SavedResult } from '../../src/render/schemas.ts';
import { noisy, plain } from '../images/pictures.ts';
import { BEN, TestRooms } from '../support/rooms/test-rooms.ts';

async function withPictures(count: number, prompt = 'A red fox, in snow!'): Promise<{ desk: TestRooms; job: string }> {
  const desk = await TestRooms.open();
  for (let i = 1; i <= count; i++)
    desk.pictures.push(
      await plain(100 + i, 50)
        .jpeg()
        .toBuffer(),
    );
  const result = await desk.finished({ prompt, count });
  return { desk, job: JobResult.parse(result.structured).job ?? '' };
}

describe('show_images', () => {
  test('shows the newest picture with its facts, and no structured form', async () => {
    const { desk: opened, job } = await withPictures(2);
    await using desk = opened;
    const result = await desk.call('show_images', {});
    expect(result.structured).toBeUndefined();
    expect(result.pictures).toMatchObject([{ mimeType: 'image/webp' }]);
    for (const fact of [`${job}#2`, '102x50', 'seed 2', '"A red fox, in snow!"', 'image4_standard', desk.folder]) {
      expect(result.text).toContain(fact);
    }
    expect(result.links).toHaveLength(1);
  });

  test('stays within 500 kB at any size', async () => {
    await using desk = await TestRooms.open();
    desk.pictures.push(await noisy(2048, 2048).jpeg().toBuffer());
    await desk.finished({ prompt: 'noise' });
    const { pictures } = await desk.call('show_images', { image: 'last', max_side: 2048 });
    expect(pictures[0]?.data.length).toBeLessThanOrEqual(500_000);
    expect(pictures[0]?.data.length).toBeGreaterThan(50_000);
  });

  test("answers nothing about somebody else's picture", async () => {
    const { desk: opened, job } = await withPictures(1);
    await using desk = opened;
    await expect(desk.call('show_images', { image: `${job}#1` }, BEN)).rejects.toMatchObject({ code: 'unknown_image' });
    await expect(desk.call('show_images', {}, BEN)).rejects.toMatchObject({ code: 'unknown_image' });
  });
});

describe('list_images', () => {
  test('pages through the history with everything needed to go on', async () => {
    const { desk: opened, job } = await withPictures(3);
    await using desk = opened;
    const first = await desk.call('list_images', { limit: 2 });
    const page = ImagesResult.parse(first.structured);
    expect(page.images?.map(({ ref }) => ref)).toEqual([`${job}#3`, `${job}#2`]);
    expect(first.text).toContain(`before "${page.next_before}"`);
    const rest = ImagesResult.parse((await desk.call('list_images', { before: page.next_before })).structured);
    expect(rest.images?.map(({ ref }) => ref)).toEqual([`${job}#1`]);
    expect(rest.next_before).toBeUndefined();
    expect((await desk.call('list_images', { prompt: 'RED FOX', job })).links).toHaveLength(3);
    expect((await desk.call('list_images', {}, BEN)).text).toContain('No picture matches');
  });
});

describe('save_image', () => {
  const pathsOf = (rendered: { structured: unknown }) =>
    SavedResult.parse(rendered.structured).saved?.map(({ path }) => path) ?? [];

  test('copies originals byte for byte under telling names, and never overwrites', async () => {
    const { desk: opened, job } = await withPictures(2);
    await using desk = opened;
    const { images } = await desk.rooms();
    const first = await desk.call('save_image', { images: [`${job}#1`, `${job}#2`], folder: 'banners/summer' });
    const folder = join(desk.settings.outputFolder, 'banners', 'summer');
    expect(pathsOf(first)).toEqual([join(folder, 'a-red-fox-in-snow-1.jpg'), join(folder, 'a-red-fox-in-snow-2.jpg')]);
    for (const [index, image] of (await images.ofJob(job)).entries()) {
      const saved = await readFile(pathsOf(first)[index] ?? '');
      expect(Buffer.compare(saved, Buffer.from(await images.read(image)))).toBe(0);
    }
    const again = await desk.call('save_image', { image: `${job}#1`, folder: 'banners/summer' });
    expect(pathsOf(again)).toEqual([join(folder, 'a-red-fox-in-snow-1-2.jpg')]);
    expect(again.text).toContain(pathsOf(again)[0]);
  });

  test('twenty at once under one name are twenty files', async () => {
    const { desk: opened } = await withPictures(1);
    await using desk = opened;
    const calls = Array.from({ length: 20 }, () => desk.call('save_image', { name: 'same' }));
    const paths = (await Promise.all(calls)).flatMap(pathsOf);
    expect(new Set(paths).size).toBe(20);
    expect(await readdir(desk.settings.outputFolder)).toHaveLength(20);
  });

  test('the ending follows the content, and a lying one is said', async () => {
    const { desk: opened } = await withPictures(1);
    await using desk = opened;
    const result = await desk.call('save_image', { name: 'logo.png' });
    expect(pathsOf(result)).toEqual([join(desk.settings.outputFolder, 'logo.jpg')]);
    expect(result.text).toContain('the content is .jpg');
  });

  test.each(['../out', '/tmp/x', 'a/../../b', 'C:\\x', 'a//b', '..', 'x/\0'])(
    'folder %j is refused',
    async (folder) => {
      const { desk: opened } = await withPictures(1);
      await using desk = opened;
      await expect(desk.call('save_image', { folder })).rejects.toMatchObject({ code: 'invalid_argument' });
      await expect(readdir(desk.settings.outputFolder)).rejects.toThrow(/ENOENT/);
    },
  );

  test('a link that leads out is not followed, neither as folder nor as file', async () => {
    const { desk: opened } = await withPictures(1);
    await using desk = opened;
    const outside = join(desk.folder, 'outside');
    await mkdir(outside);
    await mkdir(desk.settings.outputFolder);
    await symlink(outside, join(desk.settings.outputFolder, 'link'));
    await expect(desk.call('save_image', { folder: 'link/deeper' })).rejects.toMatchObject({
      code: 'outside_output_folder',
    });
    await symlink(join(outside, 'target.jpg'), join(desk.settings.outputFolder, 'name.jpg'));
    expect(pathsOf(await desk.call('save_image', { name: 'name' }))[0]).toMatch(/name-2\.jpg$/);
    expect(await readdir(outside)).toEqual([]);
  });

  test('what cannot be written is said, and one unknown picture stops all before the first', async () => {
    const { desk: opened, job } = await withPictures(1);
    await using desk = opened;
    const unknown = desk.call('save_image', { images: [`${job}#1`, `${job}#9`] });
    await expect(unknown).rejects.toMatchObject({ code: 'unknown_image' });
    await expect(desk.call('save_image', { name: '{nope}' })).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(desk.call('save_image', { image: 'last', images: ['last'] })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
    await expect(readdir(desk.settings.outputFolder)).rejects.toThrow(/ENOENT/);
    await writeFile(desk.settings.outputFolder, 'a file in the way');
    await expect(desk.call('save_image', {})).rejects.toMatchObject({ code: 'folder_unusable', actor: 'operator' });
  });

  test('what was written before something went wrong is told with it', async () => {
    const { desk: opened, job } = await withPictures(2);
    await using desk = opened;
    const { images } = await desk.rooms();
    const [, second] = await images.ofJob(job);
    await writeFile(images.path(second ?? expect.unreachable('no picture')), 'damaged');
    const result = await desk.call('save_image', { images: [`${job}#1`, `${job}#2`] });
    expect(result.isError).toBe(true);
    expect(pathsOf(result)).toHaveLength(1);
    expect(SavedResult.parse(result.structured).error?.code).toBe('image_damaged');
  });

  test('is refused for callers on other machines, with the way on', async () => {
    await using desk = await TestRooms.open({ settings: { serverPaths: false } });
    const call = desk.call('save_image', {});
    await expect(call).rejects.toMatchObject({
      code: 'no_server_paths',
      next: expect.stringContaining('firefly://images/') as string,
    });
  });
});
