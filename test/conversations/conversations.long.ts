/** @module-tag long */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { picturesOf } from '../support/program/told-pictures.ts';
import { Conversation, isEqualIn, pictureOf } from './conversation.ts';

/**
 * Fourteen conversations, in the calls that an assistant makes of what a person says: the twenty-four messages that two
 * assistants once did in part only. Each is done exactly, in no more calls than a person expects, and nothing is paid for
 * that was not asked for.
 */
vi.setConfig({ testTimeout: 300_000 });

let talk: Conversation;
beforeAll(async () => {
  talk = await Conversation.begin();
});
afterAll(() => talk.end());

const at = (...names: readonly string[]) => join(talk.folder, ...names);
const sizeOf = async (path: string) => {
  const { width, height, format } = await sharp(path).metadata();
  return { width, height, format };
};

/** Her face in portrait.png, well inside of any mask of her. */
const FACE = { left: 200, top: 90, width: 40, height: 40 };

test('a wide lighthouse, and again but warmer', async () => {
  const first = await talk.says('Make me a picture of a lighthouse at dusk, wide.', { calls: 1, pays: 1 }, () =>
    talk.does('generate_image', { prompt: 'a lighthouse at dusk', aspect_ratio: '16:9', seeds: [42] }),
  );
  expect(pictureOf(first)).toMatchObject({ width: 2688, height: 1536 });
  const warmer = await talk.says('Same again but warmer.', { calls: 1, pays: 1 }, () =>
    talk.does('generate_image', { like: first.facts['job'], prompt: 'a lighthouse at dusk, in warm light' }),
  );
  expect(pictureOf(warmer)).toMatchObject({ width: 2688, height: 1536 });
  expect(pictureOf(warmer).image).not.toBe(pictureOf(first).image);
});

test('four logos, of which the second becomes logo.png', async () => {
  const said = 'Four logo ideas for a bakery, flat style; then save the second as logo.png.';
  await talk.says(said, { calls: 2, pays: 4 }, async () => {
    const logos = await talk.does('generate_image', { prompt: 'a logo for a bakery, flat style', count: 4 });
    expect(picturesOf(logos)).toHaveLength(4);
    expect(logos.kinds.filter((kind) => kind === 'image')).toHaveLength(1);
    const { facts } = await talk.does('save_image', { image: `${String(logos.facts['job'])}#2`, name: './logo.png' });
    expect(facts['saved']).toMatchObject([{ image: picturesOf(logos)[1]?.image, path: at('logo.png') }]);
  });
  expect(await sizeOf(at('logo.png'))).toEqual({ width: 2048, height: 2048, format: 'png' });
});

test('another background, the person exactly as she is; a darker one from the first; both side by side', async () => {
  const person = { image: 'portrait.png', select: 'person', invert_mask: true };
  const said = 'Replace the background of portrait.png with a soft blue gradient, keep the person exactly as she is.';
  const blue = await talk.says(said, { calls: 1, pays: 1 }, () =>
    talk.does('fill_image', { ...person, prompt: 'a soft blue gradient' }),
  );
  expect(await sizeOf(pictureOf(blue).path)).toMatchObject({ width: 512, height: 512 });
  expect(await isEqualIn(pictureOf(blue).path, at('portrait.png'), FACE)).toBe(true);
  const undo = 'Undo that last change; go back to the blue one and make the blue a bit darker.';
  const darker = await talk.says(undo, { calls: 1, pays: 1 }, () =>
    talk.does('fill_image', { ...person, prompt: 'a soft gradient of a darker blue' }),
  );
  expect(await isEqualIn(pictureOf(darker).path, at('portrait.png'), FACE)).toBe(true);
  const compare = 'Show me the first and the last version of the portrait side by side.';
  const shown = await talk.says(compare, { calls: 1, pays: 0 }, () =>
    talk.does('show_images', { images: [pictureOf(blue).image, pictureOf(darker).image] }),
  );
  expect(shown.kinds.filter((kind) => kind === 'image')).toHaveLength(1);
});

test('a banner with the subject on the right', async () => {
  const said = 'Make photo.jpg into a 16:9 banner, with the subject on the right side.';
  const banner = await talk.says(said, { calls: 1, pays: 1 }, () =>
    talk.does('expand_image', { image: 'photo.jpg', aspect_ratio: '16:9', align_horizontal: 'right' }),
  );
  const { width, height } = pictureOf(banner);
  expect(width / height).toBeCloseTo(16 / 9, 1);
  const source = await sizeOf(at('photo.jpg'));
  const x = width - (source.width ?? 0);
  expect(x).toBeGreaterThan(0);
  // The middle of the photo, where its subject is, is in the right half.
  expect(x + (source.width ?? 0) / 2).toBeGreaterThan(width / 2);
});

test('three square sizes at once, the photo as large as it is', async () => {
  const said = 'Three square sizes of photo.jpg at once: 2500, 3000, 3500.';
  const batch = await talk.says(said, { calls: 2, pays: 3 }, () =>
    talk.does('submit_batch', {
      tool: 'expand_image',
      common: { image: 'photo.jpg' },
      items: ['2500x2500', '3000x3000', '3500x3500'].map((size) => ({ id: size, size })),
      save_to: 'squares',
    }),
  );
  expect(batch.facts).toMatchObject({ batch_state: 'finished', cost: { operations: 3 } });
  const rows = batch.facts['items'] as { id: string; file: string }[];
  expect(rows.map(({ id }) => id)).toEqual(['2500x2500', '3000x3000', '3500x3500']);
  for (const { id, file } of rows) {
    const { width, height } = await sizeOf(at('squares', file));
    expect(`${width}x${height}`).toBe(id);
  }
  expect(batch.kinds).toContain('image');
});

test('what was made today, with which seed; access and quota', async () => {
  const said = 'What did I make today, and which of them had seed 42?';
  const listed = await talk.says(said, { calls: 2, pays: 0 }, async () => {
    await talk.does('list_images', { since: 'today' });
    return talk.does('list_images', { since: 'today', seed: 42 });
  });
  expect(listed.text).toContain('a lighthouse at dusk');
  // The warmer one, made with `like`, has its seed from the first.
  expect(picturesOf(listed)).toHaveLength(2);
  const ask = 'Is my Adobe access working? How much quota is left?';
  const status = await talk.says(ask, { calls: 1, pays: 0 }, () => talk.does('job_status'));
  expect(status.text).toContain('Access: Adobe answers, and the access works');
  expect(status.facts['access']).toMatchObject({ service: 'Adobe', works: true });
  expect(status.facts['quota']).toMatchObject({ per_minute: 600, left_today: expect.any(Number) as number });
});

test('a lamp is removed, and the room keeps its shape', async () => {
  const room = await talk.says('Remove the lamp in the top left of room.png.', { calls: 1, pays: 1 }, () =>
    talk.does('fill_image', {
      image: 'room.png',
      mask_shapes: [{ shape: 'rectangle', x: 0, y: 0, width: 25, height: 35 }],
    }),
  );
  const before = await sizeOf(at('room.png'));
  expect(await sizeOf(pictureOf(room).path)).toMatchObject({ width: before.width, height: before.height });
  const lower = { left: 0, top: Math.floor((before.height ?? 0) * 0.6), width: before.width ?? 1, height: 50 };
  expect(await isEqualIn(pictureOf(room).path, at('room.png'), lower)).toBe(true);
});

test('two bottles of a custom model as paintings, compared; the better one larger, in assets/hero.png', async () => {
  const said = 'Use our custom model for warm interiors for a perfume bottle, two versions, painting style.';
  const bottles = await talk.says(said, { calls: 2, pays: 2 }, async () => {
    const { facts } = await talk.does('list_custom_models', {});
    const [model] = facts['models'] as { custom_model: string; concept?: string }[];
    return talk.does('generate_image', {
      prompt: `a perfume bottle in a warm interior, painting ${model?.concept ?? ''}`,
      custom_model: model?.custom_model,
      count: 2,
    });
  });
  const job = String(bottles.facts['job']);
  const compared = await talk.says(
    'Compare versions 1 and 2 of the perfume bottle side by side.',
    { calls: 1, pays: 0 },
    () => talk.does('show_images', { images: [`${job}#1`, `${job}#2`] }),
  );
  expect(compared.text).toContain(`One sheet of 2 pictures, numbered in their upper left corners as in ${job}:`);
  const larger = 'Make the better one bigger, 4x, and put it in assets/hero.png.';
  await talk.says(larger, { calls: 3, pays: 1 }, async () => {
    // Four times would be over what Adobe makes: that is said, unpaid, with what fits.
    const refused = await talk.calls('upscale_image', { image: `${job}#1`, factor: 4 });
    expect(refused).toMatchObject({ isError: true });
    expect(refused.text).toContain('The largest that fits is 2');
    const upscaled = await talk.does('upscale_image', { image: `${job}#1`, factor: 2 });
    await talk.does('save_image', { image: pictureOf(upscaled).image, name: 'assets/hero.png' });
  });
  expect(await sizeOf(at('assets', 'hero.png'))).toEqual({ width: 4096, height: 4096, format: 'png' });
});

test('four waves, looked after, and cancelled while they run', async () => {
  talk.adobe.control.setLatency(60_000);
  const said = 'Start a big 4-picture job of waves, don’t wait; what is it doing? OK, cancel it.';
  const ended = await talk.says(said, { calls: 4, pays: 4 }, async () => {
    const { facts } = await talk.calls('generate_image', { prompt: 'waves', count: 4, wait_seconds: 0 });
    await expect.poll(() => talk.adobe.control.submits().at(-1)?.json).toMatchObject({ numVariations: 4 });
    const doing = await talk.calls('job_status', { job: facts['job'], wait_seconds: 0 });
    expect(doing.isError).toBe(false);
    await talk.calls('cancel_job', { job: facts['job'] });
    return talk.calls('job_status', { job: facts['job'], wait_seconds: 30 });
  });
  talk.adobe.control.setLatency(40);
  expect(ended.facts['state']).toBe('cancelled');
});

test('a mountain in one picture’s style with another one’s composition', async () => {
  const said = 'Here is style.png; make a mountain in that style, and keep the composition of photo.jpg.';
  const mountain = await talk.says(said, { calls: 1, pays: 1 }, () =>
    talk.does('generate_image', { prompt: 'a mountain', style_image: 'style.png', structure_image: 'photo.jpg' }),
  );
  expect(picturesOf(mountain)).toHaveLength(1);
  // style.png has the bytes of portrait.png, and is told under the name that was given.
  expect(mountain.text).toMatch(/Made from style: "style\.png" \(img_\w+\), structure: "photo\.jpg"/);
  const body = JSON.stringify(talk.adobe.control.submits().at(-1)?.json);
  expect(body).toMatch(/"style":\{.*"imageReference"/);
  expect(body).toMatch(/"structure":\{.*"imageReference"/);
});

test('ten portraits with one office, each with a mask of its own, and the time said before', async () => {
  const office = {
    tool: 'fill_image',
    folder: './people',
    common: { select: 'person', invert_mask: true, prompt: 'a bright office, out of focus' },
  };
  const said = 'Do the ten portraits in ./people with the same office background; tell me how long before you start.';
  const set = await talk.says(said, { calls: 3, pays: 10 }, async () => {
    const { facts, text } = await talk.calls('submit_batch', { ...office, dry_run: true });
    expect(facts).toMatchObject({ total: 10, will_cost: { operations: 10 } });
    expect(text).toMatch(/10 items would cost 10 operations \(10 requests\), done in about/);
    return talk.does('submit_batch', office);
  });
  const rows = set.facts['items'] as { source: string; file: string }[];
  expect(rows.map(({ source }) => source)).toEqual(rows.map(({ file }) => file));
  expect(rows).toHaveLength(10);
  const folder = String(set.facts['folder']);
  for (const { source, file } of rows) {
    const [before, after] = [await sizeOf(at('people', source)), await sizeOf(join(folder, file))];
    expect(after).toEqual(before);
  }
  expect(existsSync(join(folder, 'manifest.csv'))).toBe(true);
  expect(set.kinds.filter((kind) => kind === 'image')).toHaveLength(1);
});

test('a refused knife, a teapot of 1000 pixels, and ten teapots the cheapest way', async () => {
  await talk.says('Make a picture of an assassin with a bloody knife.', { calls: 1, pays: 0 }, async () => {
    const refused = await talk.calls('generate_image', { prompt: 'an assassin with a bloody knife [unsafe]' });
    expect(refused).toMatchObject({ isError: true, facts: { error: { code: 'content_policy' } } });
    expect(refused.text).toContain('Cost: nothing');
  });
  await talk.says('A 1000x1000 picture of a teapot.', { calls: 2, pays: 1 }, async () => {
    const { image } = pictureOf(await talk.does('generate_image', { prompt: 'a teapot' }));
    await talk.does('save_image', { image, name: './teapot.png', size: '1000x1000' });
  });
  expect(await sizeOf(at('teapot.png'))).toEqual({ width: 1000, height: 1000, format: 'png' });
  const colours = ['red', 'blue', 'green', 'white', 'black', 'yellow', 'pink', 'grey', 'brown', 'orange'];
  const said = 'Give me ten variations of the teapot, all different colours, cheapest way.';
  const set = await talk.says(said, { calls: 2, pays: 10 }, () =>
    talk.does('submit_batch', { prompts: colours.map((colour) => `a ${colour} teapot`) }),
  );
  expect((set.facts['items'] as { source: string }[]).map(({ source }) => source)).toEqual(
    colours.map((colour) => `a ${colour} teapot`),
  );
});

test('a red jacket, a clip of it, and a canvas twice as high', async () => {
  const points = [
    [30, 62],
    [50, 58],
    [70, 62],
    [90, 100],
    [10, 100],
  ];
  const red = await talk.says('Change the jacket in portrait.png to red.', { calls: 2, pays: 1 }, () =>
    talk.does('fill_image', {
      image: 'portrait.png',
      mask_shapes: [{ shape: 'polygon', points }],
      prompt: 'a red jacket',
    }),
  );
  expect(await sizeOf(pictureOf(red).path)).toMatchObject({ width: 512, height: 512 });
  expect(await isEqualIn(pictureOf(red).path, at('portrait.png'), FACE)).toBe(true);
  const clip = await talk.says('Now a five second video of it turning its head.', { calls: 2, pays: 1 }, () =>
    talk.does('generate_video', { first_frame: pictureOf(red).image, prompt: 'she turns her head', size: '540x540' }),
  );
  expect(picturesOf(clip)).toMatchObject([{ mime_type: 'video/mp4' }]);
  const said = 'portrait.png: make the canvas twice as high with sky above.';
  const sky = await talk.says(said, { calls: 1, pays: 1 }, () =>
    talk.does('expand_image', { image: 'portrait.png', inset_top: '100%', prompt: 'sky' }),
  );
  expect(await sizeOf(pictureOf(sky).path)).toMatchObject({ width: 512, height: 1024 });
  expect(await isEqualIn(at('portrait.png'), pictureOf(sky).path, FACE, { x: 0, y: 512 })).toBe(true);
});

test('everything of today is deleted, and what was saved stays', async () => {
  await talk.says('Delete everything I made today.', { calls: 1, pays: 0 }, () =>
    talk.does('delete_images', { since: 'today', confirm: true }),
  );
  expect(picturesOf(await talk.does('list_images', { since: 'today' }))).toEqual([]);
  for (const file of ['logo.png', 'teapot.png', 'assets/hero.png', 'portrait.png'])
    expect(existsSync(at(file))).toBe(true);
});
