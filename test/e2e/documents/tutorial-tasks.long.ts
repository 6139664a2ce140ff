/** @module-tag long */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../architecture/source-files.ts';
import type { Emulator } from '../../../src/emulator/index.ts';
import { TestInstallation, type Connected } from '../../support/program/test-installation.ts';
import { picturesOf } from '../../support/program/told-pictures.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';

const EXAMPLES = join(ROOT, 'examples');

let installation: TestInstallation;
let adobe: Emulator;
let server: Connected;
beforeAll(async () => {
  installation = await TestInstallation.create();
  adobe = await installation.emulator({ draw: drawFlat, latencyMs: 100 });
  for (const name of ['portrait.png', 'product.png'])
    await copyFile(join(EXAMPLES, name), join(installation.folder, name));
  server = await installation.client(installation.environment(adobe, { FIREFLY_RPM: '60' }));
});
afterEach(async () => {
  adobe.control.reset();
  // The reset has invalidated the token: this call gets another one, so that the next test need not.
  await server.call('list_custom_models');
});
afterAll(() => installation.end());

const bodies = () => adobe.control.submits().map(({ body }) => JSON.parse(body ?? '{}') as Record<string, unknown>);

async function pixels(path: string): Promise<{ data: Buffer; width: number; height: number }> {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

describe('the tools do the tasks of Adobe’s tutorials:', () => {
  test('generate_image makes a picture from a prompt (002)', async () => {
    const result = await server.call('generate_image', { prompt: 'a realistic illustration of a cat coding' });
    expect(result.isError).toBe(false);
    expect(picturesOf(result)).toMatchObject([{ width: 2048, height: 2048 }]);
  });

  test('expand_image makes three sizes of one picture, which is uploaded once (003)', async () => {
    const sizes = ['1024x1024', '1792x1024', '1408x1024'];
    const result = await Promise.all(
      sizes.map((size) => server.call('expand_image', { image: 'product.png', size, prompt: 'a wooden table' })),
    );
    expect(result.map(({ isError }) => isError)).toEqual([false, false, false]);
    expect(result.map((one) => picturesOf(one).map(({ width, height }) => `${width}x${height}`))).toEqual(
      sizes.map((size) => [size]),
    );
    expect(adobe.control.requests('upload')).toHaveLength(1);
    for (const one of result) {
      const [picture] = picturesOf(one);
      const facts = await sharp(picture?.path).metadata();
      expect(`${facts.width}x${facts.height}`).toBe(`${picture?.width}x${picture?.height}`);
    }
  });

  test('fill_image gives portraits a new background and leaves the person as it is (000)', async () => {
    const mask = await server.call('make_mask', {
      image: 'portrait.png',
      shapes: [{ shape: 'ellipse', x: 25, y: 5, width: 40, height: 60 }],
      invert: true,
    });
    expect(mask.isError).toBe(false);
    expect(mask.kinds).toContain('image');
    const tasks = [
      { image: 'portrait.png', own: { mask: 'last' }, size: '512x512' },
      { image: 'product.png', own: { mask_shapes: [{ shape: 'border', thickness: 10 }] }, size: '600x400' },
    ];
    for (const { image, own, size } of tasks) {
      const result = await server.call('fill_image', { image, ...own, prompt: 'a neutral office background' });
      expect(result.isError).toBe(false);
      const [picture] = picturesOf(result);
      const after = await pixels(picture?.path ?? '');
      expect(`${after.width}x${after.height}`).toBe(size);
      expect(`${picture?.width}x${picture?.height}`).toBe(size);
      // The middle of the person, or of the cup.
      expect(await differenceInTheMiddle(join(installation.folder, image), picture?.path ?? '')).toBe(0);
    }
    expect(bodies()).toMatchObject([{ size: { width: 1024, height: 1024 } }, { size: { width: 1344, height: 768 } }]);
  });

  test('generate_image takes a custom model with a preset, seeds and a size (004)', async () => {
    const models = await server.call('list_custom_models', {});
    const list = models.facts['models'] as { custom_model: string; concept?: string }[];
    const [model] = list;
    const result = await server.call('generate_image', {
      prompt: `a lamp on a table ${model?.concept ?? ''}`,
      custom_model: model?.custom_model,
      style_presets: ['watercolor'],
      seeds: [23, 42],
      count: 2,
      size: '2048x2048',
    });
    expect(result.isError).toBe(false);
    expect(picturesOf(result).map(({ seed }) => seed)).toEqual([23, 42]);
    expect(bodies()[0]).toMatchObject({ customModelId: model?.custom_model, style: { presets: ['watercolor'] } });
  });

  test('fill_image takes every field, and its job can be polled and cancelled (001)', async () => {
    adobe.control.setLatency(120_000);
    const result = await server.call('fill_image', {
      image: 'portrait.png',
      mask_shapes: [{ shape: 'rectangle', x: 0, y: 0, width: 50, height: 100 }],
      invert_mask: true,
      prompt: 'a library',
      negative_prompt: 'people',
      locale: 'en-US',
      count: 2,
      seeds: [1, 2],
      whole_picture: true,
      size: '2048x2048',
      wait_seconds: 2,
    });
    expect(result.isError).toBe(false);
    expect(bodies()[0]).toMatchObject({
      prompt: 'a library',
      negativePrompt: 'people',
      promptBiasingLocaleCode: 'en-US',
      numVariations: 2,
      seeds: [1, 2],
      size: { width: 2048, height: 2048 },
      image: { source: { uploadId: expect.any(String) as string } },
      mask: { source: { uploadId: expect.any(String) as string } },
    });
    const job = String(result.facts['job']);
    const state = async () => (await server.call('job_status', { job, wait_seconds: 0 })).facts['state'];
    await expect.poll(state).toMatch(/accepted|running/);
    await server.call('cancel_job', { job });
    const ended = await server.call('job_status', { job, wait_seconds: 30 });
    expect(ended.facts['state']).toBe('cancelled');
  });
});

/** Mean difference of the inner tenth of two pictures, both at 200 by 200 pixels; 0 to 255. */
async function differenceInTheMiddle(one: string, other: string): Promise<number> {
  const middle = async (path: string) =>
    sharp(await sharp(path).removeAlpha().resize(200, 200, { fit: 'fill' }).png().toBuffer())
      .extract({ left: 85, top: 70, width: 20, height: 20 })
      .raw()
      .toBuffer();
  const [a, b] = [await middle(one), await middle(other)];
  return a.reduce((sum, value, place) => sum + Math.abs(value - (b[place] ?? 0)), 0) / a.length;
}
