import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { ImagesResult, SavedResult } from '../../../src/render/library-schemas.ts';
import { JobResult, MaskResult } from '../../../src/render/schemas.ts';
import { noisy, plain } from '../../images/pictures.ts';
import { AFAR } from '../../support/callers.ts';
import { BEN, TestRooms } from '../../support/rooms/test-rooms.ts';

async function withPictures(count: number, prompt = 'A red fox, in snow!'): Promise<{ rooms: TestRooms; job: string }> {
  const rooms = await TestRooms.open();
  for (let i = 1; i <= count; i++)
    rooms.pictures.push(
      await plain(100 + i, 50)
        .jpeg()
        .toBuffer(),
    );
  const result = await rooms.finished({ prompt, count });
  return { rooms, job: JobResult.parse(result.structured).job ?? '' };
}

describe('show_images', () => {
  test('shows the newest picture with its facts, and no structured form', async () => {
    const { rooms: opened, job } = await withPictures(2);
    await using rooms = opened;
    const result = await rooms.call('show_images', {});
    expect(result.structured).toBeUndefined();
    expect(result.pictures).toMatchObject([{ mimeType: 'image/jpeg' }]);
    for (const fact of [`${job}#2`, '102x50', 'seed 2', '"A red fox, in snow!"', 'image4_standard', rooms.folder]) {
      expect(result.text).toContain(fact);
    }
    // Agent libraries lose the picture beside a link.
    expect(result.links).toEqual([]);
  });

  test('shows a mask on its picture, tinted where it opens', async () => {
    await using rooms = await TestRooms.open();
    const image = await rooms.file('blue.png', await plain(80, 60).png().toBuffer());
    const made = await rooms.call('make_mask', {
      image,
      shapes: [{ shape: 'rectangle', x: 0, y: 0, width: 50, height: 100 }],
    });
    const { mask, made_for } = MaskResult.parse(made.structured);
    const { text, pictures } = await rooms.call('show_images', { image: mask });
    expect(text).toContain(`Shown on ${made_for}, tinted where it opens`);
    const pixels = await sharp(Buffer.from(pictures[0]?.data ?? '', 'base64'))
      .raw()
      .toBuffer();
    const at = (x: number, y: number) => [...pixels.subarray((y * 80 + x) * 3, (y * 80 + x) * 3 + 3)];
    expect(at(10, 30)[0]).toBeGreaterThan(100);
    expect(at(70, 30)[0]).toBeLessThan(60);
    expect(at(70, 30)[2]).toBeGreaterThan(180);
  });

  test('stays within 500 kB at any size', { tags: 'long' }, async () => {
    await using rooms = await TestRooms.open();
    rooms.pictures.push(await noisy(2048, 2048).jpeg().toBuffer());
    await rooms.finished({ prompt: 'noise' });
    const { pictures } = await rooms.call('show_images', { image: 'last', max_side: 2048 });
    expect(pictures[0]?.data.length).toBeLessThanOrEqual(500_000);
    expect(pictures[0]?.data.length).toBeGreaterThan(50_000);
  });

  test("answers for another principal's picture as for none", async () => {
    const { rooms: opened, job } = await withPictures(1);
    await using rooms = opened;
    await expect(rooms.call('show_images', { image: `${job}#1` }, BEN)).rejects.toMatchObject({
      code: 'unknown_image',
    });
    await expect(rooms.call('show_images', {}, BEN)).rejects.toMatchObject({ code: 'unknown_image' });
  });
});

describe('list_images', () => {
  test('pages through all pictures, and names the argument for the next page', async () => {
    const { rooms: opened, job } = await withPictures(3);
    await using rooms = opened;
    const made = JobResult.parse((await rooms.call('job_status', { job })).structured).images?.map(
      ({ image }) => image,
    );
    const first = await rooms.call('list_images', { limit: 2 });
    const page = ImagesResult.parse(first.structured);
    expect(page.images?.map(({ image }) => image)).toEqual([made?.[2], made?.[1]]);
    expect(first.text).toContain(`before "${page.next_before}"`);
    const rest = ImagesResult.parse((await rooms.call('list_images', { before: page.next_before })).structured);
    expect(rest.images?.map(({ image }) => image)).toEqual([made?.[0]]);
    expect(rest.next_before).toBeUndefined();
    const all = await rooms.call('list_images', { prompt: 'RED FOX', job });
    expect(ImagesResult.parse(all.structured).images).toHaveLength(3);
    expect((await rooms.call('list_images', {}, BEN)).text).toContain('No picture matches');
    await expect(rooms.call('list_images', { limit: 51 })).rejects.toThrow();
    const unmatched = await rooms.call('list_images', { prompt: 'whale' });
    expect(unmatched.structured).toMatchObject({ images: [], next: 'Leave the filter out to see all.' });
  });
});

describe('save_image', () => {
  const pathsOf = (rendered: { structured: unknown }) =>
    SavedResult.parse(rendered.structured).saved?.map(({ path }) => path) ?? [];

  test('copies originals byte for byte under descriptive names, and never overwrites a file', async () => {
    const { rooms: opened, job } = await withPictures(2);
    await using rooms = opened;
    const { images } = await rooms.services();
    const first = await rooms.call('save_image', { images: [`${job}#1`, `${job}#2`], folder: 'banners/summer' });
    const folder = join(rooms.settings.outputFolder, 'banners', 'summer');
    expect(pathsOf(first)).toEqual([join(folder, 'a-red-fox-in-snow-1.jpg'), join(folder, 'a-red-fox-in-snow-2.jpg')]);
    for (const [index, image] of (await images.ofJob(job)).entries()) {
      const saved = await readFile(pathsOf(first)[index] ?? '');
      expect(Buffer.compare(saved, Buffer.from(await images.read(image)))).toBe(0);
    }
    const again = await rooms.call('save_image', { image: `${job}#1`, folder: `"${folder}"` });
    expect(pathsOf(again)).toEqual([join(folder, 'a-red-fox-in-snow-1-2.jpg')]);
    expect(again.text).toContain(pathsOf(again)[0]);
  });

  test('writes twenty files for twenty simultaneous calls with one name', async () => {
    const { rooms: opened } = await withPictures(1);
    await using rooms = opened;
    const calls = Array.from({ length: 20 }, () => rooms.call('save_image', { name: 'same' }));
    const paths = (await Promise.all(calls)).flatMap(pathsOf);
    expect(new Set(paths).size).toBe(20);
    expect(await readdir(join(rooms.settings.outputFolder, 'firefly'))).toHaveLength(20);
  });

  test('puts a picture with folders in its name exactly there, and "." is the output folder itself', async () => {
    await using rooms = await TestRooms.open();
    await rooms.call('generate_image', { prompt: 'a fox' });
    const out = rooms.settings.outputFolder;
    expect(pathsOf(await rooms.call('save_image', { name: 'assets/hero.jpg' }))).toEqual([
      join(out, 'assets', 'hero.jpg'),
    ]);
    expect(pathsOf(await rooms.call('save_image', { name: 'x', folder: '.' }))).toEqual([join(out, 'x.png')]);
    expect(pathsOf(await rooms.call('save_image', { name: 'a/x', folder: 'b' }))).toEqual([
      join(out, 'b', 'a', 'x.png'),
    ]);
    for (const name of ['../x', '/x/y', 'a/../../x']) {
      await expect(rooms.call('save_image', { name })).rejects.toMatchObject({ code: 'invalid_argument' });
    }
  });

  test('converts to the ending of the name, and says so', { tags: 'long' }, async () => {
    const { rooms: opened } = await withPictures(1);
    await using rooms = opened;
    const result = await rooms.call('save_image', { name: 'logo.png' });
    expect(pathsOf(result)).toEqual([join(rooms.settings.outputFolder, 'firefly', 'logo.png')]);
    expect(result.text).toContain('a converted copy, PNG in place of JPEG');
  });

  test.each(['../out', '/tmp/x', 'a/../../b', 'C:\\x', 'a//b', '..', 'x/\0'])(
    'refuses the folder %j',
    async (folder) => {
      const { rooms: opened } = await withPictures(1);
      await using rooms = opened;
      await expect(rooms.call('save_image', { folder })).rejects.toMatchObject({ code: 'invalid_argument' });
      await expect(readdir(rooms.settings.outputFolder)).rejects.toThrow(/ENOENT/);
    },
  );

  test('follows no symbolic link out of the output folder, neither as folder nor as file', async () => {
    const { rooms: opened } = await withPictures(1);
    await using rooms = opened;
    const outside = join(rooms.folder, 'outside');
    await mkdir(outside);
    await mkdir(rooms.settings.outputFolder);
    await symlink(outside, join(rooms.settings.outputFolder, 'link'));
    await expect(rooms.call('save_image', { folder: 'link/deeper' })).rejects.toMatchObject({
      code: 'outside_output_folder',
    });
    await mkdir(join(rooms.settings.outputFolder, 'firefly'));
    await symlink(join(outside, 'target.jpg'), join(rooms.settings.outputFolder, 'firefly', 'name.jpg'));
    expect(pathsOf(await rooms.call('save_image', { name: 'name' }))[0]).toMatch(/name-2\.jpg$/);
    expect(await readdir(outside)).toEqual([]);
  });

  test('writes nothing where one picture is unknown or an argument is impossible', async () => {
    const { rooms: opened, job } = await withPictures(1);
    await using rooms = opened;
    const unknown = rooms.call('save_image', { images: [`${job}#1`, `${job}#9`] });
    await expect(unknown).rejects.toMatchObject({ code: 'unknown_image' });
    await expect(rooms.call('save_image', { name: '{nope}' })).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(rooms.call('save_image', { image: 'last', images: ['last'] })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
    await expect(readdir(rooms.settings.outputFolder)).rejects.toThrow(/ENOENT/);
    await writeFile(rooms.settings.outputFolder, 'a file in the way');
    await expect(rooms.call('save_image', {})).rejects.toMatchObject({ code: 'folder_unusable', actor: 'operator' });
  });

  test('names the files that were written before a problem', async () => {
    const { rooms: opened, job } = await withPictures(2);
    await using rooms = opened;
    const { images } = await rooms.services();
    const [, second] = await images.ofJob(job);
    const path = await images.addressFor(second ?? expect.unreachable('no picture'));
    await writeFile(path ?? '', 'damaged');
    const result = await rooms.call('save_image', { images: [`${job}#1`, `${job}#2`] });
    expect(result.isError).toBe(true);
    expect(pathsOf(result)).toHaveLength(1);
    expect(SavedResult.parse(result.structured).error?.code).toBe('image_damaged');
  });

  test('is refused for callers on other machines, who are pointed to the resource', async () => {
    await using rooms = await TestRooms.open({ can: AFAR });
    const call = rooms.call('save_image', {});
    await expect(call).rejects.toMatchObject({
      code: 'no_server_paths',
      next: expect.stringContaining('firefly://images/') as string,
    });
  });
});
