import { readFile, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GarbageCollector } from '../../../src/images/blobs/garbage-collector.ts';
import { imageMigrations } from '../../../src/images/library/library.ts';
import { jobMigrations } from '../../../src/jobs/index.ts';
import { ImagesResult, SavedResult } from '../../../src/render/library-schemas.ts';
import { JobResult } from '../../../src/render/schemas.ts';
import { resources } from '../../../src/resources/registry.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { openStore } from '../../../src/store/open.ts';
import { fileBlobs } from '../../support/rooms/blobs.ts';
import { ANNA, TestRooms } from '../../support/rooms/test-rooms.ts';
import { noisy } from '../../images/pictures.ts';
import { video } from '../../images/videos.ts';

const BYTES = video({ durationMs: 5_200 });

/** A job that made a video, as the person is told of it. */
async function withVideo(bytes = BYTES) {
  const rooms = await TestRooms.open();
  rooms.adobe.media = 'video';
  rooms.pictures.push(bytes);
  const result = await rooms.finished({ prompt: 'a fox runs' });
  const { images = [] } = JobResult.parse(result.structured);
  return { rooms, result, shown: images[0] ?? expect.unreachable('no video') };
}

async function readResource(rooms: TestRooms, uri: string) {
  const found = resources.find(
    (each) => each.kind === 'template' && each.uriTemplate === uri.replace(/img_\w+/, '{id}'),
  );
  if (found?.kind !== 'template') throw new Error(`no resource ${uri}`);
  return found.read(/img_\w+/.exec(uri)?.[0] ?? '', rooms.toolCall());
}

describe('a job whose result is a video', () => {
  test('shows its facts in words and in structure, and no preview', async () => {
    const { rooms: opened, result, shown } = await withVideo();
    await using _ = opened;
    expect(shown).toMatchObject({ mime_type: 'video/mp4', width: 320, height: 180, seconds: 5.2, bytes: BYTES.length });
    expect(shown.path).toMatch(/\.mp4$/);
    expect(result.text).toContain('320x180 MP4 of 5.2 s');
    expect(result).toMatchObject({ pictures: [], isError: false });
    expect(JobResult.parse(result.structured).warnings).toEqual([
      'Adobe made 320x180 in place of the 2048x2048 that were asked for.',
    ]);
    expect(result.links).toMatchObject([{ mimeType: 'video/mp4', name: `${shown.image}.mp4` }]);
  });

  test('is stored byte for byte, and served whole and by range', async () => {
    const { rooms: opened, shown } = await withVideo();
    await using rooms = opened;
    expect(Buffer.compare(await readFile(shown.path ?? ''), BYTES)).toBe(0);
    const [contents] = await readResource(rooms, `firefly://images/${shown.image}`);
    expect(contents).toMatchObject({ mimeType: 'video/mp4', blob: BYTES.toString('base64') });
    const { images } = await rooms.services();
    const found = await images.get(shown.image, ANNA);
    expect(found).toMatchObject({ mimeType: 'video/mp4', durationMs: 5_200 });
    const pieces: Uint8Array[] = [];
    for await (const piece of images.open(found, { from: 1_000, to: 1_500 })) pieces.push(piece);
    expect(Buffer.compare(Buffer.concat(pieces), BYTES.subarray(1_000, 1_500))).toBe(0);
  });

  test('over 6 MB is named by its path as a resource, and has no preview', async () => {
    const { rooms: opened, shown } = await withVideo(video({ data: 7_000_000 }));
    await using rooms = opened;
    const [contents] = await readResource(rooms, `firefly://images/${shown.image}`);
    const text = contents !== undefined && 'text' in contents ? contents.text : '';
    expect(JSON.parse(text)).toMatchObject({ image: shown.image, path: shown.path, mime_type: 'video/mp4' });
    expect(text).not.toContain('preview');
    await expect(readResource(rooms, `firefly://images/${shown.image}/preview`)).rejects.toMatchObject({
      code: 'still_wanted',
    });
  });

  test('is saved to a file with its ending, whatever ending the name asks for', async () => {
    const { rooms: opened, shown } = await withVideo();
    await using rooms = opened;
    const { saved = [] } = SavedResult.parse(
      (await rooms.call('save_image', { image: shown.image, name: 'run.mp4' })).structured,
    );
    const folder = join(rooms.settings.outputFolder, 'firefly');
    expect(saved).toMatchObject([{ path: join(folder, 'run.mp4'), mime_type: 'video/mp4' }]);
    expect(Buffer.compare(await readFile(saved[0]?.path ?? ''), BYTES)).toBe(0);
    const other = await rooms.call('save_image', { image: 'last', name: 'run.png' });
    expect(SavedResult.parse(other.structured).saved?.map(({ path }) => extname(path))).toEqual(['.mp4']);
    expect(other.text).toContain('The name ends in .png, but the content is .mp4');
    expect((await readdir(folder)).toSorted()).toEqual(['run-2.mp4', 'run.mp4']);
  });

  test('is listed, shown in words, and deleted with its file', async () => {
    const { rooms: opened, shown } = await withVideo();
    await using rooms = opened;
    const listing = await rooms.call('list_images', {});
    expect(ImagesResult.parse(listing.structured).images).toMatchObject([{ image: shown.image, seconds: 5.2 }]);
    expect(listing.text).toContain('320x180 MP4 of 5.2 s');
    const seen = await rooms.call('show_images', { image: shown.image });
    expect(seen).toMatchObject({ pictures: [], isError: false });
    expect(seen.text).toContain('A video cannot be shown here.');
    const common = { random: systemRandom, logger: silentLogger, clock: systemClock };
    const migrations = [imageMigrations, jobMigrations];
    const db = await openStore({ path: join(rooms.folder, 'store.sqlite'), migrations, ...common });
    const later = { ...systemClock, now: () => Date.now() + 120_000 };
    const collector = new GarbageCollector({ db, blobs: fileBlobs(join(rooms.folder, 'pictures')), clock: later });
    expect(await collector.remove([shown.image])).toMatchObject({
      pictures: 1,
      freed: { files: 1, bytes: BYTES.length },
    });
    await db.close();
    await expect(readFile(shown.path ?? '')).rejects.toThrow(/ENOENT/);
    await expect(rooms.call('save_image', { image: shown.image })).rejects.toMatchObject({ code: 'unknown_image' });
  });
});

test.each([
  ['a video in place of a picture', 'still', [BYTES], 'Adobe made a video in place of a picture.'],
  ['videos in place of pictures', 'still', [BYTES, video({ durationMs: 900 })], 'Adobe made 2 videos in place of'],
  ['a picture in place of a video', 'video', [], 'Adobe made a picture in place of a video.'],
] as const)('%s is kept, and the result says so', async (_what, media, made, said) => {
  await using rooms = await TestRooms.open();
  rooms.adobe.media = media;
  rooms.pictures.push(...made);
  const { structured, isError } = await rooms.finished({ prompt: 'a fox', count: made.length || 1 });
  const { state, images = [], warnings } = JobResult.parse(structured);
  expect({ state, isError }).toEqual({ state: 'succeeded', isError: false });
  expect(warnings?.join(' ')).toContain(said);
  expect(images).toHaveLength(made.length || 1);
  for (const [place, bytes] of made.entries()) {
    expect(Buffer.compare(await readFile(images[place]?.path ?? ''), bytes)).toBe(0);
  }
  expect(rooms.adobe.submits).toHaveLength(1);
});

const AREA = { shape: 'rectangle', x: 10, y: 10, width: 50, height: 50 };

describe('where a still picture is needed', () => {
  test.each([
    ['make_mask', (image: string) => ({ image, shapes: [AREA] })],
    ['fill_image', (image: string) => ({ image, mask_shapes: [AREA], prompt: 'a hat' })],
    ['expand_image', (image: string) => ({ image, size: '2048x2048' })],
    ['generate_image', (image: string) => ({ prompt: 'a cat', style_image: image })],
    ['generate_image', (image: string) => ({ prompt: 'a cat', structure_image: image })],
  ])('%s given a video says so, and spends nothing', async (tool, input) => {
    const { rooms: opened, shown } = await withVideo();
    await using rooms = opened;
    const submits = rooms.adobe.submits.length;
    for (const image of [shown.image, 'last']) {
      await expect(rooms.call(tool, input(image))).rejects.toMatchObject({ code: 'still_wanted', actor: 'caller' });
    }
    expect(rooms.adobe.submits).toHaveLength(submits);
    expect(rooms.uploaded).toEqual([]);
  });

  test('a video as a mask, and one in a file, are told too, and the file is not kept', async () => {
    const { rooms: opened, shown } = await withVideo();
    await using rooms = opened;
    const photo = await rooms.file('photo.jpg', await noisy(800, 600).jpeg().toBuffer());
    const fill = rooms.call('fill_image', { image: photo, mask: shown.image, prompt: 'a hat' });
    await expect(fill).rejects.toMatchObject({ code: 'still_wanted' });
    const file = await rooms.file('clip.mp4', video({ data: 4_000 }));
    const mask = rooms.call('make_mask', { image: file, shapes: [AREA] });
    await expect(mask).rejects.toMatchObject({ code: 'still_wanted' });
    const kept = await readdir(join(rooms.folder, 'pictures', 'originals'), { recursive: true });
    expect(kept.filter((name) => name.endsWith('.mp4'))).toHaveLength(1);
  });
});

test('a video whose download broke off is fetched again, and kept once', async () => {
  await using rooms = await TestRooms.open();
  rooms.pictures.push(BYTES.subarray(0, -100), BYTES);
  const { images } = JobResult.parse((await rooms.finished({ prompt: 'a fox runs' })).structured);
  expect(images).toMatchObject([{ mime_type: 'video/mp4', bytes: BYTES.length }]);
});
