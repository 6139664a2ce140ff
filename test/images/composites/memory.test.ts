import { watch } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CompositeOrder, Making } from '../../../src/images/composites/composite.ts';
import { planExpand } from '../../../src/images/composites/expand/plan-expand.ts';
import { makeComposite } from '../../../src/images/composites/make-composite.ts';
import { planFill } from '../../../src/images/composites/window/plan-fill.ts';
import type { StillType } from '../../../src/images/media.ts';
import { reclaimPixels } from '../../../src/images/reclaim.ts';
import { freeBytes } from '../../../src/images/worker/free-bytes.ts';
import { SIZES } from './sizes.ts';

/** A little over 16 million pixels, so that the picture is worked on alone. */
const SIZE = { width: 4_608, height: 3_584 };
const PIXELS = SIZE.width * SIZE.height;
/** What is open: most of the picture. */
const OPEN = { left: 0, top: 0, right: 4_200, bottom: 3_300 };

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), 'composites-'))));
afterAll(() => rm(folder, { recursive: true }));

/** Soft shapes, with a transparency of their own. */
const shapes = (size = SIZE): Sharp =>
  sharp(
    Buffer.alloc(48 * 36 * 4).map((_, at) => 40 + ((at * 7919) % 180)),
    { raw: { width: 48, height: 36, channels: 4 } },
  ).resize(size.width, size.height, { kernel: 'cubic', fit: 'fill' });

async function fillOrder(bytes: Uint8Array, mimeType: StillType, format?: StillType): Promise<CompositeOrder> {
  const plan = planFill(SIZE, { boxes: [OPEN], share: 0.84 }, { sizes: SIZES });
  const white = { width: OPEN.right, height: OPEN.bottom, channels: 3, background: '#fff' } as const;
  const mask = await sharp({ create: { ...SIZE, channels: 3, background: '#000' } })
    .composite([{ input: { create: white }, left: 0, top: 0 }])
    .toColourspace('b-w')
    .png({ compressionLevel: 1 })
    .toBuffer();
  const answer = await shapes(plan.window.size).flatten().linear(1, 9).jpeg().toBuffer();
  return { kind: 'fill', source: { bytes: new Uint8Array(bytes), mimeType }, answer, plan, mask, format };
}

/** What is referred to after each step, beyond what was before the first one, bytes. */
async function heldAfterSteps(order: CompositeOrder) {
  const held = async () => {
    await reclaimPixels();
    return process.memoryUsage().external;
  };
  const before = (await held()) - order.source.bytes.length;
  const steps: number[] = [];
  const reclaim = async () => void steps.push((await held()) - before);
  const { bytes } = await makeComposite(order, { folder, check: () => {}, free: freeBytes, reclaim });
  return { steps, result: bytes.length };
}

describe('a composite of a large picture', () => {
  test('holds its pixels once, and its file twice only after they are free', { tags: 'long' }, async () => {
    const order = await fillOrder(await shapes().png({ compressionLevel: 1 }).toBuffer(), 'image/png');
    const { steps, result } = await heldAfterSteps(order);
    const canvas = PIXELS * 4;
    // Beside the canvas: the mask, the answer in the size in which it came, and one band of it.
    expect(Math.max(...steps)).toBeLessThan(canvas + PIXELS + 60e6);
    expect(steps.at(-2)).toBeLessThan(canvas * 1.1);
    expect(steps.at(-1)).toBeLessThan(result + canvas * 0.1);
    expect(steps.length).toBeGreaterThanOrEqual(4);
  });

  test('that is expanded holds the result alone', { tags: 'long' }, async () => {
    const bytes = new Uint8Array(await shapes().png({ compressionLevel: 1 }).toBuffer());
    const plan = planExpand(SIZE, { insets: { left: { pixels: 400 } } }, 1_500);
    const answer = await shapes(plan.painted).flatten().jpeg().toBuffer();
    const order = { kind: 'expand', source: { bytes, mimeType: 'image/png' }, answer, plan } as const;
    const { steps, result } = await heldAfterSteps(order);
    const frame = plan.size.width * plan.size.height * 4;
    expect(Math.max(...steps)).toBeLessThan(frame + bytes.length + 40e6);
    expect(steps.at(-1)).toBeLessThan(result + frame * 0.1);
  });

  test.each<[string, StillType, () => Sharp]>([
    ['a progressive JPEG', 'image/jpeg', () => shapes().flatten().jpeg({ progressive: true })],
    ['a WebP', 'image/webp', () => shapes().webp({ quality: 60, effort: 0 })],
    ['an interlaced PNG', 'image/png', () => shapes().png({ compressionLevel: 1, progressive: true })],
  ])(
    'whose decoder holds all of it is read from a file, which is gone then (%s), and without a disk is the same',
    { tags: 'long' },
    async (_, mimeType, encode) => {
      const bytes = await encode().toBuffer();
      const made = async (making: Pick<Making, 'folder'>) => {
        const { bytes: result } = await makeComposite(await fillOrder(bytes, mimeType), { ...making, check: () => {} });
        return result;
      };
      const seen = new Set<string | null>();
      const watcher = watch(folder, (_event, name) => seen.add(name));
      const here = await made({ folder });
      await expect.poll(() => [...seen]).toEqual([expect.stringMatching(/^firefly-pixels-/)]);
      watcher.close();
      expect(await readdir(folder)).toEqual([]);
      const nowhere = await made({ folder: path.join(folder, 'nowhere') });
      expect(Buffer.compare(here, nowhere)).toBe(0);
    },
  );
});
