import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../architecture/source-files.ts';
import type { Emulator } from '../../../src/emulator/index.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';
import { TestInstallation, type Connected, type Told } from '../../support/program/test-installation.ts';
import { picturesOf } from '../../support/program/told-pictures.ts';

/**
 * What people ask their assistants for, in the calls that an assistant makes of it. What today's tools cannot do is in
 * `test/cases.md` as "not yet".
 */
const EXAMPLES = join(ROOT, 'examples');
// Some of what people ask for is ten pictures.

let installation: TestInstallation;
let adobe: Emulator;
let server: Connected;
beforeAll(async () => {
  installation = await TestInstallation.create();
  adobe = await installation.emulator({ draw: drawFlat, latencyMs: 40, rpm: 600 });
  await Promise.all(
    [
      ['portrait.png', 'portrait.png'],
      ['product.png', 'photo.png'],
      ['portrait.png', 'style.png'],
    ].map(([from = '', to = '']) => copyFile(join(EXAMPLES, from), join(installation.folder, to))),
  );
  server = await installation.client(
    installation.environment(adobe, { FIREFLY_RPM: '600', FIREFLY_DAILY_BUDGET: '200' }),
  );
});
afterAll(() => installation.end());

const sent = () => adobe.control.submits().map(({ json }) => json as Record<string, unknown>);

/** A call that has to succeed. A protocol error rejects by itself, as does an answer that is not of its output schema. */
async function done(tool: string, input: Record<string, unknown> = {}): Promise<Told> {
  const told = await server.call(tool, input);
  expect(told.isError, told.text).toBe(false);
  return told;
}

/** As `done`, until its job or batch has ended, however busy the machine is. */
async function made(tool: string, input: Record<string, unknown>): Promise<Told> {
  let told = await done(tool, input);
  const { batch, job } = told.facts;
  // A batch lists pictures before its last item has ended.
  const hasEnded = () => (batch === undefined ? picturesOf(told).length > 0 : told.facts['batch_state'] === 'finished');
  while (!hasEnded()) {
    told = await done('job_status', { job: batch ?? job, wait_seconds: 10 });
  }
  return told;
}

test('“Make me a picture of a lighthouse at dusk, wide.” and “Same again but warmer.”', async () => {
  const first = await made('generate_image', { prompt: 'a lighthouse at dusk', aspect_ratio: '16:9' });
  expect(picturesOf(first)).toMatchObject([{ width: 2688, height: 1536 }]);
  const warmer = await made('generate_image', { prompt: 'a lighthouse at dusk, in warm light', aspect_ratio: '16:9' });
  expect(warmer.facts['job']).not.toBe(first.facts['job']);
});

test('“Four logo ideas for a bakery, flat style; then save the second as logo.png.”', { tags: 'long' }, async () => {
  const logos = await made('generate_image', {
    prompt: 'a logo for a bakery, flat',
    style_presets: ['flat_design'],
    count: 4,
  });
  expect(picturesOf(logos)).toHaveLength(4);
  expect(logos.facts['cost']).toMatchObject({ operations: 4, requests: 1 });
  const saved = await done('save_image', { image: `${String(logos.facts['job'])}#2`, name: 'logo.png' });
  const [file] = saved.facts['saved'] as { image: string; path: string }[];
  expect(file?.image).toBe(picturesOf(logos)[1]?.image);
  expect(file?.path).toBe(join(installation.folder, 'out', 'firefly', 'logo.png'));
  const { format, width, height } = await sharp(file?.path).metadata();
  expect({ format, width, height }).toEqual({ format: 'png', width: 2048, height: 2048 });
  // A copy that was converted says so; the original stays.
  expect(saved.text).toMatch(/converted|copy/i);
});

test(
  '“Replace the background of portrait.png …”, “make the blue a bit darker.”, and the first beside the last',
  { tags: 'long' },
  async () => {
    const mask = await done('make_mask', {
      image: 'portrait.png',
      shapes: [{ shape: 'ellipse', x: 25, y: 5, width: 45, height: 90 }],
      invert: true,
    });
    const image = picturesOf(mask)[0]?.image;
    const first = await made('fill_image', { image: 'portrait.png', mask: image, prompt: 'a soft blue gradient' });
    const darker = await made('fill_image', { image: 'portrait.png', mask: 'last', prompt: 'a darker blue gradient' });
    for (const version of [first, darker]) {
      const shown = await done('show_images', { image: picturesOf(version)[0]?.image });
      expect(shown.kinds).toContain('image');
      expect(shown.text).toContain('blue gradient');
    }
  },
);

test(
  '“Make photo.png into a 16:9 banner.”, “make the canvas of portrait.png twice as high with sky above.”',
  { tags: 'long' },
  async () => {
    const banner = await made('expand_image', { image: 'photo.png', aspect_ratio: '16:9', align_horizontal: 'right' });
    const [wide] = picturesOf(banner);
    expect((wide?.width ?? 0) / (wide?.height ?? 1)).toBeCloseTo(16 / 9, 1);
    const sky = await made('expand_image', { image: 'portrait.png', inset_top: 512, prompt: 'sky' });
    const [high] = picturesOf(sky);
    expect((high?.height ?? 0) / (high?.width ?? 1)).toBeGreaterThan(1.8);
  },
);

test('“Three sizes of photo.png at once: 1080, 1350, 1600.”, told with every picture', { tags: 'long' }, async () => {
  const sizes = ['1080x1080', '1350x1350', '1600x1600'];
  const batch = await made('submit_batch', {
    tool: 'expand_image',
    items: sizes.map((size) => ({ image: 'photo.png', size })),
  });
  expect(batch.text).toMatch(/3 of 3/);
  expect(batch.facts['batch_state']).toBe('finished');
});

test('“What did I make today?”, “Is my access working? How much quota is left?”', async () => {
  const list = await done('list_images', { limit: 50 });
  expect(picturesOf(list).length).toBeGreaterThan(1);
  expect(list.text).toContain('a lighthouse at dusk');
  const status = await done('job_status');
  expect(status.facts['quota']).toMatchObject({ per_minute: 600 });
  expect(status.text).toMatch(/used this minute, \d+ left/);
  expect(status.facts['budget']).toMatchObject({ per_24_hours: 200 });
});

test('“Remove the lamp in the top left of photo.png.”', { tags: 'long' }, async () => {
  const filled = await made('fill_image', {
    image: 'photo.png',
    mask_shapes: [{ shape: 'rectangle', x: 0, y: 0, width: 25, height: 35 }],
  });
  expect(sent().at(-1)).not.toHaveProperty('prompt');
  expect(picturesOf(filled)).not.toHaveLength(0);
});

test(
  '“Use our custom model for warm interiors for a perfume bottle, two versions, painting style.”',
  { tags: 'long' },
  async () => {
    const models = await done('list_custom_models', {});
    const [model] = models.facts['models'] as { custom_model: string; concept?: string }[];
    const versions = await made('generate_image', {
      prompt: `a perfume bottle ${model?.concept ?? ''}`,
      custom_model: model?.custom_model,
      style_presets: ['oil paint'],
      count: 2,
    });
    expect(picturesOf(versions)).toHaveLength(2);
    expect(sent().at(-1)).toMatchObject({ numVariations: 2 });
  },
);

describe('“Start a big job of waves, don’t wait; what is it doing? OK, cancel it.”', () => {
  test.each([
    ['while it runs', 60_000, 'cancelled'],
    ['too late', 40, 'succeeded'],
  ] as const)('%s', { tags: 'long' }, async (_when, latency, state) => {
    adobe.control.setLatency(latency);
    const { facts } = await done('generate_image', { prompt: `waves ${latency}`, count: 4, wait_seconds: 0 });
    if (state === 'succeeded') await done('job_status', { job: facts['job'], wait_seconds: 20 });
    await server.call('cancel_job', { job: facts['job'] });
    adobe.control.setLatency(40);
    expect((await done('job_status', { job: facts['job'], wait_seconds: 20 })).facts['state']).toBe(state);
  });
});

test(
  '“Here is style.png; make a mountain in that style, with the composition of photo.png.”',
  { tags: 'long' },
  async () => {
    await made('generate_image', { prompt: 'a mountain', style_image: 'style.png', structure_image: 'photo.png' });
    expect(sent().at(-1)).toMatchObject({ style: { imageReference: {} }, structure: { imageReference: {} } });
  },
);

/** Mean difference from the portrait, 0 to 255, in a square of 40 pixels around a point of it. */
async function changeAt(path: string, [x, y]: readonly [number, number]): Promise<number> {
  const square = async (file: string) =>
    sharp(file)
      .resize(512, 512, { fit: 'fill' })
      .removeAlpha()
      .extract({ left: x - 20, top: y - 20, width: 40, height: 40 })
      .raw()
      .toBuffer();
  const [before, after] = await Promise.all([square(join(installation.folder, 'portrait.png')), square(path)]);
  return before.reduce((sum, value, i) => sum + Math.abs(value - (after[i] ?? 0)), 0) / before.length;
}

/** Places of the portrait: her face, her hair beside the wall, and the wall above her shoulder. */
const PLACES = { face: [220, 110], hair: [180, 60], wall: [350, 150] } as const;

test(
  '“A new background for portrait.png: a library.” in two calls without a shape; with an ellipse the wall stays',
  { tags: 'long' },
  async () => {
    const mask = await done('make_mask', { image: 'portrait.png', select: 'person', for: 'background' });
    expect(mask.facts['fit']).toMatchObject({ from: 'person', confidence: 'good' });
    const image = picturesOf(mask)[0]?.image;
    // The emulator draws by seed, and one of its scenes could be as grey as the wall.
    const asked = { image: 'portrait.png', prompt: 'a library', seeds: [42] };
    const [filled] = picturesOf(await made('fill_image', { ...asked, mask: image }));
    const ellipse = { shape: 'ellipse', x: 5, y: 2, width: 80, height: 130 };
    const [plain] = picturesOf(await made('fill_image', { ...asked, mask_shapes: [ellipse], invert_mask: true }));
    for (const place of [PLACES.face, PLACES.hair]) expect(await changeAt(filled?.path ?? '', place)).toBeLessThan(15);
    expect(await changeAt(filled?.path ?? '', PLACES.wall)).toBeGreaterThan(40);
    expect(await changeAt(plain?.path ?? '', PLACES.wall)).toBeLessThan(15);
  },
);

test(
  '“The same office behind each of these portraits.” in one batch, each with a mask of its own',
  { tags: 'long' },
  async () => {
    const portraits = [0, 1].map((n) => `variant-${n}.png`);
    for (const [n, name] of portraits.entries()) {
      const variant = sharp(join(EXAMPLES, 'portrait.png'))
        .flop(n % 2 === 1)
        .resize(512 - 40 * n);
      await variant.toFile(join(installation.folder, name));
    }
    const items = portraits.map((image) => ({ image, select: 'person', invert_mask: true, prompt: 'an office' }));
    const batch = await made('submit_batch', { tool: 'fill_image', items });
    expect(batch.text).toMatch(/2 of 2/);
    const masks = await done('list_images', { kind: 'mask', limit: 2 });
    expect(new Set(picturesOf(masks).map(({ width }) => width))).toEqual(new Set([512, 472]));
  },
);

test('“Do the four portraits with the same office background.”', { tags: 'long' }, async () => {
  const items = Array.from({ length: 4 }, (_, n) => ({
    id: `portrait-${n}`,
    image: 'portrait.png',
    mask_shapes: [{ shape: 'border', thickness: 10 + n }],
    prompt: 'an office',
  }));
  const batch = await made('submit_batch', { tool: 'fill_image', items });
  expect(batch.text).toMatch(/4 of 4/);
});

test('“Make a picture of an assassin with a bloody knife.”: refused by Adobe, told with what it cost', async () => {
  const refused = await server.call('generate_image', { prompt: 'an assassin with a bloody knife [unsafe]' });
  expect(refused).toMatchObject({ isError: true, facts: { error: { code: 'content_policy' } } });
  expect(refused.text).toContain('Cost: nothing');
});

test('“A poster with the real Mickey Mouse eating my croissant.”: refused, with what to do in its place', async () => {
  const before = adobe.control.jobs().length;
  const dry = await done('generate_image', { prompt: 'Mickey Mouse eating a croissant', dry_run: true });
  expect(dry.text).toContain("Adobe's content policy judges the prompt only then.");
  const refused = await server.call('generate_image', { prompt: 'Mickey Mouse eating a croissant' });
  expect(refused).toMatchObject({
    isError: true,
    facts: { error: { code: 'content_policy' }, cost: { operations: 0 } },
  });
  expect(refused.text).toContain('Describe the figure or thing in words of your own');
  expect(refused.text).toContain('Cost: nothing');
  expect(adobe.control.jobs()).toHaveLength(before);
});

test(
  '“A 1000x1000 picture of a teapot.” is told which sizes there are, unpaid; then ten of them, the cheapest way',
  { tags: 'long' },
  async () => {
    const before = adobe.control.submits().length;
    const refused = await server.call('generate_image', { prompt: 'a teapot', size: '1000x1000' });
    expect(refused).toMatchObject({ isError: true });
    expect(refused.text).toContain('the nearest sizes are 2048x2048');
    expect(adobe.control.submits()).toHaveLength(before);
    const items = Array.from({ length: 10 }, (_, n) => ({ prompt: `a teapot in colour ${n}` }));
    const batch = await made('submit_batch', { items });
    expect(batch.facts['cost']).toMatchObject({ operations: 10 });
  },
);

test('“Change the jacket in portrait.png to red.”', { tags: 'long' }, async () => {
  const points = [
    [30, 60],
    [70, 60],
    [85, 100],
    [15, 100],
  ];
  const red = await made('fill_image', {
    image: 'portrait.png',
    mask_shapes: [{ shape: 'polygon', points }],
    prompt: 'a red jacket',
  });
  expect(picturesOf(red)).toHaveLength(1);
});
