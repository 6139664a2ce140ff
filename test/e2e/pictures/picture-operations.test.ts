import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../../../src/emulator/index.ts';
import { measure } from '../../../src/images/formats/format.ts';
import { openApi } from '../../contract/openapi.ts';
import { TestInstallation, type Connected } from '../../support/program/test-installation.ts';
import { picturesOf } from '../../support/program/told-pictures.ts';
import { writePhotoAndMask } from './photo-and-mask.ts';

let installation: TestInstallation;
let adobe: Emulator;
let server: Connected;
let environment: Record<string, string>;
beforeAll(async () => {
  installation = await TestInstallation.create();
  adobe = await installation.emulator({ latencyMs: 100 });
  await writePhotoAndMask(installation.folder);
  environment = installation.environment(adobe, { FIREFLY_RPM: '60' });
  server = await installation.client(environment);
});
beforeEach(() => adobe.control.setLatency(100));
afterAll(() => installation.end());

const image = 'photo.png';
/** Each operation: a call, what Adobe calls it, its body's schema, and the size of its result. */
const OPERATIONS = [
  {
    tool: 'vary_image',
    input: { image, model: 'image3', size: '1152x896', count: 2 },
    operation: 'generateSimilarImagesV3Async',
    schema: 'GenerateSimilarImagesRequestV3',
    size: [1152, 896],
  },
  {
    tool: 'upscale_image',
    input: { image },
    operation: 'preciseUpsamplerV3Async',
    schema: 'PreciseUpsamplerRequestV3',
    size: [1280, 960],
  },
  {
    tool: 'edit_image',
    input: { image, prompt: 'make it evening' },
    operation: 'firefly_image_v5_generate_async_v4',
    schema: 'ImageGenerateRequestV3',
    size: [1184, 880],
  },
  {
    tool: 'composite_image',
    input: { image, background: image, mask: 'mask.png' },
    operation: 'preciseComposite',
    schema: 'PreciseCompositeRequest',
    size: [640, 480],
  },
  {
    tool: 'generate_video',
    input: { first_frame: image, prompt: 'it begins to snow', size: '540x540' },
    operation: 'generateVideoV3',
    schema: 'GenerateVideoRequestV3',
    size: [540, 540],
  },
] as const;

/** Pixels of a file: those that players and viewers show. */
const measured = async (path: string) =>
  path.endsWith('.mp4') ? measure(await readFile(path)) : sharp(path).metadata();

describe.each(OPERATIONS)('$tool over stdio', ({ tool, input, operation, schema, size: [width, height] }) => {
  test('makes pictures that are seen, stored, listed, shown and saved', { tags: 'long' }, async () => {
    const { facts, kinds, text } = await server.call(tool, { ...input, wait_seconds: 60 });
    expect(facts, text).toMatchObject({ state: 'succeeded', tool });
    const pictures = picturesOf({ facts });
    const count = 'count' in input ? input.count : 1;
    expect(pictures).toHaveLength(count);
    expect(kinds.filter((kind) => kind === 'image')).toHaveLength(1);
    const [first = expect.unreachable()] = pictures;
    expect(first).toMatchObject({ width, height, seed: expect.any(Number) });
    expect(await measured(first.path)).toMatchObject({ width, height });
    const submit = adobe.control.submits().at(-1);
    expect(openApi.schemaFaults(schema, submit?.json)).toEqual([]);
    expect(adobe.control.jobs().at(-1)).toMatchObject({ operation });
    expect(adobe.control.jobs().at(-1)?.seeds).toEqual(pictures.map(({ seed }) => seed));
    const listed = await server.call('list_images', { job: facts['job'] });
    expect(picturesOf(listed).map((each) => each.image)).toEqual(pictures.map((each) => each.image).toReversed());
    expect((await server.call('show_images', { image: first.image })).text).toMatch(/Made from:\n- img_\w+, .*import/);
    const saved = await server.call('save_image', { image: first.image, name: tool });
    expect(saved.facts['saved']).toMatchObject([{ path: expect.stringContaining(tool) }]);
  });

  test('is cancelled while it runs', { tags: 'long' }, async () => {
    adobe.control.setLatency(60_000);
    const { facts } = await server.call(tool, { ...input, wait_seconds: 0, new_job: true });
    await expect.poll(() => adobe.control.jobs().at(-1)).toMatchObject({ operation, status: 'running' });
    const cancelled = await server.call('cancel_job', { job: facts['job'] });
    expect(cancelled.facts).toMatchObject({ state: 'cancelled' });
    expect(adobe.control.jobs().at(-1)).toMatchObject({ status: 'cancelled' });
  });
});

test('every one of them goes on after the process was killed, and is paid for once', { tags: 'long' }, async () => {
  const before = adobe.control.submits().length;
  const polled = () => new Set(adobe.control.requests('status').map(({ path }) => path)).size;
  const polledBefore = polled();
  adobe.control.setLatency(8_000);
  // In a home of its own no other process takes the jobs.
  const alone = { ...environment, FIREFLY_HOME: join(installation.folder, 'killed') };
  const first = await installation.client(alone);
  const begun = await Promise.all(OPERATIONS.map(({ tool, input }) => first.call(tool, { ...input, wait_seconds: 0 })));
  // Killed any earlier, the outcome of a submit could be unknown.
  await expect.poll(polled, { interval: 50 }).toBe(polledBefore + OPERATIONS.length);
  process.kill(first.pid, 'SIGKILL');
  const second = await installation.client(alone);
  for (const [index, { tool, size }] of OPERATIONS.entries()) {
    const [width, height] = size;
    const done = await second.call('job_status', { job: begun[index]?.facts['job'], wait_seconds: 100 });
    expect(done.facts, done.text).toMatchObject({ state: 'succeeded', tool });
    expect(picturesOf(done)[0]).toMatchObject({ width, height });
  }
  expect(adobe.control.submits()).toHaveLength(before + OPERATIONS.length);
});

test.each<[string, object, string]>([
  ['vary_image', { size: '17x17' }, 'invalid_argument'],
  ['vary_image', { prompt: 'a fox' }, 'invalid_argument'],
  ['upscale_image', { factor: 5 }, 'invalid_argument'],
  ['upscale_image', { image: 'https://bucket.s3.amazonaws.com/a.png' }, 'picture_not_local'],
  ['edit_image', { prompt: 'x', count: 2 }, 'invalid_argument'],
  ['edit_image', { prompt: ' ' }, 'invalid_argument'],
  ['edit_image', { image: 'gone.png', prompt: 'x' }, 'file_not_found'],
  ['composite_image', {}, 'invalid_argument'],
  ['composite_image', { background: image }, 'invalid_argument'],
  ['generate_video', { image: undefined }, 'invalid_argument'],
  ['generate_video', { image: undefined, prompt: 'x', size: '640x360' }, 'invalid_argument'],
])('%s with %j is refused before anything is sent', { tags: 'long' }, async (tool, input, code) => {
  const before = adobe.control.requests().length;
  const { isError, facts } = await server.call(tool, { image, ...input });
  expect([isError, facts['error']]).toMatchObject([true, { code }]);
  expect(adobe.control.requests()).toHaveLength(before);
});

test.each(['cai_assertion_violation_error', 'image_unsafe', 'input_media_unsafe'])(
  'a picture that Adobe refuses with %s costs nothing, and the answer says what to change',
  { tags: 'long' },
  async (error_code) => {
    adobe.control.next({ on: 'submit', action: { kind: 'status', status: 422, body: { error_code } } });
    const { isError, facts } = await server.call('upscale_image', { image, new_job: true });
    expect(isError).toBe(true);
    expect(facts['error']).toMatchObject({ code: 'content_policy', next: expect.stringContaining('another picture') });
    expect(facts['cost']).toMatchObject({ operations: 0 });
  },
);
