import { readdir, readFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Rendered } from '../../../src/render/rendered.ts';
import { JobResult, JobStatusResult } from '../../../src/render/schemas.ts';
import { AFAR } from '../../support/callers.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';
import { ANNA, TestRooms } from '../../support/rooms/test-rooms.ts';

let rooms: TestRooms;
let picture: Buffer;
beforeAll(async () => {
  rooms = await TestRooms.open();
  picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#963' } })
    .jpeg()
    .toBuffer();
});
afterAll(() => rooms[Symbol.asyncDispose]());
beforeEach(() => {
  rooms.pictures.splice(0);
});

const out = () => rooms.settings.outputFolder;
const savedOf = ({ structured }: Rendered) =>
  (structured?.['saved'] ?? []) as { path: string; image: string; converted?: string }[];
const call = (input: object) => rooms.call('generate_image', { wait_seconds: 60, ...input });

test('save_as saves the original byte for byte once it is made, under its name and its own ending', async () => {
  rooms.pictures.push(picture);
  const made = await call({ prompt: 'a fox', save_as: 'assets/fox.jpg' });
  const [file] = savedOf(made);
  expect(file?.path).toBe(join(out(), 'assets', 'fox.jpg'));
  expect(await readFile(join(out(), 'assets', 'fox.jpg'))).toEqual(picture);
  expect(made.text).toContain(`Saved: ${file?.path} (${file?.image}, JPEG`);
});

test('an ending, a size and a crop make a converted copy, which says so', async () => {
  rooms.pictures.push(picture);
  const made = await call({ prompt: 'a hen', save_as: 'hen.png 32x32 left' });
  const [file] = savedOf(made);
  expect(file?.path).toBe(join(out(), 'firefly', 'hen.png'));
  expect(await sharp(file?.path).metadata()).toMatchObject({ format: 'png', width: 32, height: 32 });
  expect(file?.converted).toMatch(/PNG|cut|scaled/i);
  expect(made.text).toContain('a converted copy');
});

test('several pictures have names of their own, and no file is overwritten', async () => {
  await mkdir(join(out(), 'logos'), { recursive: true });
  await writeFile(join(out(), 'logos', 'logo.jpg'), 'mine');
  const other = await sharp(picture).negate().jpeg().toBuffer();
  rooms.pictures.push(picture, other);
  const made = await call({ prompt: 'a logo', count: 2, save_as: 'logos/logo.jpg' });
  expect(savedOf(made).map(({ path }) => path)).toEqual(
    ['logo-2.jpg', 'logo-3.jpg'].map((name) => join(out(), 'logos', name)),
  );
  expect(await readFile(join(out(), 'logos', 'logo.jpg'), 'utf8')).toBe('mine');
});

test('a call that answers with a running job has its file too, without another call', async () => {
  rooms.pictures.push(picture);
  const running = await rooms.call('generate_image', { prompt: 'a cat', wait_seconds: 0, save_as: 'later/cat.jpg' });
  expect(running.structured).toMatchObject({ save_as: 'later/cat.jpg' });
  expect(running.text).toContain('Will be saved as later/cat.jpg once the pictures are there.');
  await rooms.clock.pass(120_000);
  expect(await readdir(join(out(), 'later'))).toEqual(['cat.jpg']);
  const shown = await rooms.call('job_status', { job: running.structured?.['job'] });
  expect(savedOf(shown).map(({ path }) => path)).toEqual([join(out(), 'later', 'cat.jpg')]);
  expect(await readdir(join(out(), 'later'))).toEqual(['cat.jpg']);
});

test('does not count for identity: a repeat gets the job, and its own file beside that of the first call', async () => {
  rooms.pictures.push(picture);
  const one = await rooms.call('generate_image', { prompt: 'a dog', wait_seconds: 0, save_as: 'dogs/one.jpg' });
  const two = await call({ prompt: 'a dog', save_as: 'dogs/two.jpg' });
  expect(two.structured?.['job']).toBe(one.structured?.['job']);
  const again = await rooms.call('job_status', { job: one.structured?.['job'], wait_seconds: 60 });
  expect(savedOf(again)).toHaveLength(2);
  expect((await readdir(join(out(), 'dogs'))).toSorted()).toEqual(['one.jpg', 'two.jpg']);
});

test('a file that cannot be written fails no paid job, and the answer says how to get it', async () => {
  rooms.pictures.push(picture);
  const running = await rooms.call('generate_image', { prompt: 'a cow', wait_seconds: 0, save_as: 'blocked/cow.jpg' });
  // Free when the call was checked, and in the way once its picture is there.
  await mkdir(out(), { recursive: true });
  await writeFile(join(out(), 'blocked'), 'a file where a folder is wanted');
  const made = await rooms.call('job_status', { job: running.structured?.['job'], wait_seconds: 60 });
  expect(made.isError).toBe(false);
  expect(made.structured).toMatchObject({ state: 'succeeded' });
  expect(savedOf(made)).toEqual([]);
  expect(made.text).toMatch(
    /Note: Not saved as "blocked\/cow\.jpg": .* The pictures are kept; save_image saves them\./,
  );
});

test.each([
  ['../outside.png', /relative path inside the output folder/],
  ['{nothing}.png', /unknown token/],
  ['a.png 10', /"10" after the name in save_as is no size/],
  ['a.png 16:9', /"16:9" after the name in save_as is no size/],
  ['a.png 0x0', /"0x0" is no size/],
  ['a.png left', /crop without a size/],
  ['office.gif', /A picture is not saved as GIF\..*End its name in \.jpg, \.png or \.webp/s],
  ['office.TIFF 900x900', /not saved as TIFF/],
  ['office.mp4', /A picture is not saved as MP4/],
  ['a.png 10x10 constructor', /"constructor" after the name in save_as is no size/],
])('save_as %s is refused before anything is spent', async (name, words) => {
  const sent = rooms.adobe.bodies.length;
  const refused = await rooms.answer('generate_image', { prompt: 'a pig', save_as: name });
  expect(refused.isError).toBe(true);
  expect(refused.text).toMatch(words);
  expect(rooms.adobe.bodies).toHaveLength(sent);
});

test('a place where no file can be made is refused before anything is spent, also for a job that is sent again', async () => {
  await mkdir(out(), { recursive: true });
  await writeFile(join(out(), 'taken'), 'a file where a folder is wanted');
  const sent = rooms.adobe.bodies.length;
  const jobs = async () => {
    const { structured } = await rooms.call('job_status', {});
    return JobStatusResult.parse(structured).jobs?.map(({ job }) => job);
  };
  const before = await jobs();
  for (const more of [{}, { dry_run: true }]) {
    const refused = await rooms.answer('generate_image', { prompt: 'a sow', save_as: 'taken/sow.png', ...more });
    expect(refused.structured).toMatchObject({ error: { code: 'folder_unusable' } });
    expect(refused.text).toContain(join(out(), 'taken'));
  }
  expect(await jobs()).toEqual(before);
  rooms.adobe.script.push({ kind: 'refused', problem: A_PROBLEM });
  const failed = await call({ prompt: 'a ewe', save_as: 'later-taken/ewe.png' });
  expect(failed.structured).toMatchObject({ state: 'failed' });
  await writeFile(join(out(), 'later-taken'), 'a file where a folder is wanted');
  const again = { job: failed.structured?.['job'], accept_possible_charge: true };
  expect((await rooms.answer('resubmit_job', again)).structured).toMatchObject({ error: { code: 'folder_unusable' } });
  expect(rooms.adobe.bodies).toHaveLength(sent + 1);
});

test('a name of which a thousand files exist is refused before anything is spent', async () => {
  await mkdir(join(out(), 'full'), { recursive: true });
  const names = Array.from({ length: 1000 }, (_, n) => (n === 0 ? 'ram.png' : `ram-${n + 1}.png`));
  await Promise.all(names.map((name) => writeFile(join(out(), 'full', name), '')));
  const sent = rooms.adobe.bodies.length;
  const refused = await rooms.answer('generate_image', { prompt: 'a ram', save_as: 'full/ram.png' });
  expect(refused.structured).toMatchObject({ error: { code: 'name_taken' } });
  expect(rooms.adobe.bodies).toHaveLength(sent);
  const { isError } = await rooms.call('generate_image', { prompt: 'a ram', save_as: 'full/lamb.png', dry_run: true });
  expect(isError).toBe(false);
});

test('a video is saved in no other size, whatever ending its name has', async () => {
  for (const name of ['clip.mp4 100x100', 'clip.jpg 100x100']) {
    const refused = await rooms.answer('generate_video', { prompt: 'a pig', save_as: name });
    expect(refused.text).toContain('A video is saved as it is');
  }
});

test('a video is asked for as a picture in vain, before it is paid for', async () => {
  const sent = rooms.adobe.bodies.length;
  for (const name of ['clip.png', 'clip.mov']) {
    const refused = await rooms.answer('generate_video', { prompt: 'a pig', save_as: name });
    expect(refused.text).toMatch(/A video is not saved as (PNG|QuickTime)\..*End its name in \.mp4/s);
  }
  const batch = await rooms.answer('submit_batch', { prompts: ['a', 'b'], name: 'x-{n}.gif' });
  expect(batch.text).toContain('not saved as GIF');
  expect(rooms.adobe.bodies).toHaveLength(sent);
});

test('a name with dots in it is a name like any other', async () => {
  rooms.pictures.push(picture);
  const [file] = savedOf(await call({ prompt: 'a mule', save_as: 'names/v1.2 final' }));
  expect(file?.path).toBe(join(out(), 'names', 'v1.2 final.jpg'));
});

test('a caller on another machine is told that no file can be written there', async () => {
  const sent = rooms.adobe.bodies.length;
  const afar = { ...ANNA, can: { ...ANNA.can, ...AFAR } };
  const refused = await rooms.answer('generate_image', { prompt: 'a goat', save_as: 'goat.png' }, afar);
  expect(refused.structured).toMatchObject({ error: { code: 'no_server_paths' } });
  expect(refused.text).toContain('Leave save_as out');
  expect(rooms.adobe.bodies).toHaveLength(sent);
});

test('a file that is enlarged so far that it looks soft is told before it is paid for, and after', async () => {
  rooms.pictures.push(picture);
  const soft = /6000x6000 is enlarged \d+\.\d times.*looks soft.*upscale_image/;
  const given = { prompt: 'a moth', aspect_ratio: '1:1', save_as: 'moth.jpg 6000x6000' };
  expect((await call({ ...given, dry_run: true })).text).toMatch(soft);
  const sharp = await call({ prompt: 'a moth', save_as: 'moth.jpg 64x48', dry_run: true });
  expect(sharp.text).not.toContain('soft');
  rooms.pictures.push(picture);
  const { structured } = await call({ prompt: 'a newt' });
  const image = JobResult.parse(structured).images?.[0]?.image;
  const saved = await rooms.call('save_image', { image, name: 'newt.jpg', size: '128x96' });
  expect(saved.text).toMatch(/128x96 is enlarged 2\.0 times from 64x48 and looks soft/);
});
