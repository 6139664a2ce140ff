/** @module-tag long */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Emulator } from '../../../src/emulator/index.ts';
import { OPERATION_IDS, PAID_ENDPOINTS, type OperationId } from '../../../src/firefly/endpoints/registry.ts';
import { measure } from '../../../src/images/formats/format.ts';
import { TestInstallation, type Connected } from '../../support/program/test-installation.ts';
import { picturesOf } from '../../support/program/told-pictures.ts';
import { writePhotoAndMask } from './photo-and-mask.ts';

/**
 * Every operation by a real client over stdio: its result is seen, listed, shown and saved, its job cancelled, and gone on
 * with after a kill. The rows are those of the registry, so that no operation comes without one.
 */
vi.setConfig({ testTimeout: 180_000 });

const image = 'photo.png';
const LEFT = { shape: 'rectangle', x: 0, y: 0, width: 40, height: 100 };

/** A call for each operation, and the size of its result where the documents promise one. */
const CALLS: Readonly<
  Record<OperationId, { readonly tool: string; readonly input: object; readonly size?: readonly [number, number] }>
> = {
  generateImagesV3Async: { tool: 'generate_image', input: { prompt: 'a fox', size: '2304x1792' }, size: [2304, 1792] },
  generateImagesV4Async: { tool: 'generate_image', input: { prompt: 'a hare', model: 'image5' } },
  fillImagesV3Async: {
    tool: 'fill_image',
    input: { image, mask_shapes: [LEFT], prompt: 'a hedge' },
    size: [640, 480],
  },
  expandImagesV3Async: { tool: 'expand_image', input: { image, size: '1024x768' }, size: [1024, 768] },
  editImagesV4Async: { tool: 'edit_image', input: { image, prompt: 'make it evening' } },
  generateSimilarImagesV3Async: { tool: 'vary_image', input: { image, size: '2048x2048' }, size: [2048, 2048] },
  preciseUpsamplerV3Async: { tool: 'upscale_image', input: { image }, size: [1280, 960] },
  generateVideoV3: {
    tool: 'generate_video',
    input: { first_frame: image, prompt: 'it begins to snow', size: '540x540' },
    size: [540, 540],
  },
  generateObjectCompositeV3Async: {
    tool: 'composite_image',
    input: { image, prompt: 'on a table', method: 'object', size: '1024x1024' },
    size: [1024, 1024],
  },
  preciseComposite: {
    tool: 'composite_image',
    input: { image, background: image, mask: 'mask.png', method: 'precise' },
    size: [640, 480],
  },
  adaptiveComposite: {
    tool: 'composite_image',
    input: { image, background: image, mask: 'mask.png', method: 'adaptive' },
    size: [640, 480],
  },
};

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

/** Pixels of a file: those that players and viewers show. */
async function sizeOf(path: string, bytes: Uint8Array) {
  if (!path.endsWith('.mp4')) return sharp(bytes).metadata();
  const measured = measure(bytes);
  return 'width' in measured ? measured : expect.unreachable('no whole video');
}

test('the rows are those of the registry', () => {
  expect(Object.keys(CALLS).toSorted()).toEqual([...OPERATION_IDS].toSorted());
});

describe.each(OPERATION_IDS.map((id) => [id, CALLS[id]] as const))('%s over stdio', (id, { tool, input, size }) => {
  test('makes a result that is seen, listed, shown, saved and paid for once', async () => {
    const before = adobe.control.submits().length;
    const { facts, kinds, text } = await server.call(tool, { ...input, wait_seconds: 120 });
    expect(facts, text).toMatchObject({ state: 'succeeded', tool });
    expect(adobe.control.submits()).toHaveLength(before + 1);
    expect(kinds.filter((kind) => kind === 'image')).toHaveLength(1);
    const [made = expect.unreachable()] = picturesOf({ facts });
    const bytes = await readFile(made.path);
    const { width, height } = await sizeOf(made.path, bytes);
    expect([width, height]).toEqual([made.width, made.height]);
    if (size !== undefined) expect([width, height]).toEqual(size);
    expect(made.mime_type.startsWith('video/')).toBe(PAID_ENDPOINTS[id].limits.result.media === 'video');
    const listed = await server.call('list_images', { job: facts['job'] });
    expect(picturesOf(listed).map((each) => each.image)).toEqual([made.image]);
    const shown = await server.call('show_images', { image: made.image });
    expect(shown.kinds).toContain('image');
    const saved = await server.call('save_image', { image: made.image, name: `kept/${id}` });
    const [{ path } = expect.unreachable()] = saved.facts['saved'] as readonly { path: string }[];
    expect((await stat(path)).size).toBe(bytes.length);
  });

  test('is cancelled while it runs', async () => {
    adobe.control.setLatency(60_000);
    const { facts } = await server.call(tool, { ...input, wait_seconds: 0, new_job: true });
    await expect.poll(() => adobe.control.jobs().at(-1)).toMatchObject({ status: 'running' });
    const cancelled = await server.call('cancel_job', { job: facts['job'] });
    expect(cancelled.facts).toMatchObject({ state: 'cancelled' });
    expect(adobe.control.jobs().at(-1)).toMatchObject({ status: 'cancelled' });
  });
});

test('every one goes on after its process was killed, and is paid for once', async () => {
  const before = adobe.control.submits().length;
  const polled = () => new Set(adobe.control.requests('status').map(({ path }) => path)).size;
  const polledBefore = polled();
  adobe.control.setLatency(15_000);
  // In a home of its own no other process takes the jobs.
  const alone = { ...environment, FIREFLY_HOME: join(installation.folder, 'killed') };
  const first = await installation.client(alone);
  const begun = [];
  for (const id of OPERATION_IDS)
    begun.push({ id, ...(await first.call(CALLS[id].tool, { ...CALLS[id].input, wait_seconds: 0 })) });
  // Killed any earlier, the outcome of a submit could be unknown.
  await expect.poll(polled, { interval: 50, timeout: 60_000 }).toBe(polledBefore + OPERATION_IDS.length);
  process.kill(first.pid, 'SIGKILL');
  const second = await installation.client(alone);
  for (const { id, facts } of begun) {
    const done = await second.call('job_status', { job: facts['job'], wait_seconds: 100 });
    expect(done.facts, `${id}: ${done.text}`).toMatchObject({ state: 'succeeded', tool: CALLS[id].tool });
    expect(picturesOf(done)).toHaveLength(1);
  }
  expect(adobe.control.submits()).toHaveLength(before + OPERATION_IDS.length);
});
