import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../architecture/source-files.ts';
import type { Emulator } from '../../../src/emulator/index.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';
import { TestInstallation, type Connected, type Told } from '../../support/program/test-installation.ts';
import { picturesOf } from '../../support/program/told-pictures.ts';

/**
 * What people ask for, in calls as models make them that have learnt other image services: their names, wrapped arguments,
 * objects for texts, links in Markdown. What can be meant in one way is done; what cannot is refused before it costs, with
 * what to do.
 */

let installation: TestInstallation;
let adobe: Emulator;
let server: Connected;
beforeAll(async () => {
  installation = await TestInstallation.create();
  adobe = await installation.emulator({ draw: drawFlat, latencyMs: 40, rpm: 600 });
  const photos = join(installation.folder, 'photos');
  await mkdir(photos);
  await copyFile(join(ROOT, 'examples', 'portrait.png'), join(photos, 'mug-final_v2.png'));
  await writeFile(join(photos, 'IMG_4711.HEIC'), '\0\0\0\x18ftypheic\0\0\0\0mif1heic');
  server = await installation.client(
    installation.environment(adobe, { FIREFLY_RPM: '600', FIREFLY_DAILY_BUDGET: '50' }),
  );
});
afterAll(() => installation.end());

const paid = () => adobe.control.submits().length;
const lastSent = () => adobe.control.submits().at(-1)?.json as Record<string, unknown>;

/** A call that has to make its pictures. */
async function made(tool: string, input: Record<string, unknown>): Promise<Told> {
  let told = await server.call(tool, input);
  expect(told.isError, told.text).toBe(false);
  const { job } = told.facts;
  while (picturesOf(told).length === 0) told = await server.call('job_status', { job, wait_seconds: 10 });
  return told;
}

/** A call that is refused, with what to do, before anything is sent. */
async function refused(tool: string, input: Record<string, unknown>, words: RegExp): Promise<void> {
  const before = paid();
  const told = await server.call(tool, input);
  expect(told.isError, told.text).toBe(true);
  expect(told.text).toMatch(words);
  expect(paid()).toBe(before);
}

test('“Four flat logo concepts; keep the second as logo.png.”', { tags: 'long' }, async () => {
  const logos = await made('generate_image', {
    input: { description: 'flat logo of a bakery', num_images: '4', content_class: 'illustration', size: 'square' },
  });
  expect(lastSent()).toMatchObject({ numVariations: 4, contentClass: 'art', size: { width: 2048, height: 2048 } });
  const saved = await server.call('save_image', { image: 'last#2', filename: 'logo.png' });
  expect(saved.facts['saved']).toMatchObject([{ image: picturesOf(logos)[1]?.image }]);
});

test('“The mug photo as a banner, the mug on the right.”', { tags: 'long' }, async () => {
  await refused('expand_image', { image: 'mug-final.png', ratio: '16:9' }, /name like it: "photos.mug-final_v2\.png"/);
  const banner = await made('expand_image', {
    image: '[the mug](photos/mug-final_v2.png)',
    ratio: '16:9',
    alignment: { horizontal: 'Right' },
  });
  expect(banner.text).toContain('Made from "mug-final_v2.png"');
  expect(banner.text).toMatch(/Painted: \d+ px left/);
});

test('“I photographed it with my phone: IMG_4711.”', { tags: 'long' }, async () => {
  await refused('edit_image', { image: 'IMG_4711', instruction: 'a nicer sky' }, /"photos.IMG_4711\.HEIC"/);
  await refused('edit_image', { image: 'photos/IMG_4711.HEIC', instruction: 'a nicer sky' }, /HEIC.*JPEG/s);
});

test('“Take her out of the picture.” and “Only what is behind her.”', { tags: 'long' }, async () => {
  const photo = { image_path: 'photos/mug-final_v2.png' };
  await refused('fill_image', { ...photo, select: 'people', prompt: 'remove the woman' }, /leave prompt out/);
  await refused('fill_image', { ...photo, select: 'background', prompt: 'a beach' }, /"person" with invert_mask true/);
  await made('fill_image', { ...photo, select: 'people', invert: 'true', prompt: 'a beach' });
  expect(lastSent()).toMatchObject({ prompt: 'a beach' });
});

test('“Three more like it, but green; no, stop!”', { tags: 'long' }, async () => {
  await refused('vary_image', { image: 'last', n: 3, prompt: 'in green' }, /takes no words; edit_image/);
  await refused('edit_image', { image: { id: 'last' }, text: 'in green', n: 3 }, /One call makes one; submit_batch/);
  const started = await server.call('edit_image', { image: { id: 'last' }, text: 'in green', wait: 0 });
  const { job } = started.facts;
  await refused('cancel_job', { job: 'last' }, new RegExp(`The newest are ${String(job)} `));
  expect((await server.call('cancel_job', { id: job })).isError).toBe(false);
});

test('“As a poster, 60 by 90.” and “How much would it cost?”', { tags: 'long' }, async () => {
  await refused('save_image', { size: '60x90 cm', filename: 'poster.jpg' }, /"3543x5315" at 150 dpi/);
  const before = paid();
  const told = await server.call('upscale_image', { image: 'latest', scale: '2x', estimate: true });
  expect(told.text).toContain('Checked only: nothing was sent or spent.');
  expect(paid()).toBe(before);
});

test('“A fox, a cat and an owl, each once.”', { tags: 'long' }, async () => {
  await refused('generate_image', { prompt: ['a fox', 'a cat'] }, /one text; submit_batch/);
  await refused('submit_batch', { prompts: 'a fox\na cat\nan owl' }, /a text of 3 lines may be one prompt/);
  const told = await server.call('submit_batch', {
    prompts: [{ prompt: 'a fox' }, { text: 'a cat' }],
    estimate: 'yes',
  });
  expect(told.facts).toMatchObject({ total: 2, will_cost: { operations: 2 } });
});
