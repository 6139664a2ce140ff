import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { editBench, noise, type EditBench } from '../editing.ts';
import { V4 } from '../start.ts';
import type { RawAnswer } from '../raw.ts';
import { openApi } from '../../contract/openapi.ts';

const SIMILAR = '/v3/images/generate-similar-async';
const UPSCALE = '/v3/images/upscale';
const IMAGE5 = { 'x-model-version': 'image5' };
const ID = '3e1ea3e4-7b1b-4a8c-a1ae-2c4b6d0a0a11';

let photo: Buffer;
beforeAll(async () => {
  // A soft gradient: recognisable after a change of its colours.
  const data = Buffer.from(Array.from({ length: 600 * 450 }, (_, at) => [(at % 600) / 3, at / 600 / 2, 90]).flat());
  photo = await sharp(data, { raw: { width: 600, height: 450, channels: 3 } })
    .png()
    .toBuffer();
});

interface Answered {
  readonly links?: { readonly result: { readonly href: string } };
  readonly statusUrl?: string;
}
interface Result {
  readonly size?: { readonly width: number; readonly height: number };
  readonly version?: string;
  readonly outputs: readonly { id?: string; seed?: number; presignedUrl?: string; image?: { url: string } }[];
}

const on = async (options = {}) => {
  const adobe = await editBench(options);
  return { ...adobe, image: { source: { uploadId: await adobe.upload(photo) } } };
};

/** The result of an accepted job, and its first picture decoded. */
async function finished(
  adobe: EditBench,
  answer: RawAnswer,
): Promise<Result & { readonly pictures: readonly Buffer[] }> {
  const { links, statusUrl = links?.result.href ?? '' } = answer.json as Answered;
  const status = await adobe.get(statusUrl);
  const { result } = status.json as { result: Result };
  expect(openApi.answerFaults('jobResultV3', 200, status.json)).toEqual([]);
  const urls = result.outputs.map(({ image, presignedUrl }) => image?.url ?? presignedUrl ?? '');
  const bytes = urls.map(async (url) => Buffer.from(await (await fetch(url)).arrayBuffer()));
  return { ...result, pictures: await Promise.all(bytes) };
}

const sizeOf = async (bytes: Buffer | undefined) => {
  const { width, height } = await sharp(bytes).metadata();
  return { width, height };
};
/** Mean colour of a part of a picture, as shares of its sides. */
async function colourAt(bytes: Buffer | undefined, x: number, y: number): Promise<readonly number[]> {
  const { width, height } = await sharp(bytes).metadata();
  const left = Math.round(width * x);
  const top = Math.round(height * y);
  // Statistics are those of the whole input, whatever is done to it.
  const part = await sharp(bytes).extract({ left, top, width: 9, height: 9 }).png().toBuffer();
  const { channels } = await sharp(part).stats();
  return channels.map(({ mean }) => mean);
}

describe('similar pictures', () => {
  test('are answered with 202, in 2048x2048 whatever the picture, and keep their seeds', { tags: 'long' }, async () => {
    const adobe = await on();
    const answer = await adobe.post(SIMILAR, { image: adobe.image, numVariations: 2, seeds: [7, 8] });
    expect([answer.status, openApi.answerFaults('generateSimilarImagesV3Async', 202, answer.json)]).toEqual([202, []]);
    const { size, outputs, pictures } = await finished(adobe, answer);
    expect(size).toEqual({ width: 2048, height: 2048 });
    expect(outputs.map(({ seed }) => seed)).toEqual([7, 8]);
    expect(await sizeOf(pictures[0])).toEqual(size);
    expect(pictures[0]?.equals(pictures[1] ?? Buffer.alloc(0))).toBe(false);
  });

  test('are recognisable, and other', { tags: 'long' }, async () => {
    const adobe = await on();
    const size = { width: 1152, height: 896 };
    const { pictures } = await finished(adobe, await adobe.post(SIMILAR, { image: adobe.image, size, seeds: [3] }));
    const [light, dark] = [await colourAt(pictures[0], 0.9, 0.1), await colourAt(pictures[0], 0.1, 0.1)];
    const spread = light.reduce((sum, level, at) => sum + Math.abs(level - (dark[at] ?? 0)), 0);
    expect(spread).toBeGreaterThan(60);
    expect(await colourAt(pictures[0], 0.5, 0.5)).not.toEqual(await colourAt(photo, 0.5, 0.5));
  });

  test.each<[string, object, object, number]>([
    ['another size', { size: { width: 1440, height: 2560 } }, {}, 400],
    ['another model', {}, { 'x-model-version': 'image5' }, 422],
    ['five variations', { numVariations: 5 }, {}, 400],
    ['seeds that are not as many', { numVariations: 2, seeds: [1] }, {}, 400],
    ['no picture', { image: undefined }, {}, 400],
    ['an id that is no UUID', { image: { source: { uploadId: 'a' } } }, {}, 400],
    ['an unknown id', { image: { source: { uploadId: ID } } }, {}, 422],
    ['a URL of another host', { image: { source: { url: 'https://example.com/a.png' } } }, {}, 422],
  ])('with %s are refused as documented', async (_name, body, headers, status) => {
    const adobe = await on();
    const answer = await adobe.post(SIMILAR, { image: adobe.image, ...body }, { ...headers });
    expect(answer.status, answer.text).toBe(status);
    expect(openApi.answerFaults('generateSimilarImagesV3Async', status, answer.json)).toEqual([]);
    expect(adobe.emulator.control.jobs()).toEqual([]);
  });
});

describe('upscaling', () => {
  test(
    'is answered with 202 and links, and really enlarges; the result has neither seed nor image',
    { tags: 'long' },
    async () => {
      const adobe = await on();
      const answer = await adobe.post(UPSCALE, { image: adobe.image, seeds: [5], upscaleFactor: 3 });
      expect([answer.status, openApi.answerFaults('preciseUpsamplerV3Async', 202, answer.json)]).toEqual([202, []]);
      expect(answer.json).toEqual({ links: { result: expect.anything(), cancel: expect.anything() }, progress: 0 });
      const { size, version, outputs, pictures } = await finished(adobe, answer);
      expect([size, version]).toEqual([undefined, 'precise_upsampler_v1']);
      expect(Object.keys(outputs[0] ?? {}).toSorted()).toEqual(['id', 'presignedUrl']);
      expect(await sizeOf(pictures[0])).toEqual({ width: 1800, height: 1350 });
      const [small, large] = [await colourAt(photo, 0.7, 0.3), await colourAt(pictures[0], 0.7, 0.3)];
      for (const [at, level] of large.entries()) expect(Math.abs(level - (small[at] ?? 0))).toBeLessThan(6);
    },
  );

  test('makes twice the size without a factor, one picture for each seed, and ids alone where it is told to', async () => {
    const adobe = await on({ upscaleLinks: false });
    const answer = await adobe.post(UPSCALE, { image: adobe.image, seeds: [5, 6] });
    const { links } = answer.json as Answered;
    const status = await adobe.get(links?.result.href ?? '');
    const { outputs } = (status.json as { result: Result }).result;
    expect(outputs).toEqual([{ id: expect.any(String) }, { id: expect.any(String) }]);
    expect(openApi.answerFaults('jobResultV3', 200, status.json)).toEqual([]);
  });

  test.each<[string, object, object, number]>([
    ['no seeds', { seeds: undefined }, {}, 400],
    ['five seeds', { seeds: [1, 2, 3, 4, 5] }, {}, 400],
    ['factor 5', { upscaleFactor: 5 }, {}, 400],
    ['a result of over 6000 pixels', { upscaleFactor: 6, wide: true }, {}, 422],
    ['another model', {}, { 'x-model-version': 'creative_upsampler_v1' }, 422],
    ['no picture', { image: undefined }, {}, 400],
  ])('with %s is refused', async (_name, { wide, ...body }: { wide?: boolean }, headers, status) => {
    const adobe = await on();
    const image = wide ? { source: { uploadId: await adobe.upload(await noise(1001, 20)) } } : adobe.image;
    const answer = await adobe.post(UPSCALE, { image, seeds: [1], ...body }, { ...headers });
    expect(answer.status, answer.text).toBe(status);
    expect(adobe.emulator.control.jobs()).toEqual([]);
    expect('x-model-version' in headers && answer.text.includes('validation_errors')).toBe(false);
  });
});

describe('an edit with Image 5', () => {
  const edit = (uploadId: string, more: object = {}) => ({
    prompt: 'make it night',
    referenceBlobs: [{ source: { uploadId }, usage: 'general' }],
    ...more,
  });

  test('repaints the whole picture visibly, in its ratio and at the level', async () => {
    const adobe = await editBench();
    const id = await adobe.upload(await sharp(photo).resize(1600, 1200).png().toBuffer());
    const answer = await adobe.post(V4, edit(id, { resolutionLevel: '1MP', seeds: [9] }), IMAGE5);
    expect(answer.status, answer.text).toBe(200);
    const { outputs, pictures } = await finished(adobe, answer);
    const { width, height } = await sizeOf(pictures[0]);
    expect(Math.abs((width * height) / 1024 ** 2 - 1)).toBeLessThan(0.05);
    expect(Math.abs(width / height - 4 / 3)).toBeLessThan(0.03);
    expect(outputs[0]?.seed).toBe(9);
    for (const [x, y] of [
      [0.1, 0.1],
      [0.8, 0.5],
    ] as const) {
      const [before, after] = [await colourAt(photo, x, y), await colourAt(pictures[0], x, y)];
      expect(after.reduce((sum, level, at) => sum + Math.abs(level - (before[at] ?? 0)), 0)).toBeGreaterThan(15);
    }
  });

  test.each<[string, () => Promise<Buffer>]>([
    ['over 10 MB', () => noise(2000, 2000)],
    ['below 512x512 in area', () => noise(511, 512)],
    ['above 2048x2048 in area', () => sharp(photo).resize(2049, 2048).jpeg().toBuffer()],
    ['longer than 5:1', () => sharp(photo).resize(3000, 599, { fit: 'fill' }).png().toBuffer()],
  ])('of a picture %s is refused', { tags: 'long' }, async (_name, picture) => {
    const adobe = await editBench();
    const bytes = await picture();
    const type = bytes[0] === 0xff ? 'image/jpeg' : 'image/png';
    const answer = await adobe.post(V4, edit(await adobe.upload(bytes, type)), IMAGE5);
    expect(answer.status, answer.text).toBe(400);
    expect(openApi.answerFaults('firefly_image_v5_generate_async_v4', 400, answer.json)).toEqual([]);
  });

  test.each<[string, object]>([
    ['an aspect ratio', { aspectRatio: '1:1' }],
    ['a field of v3', { size: { width: 1024, height: 1024 } }],
    ['two references', { referenceBlobs: Array.from({ length: 2 }, () => ({ source: { uploadId: ID } })) }],
  ])('with %s is refused', async (_name, more) => {
    const adobe = await on();
    const answer = await adobe.post(V4, edit(adobe.image.source.uploadId, more), IMAGE5);
    expect(answer.status, answer.text).toBe(400);
  });
});
