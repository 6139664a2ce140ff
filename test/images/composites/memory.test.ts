import { watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CompositeOrder, Making } from '../../../src/images/composites/composite.ts';
import { planExpand } from '../../../src/images/composites/expand/plan-expand.ts';
import { makeComposite } from '../../../src/images/composites/make-composite.ts';
import { planFill } from '../../../src/images/composites/window/plan-fill.ts';
import type { Size } from '../../../src/images/masks/mask.ts';
import type { StillType } from '../../../src/images/media.ts';
import { reclaimPixels } from '../../../src/images/reclaim.ts';
import { freeBytes } from '../../../src/images/worker/free-bytes.ts';
import { SMALL_SIZES } from './sizes.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

const SMALL = { width: 1_200, height: 900 };
/** A little over 16 million pixels, so that a picture of them is worked on alone. */
const LARGE = { width: 4_608, height: 3_584 };

let folder: string;
beforeAll(() => void (folder = temporaryFolder('composites-')));
afterAll(() => removeFolder(folder));

/** Soft shapes, with a transparency of their own. */
const shapes = (size: Size): Sharp =>
  sharp(
    Buffer.alloc(48 * 36 * 4).map((_, at) => 40 + ((at * 7919) % 180)),
    { raw: { width: 48, height: 36, channels: 4 } },
  ).resize(size.width, size.height, { kernel: 'cubic', fit: 'fill' });

/** A fill that opens the upper left part of a picture: most of a small one, little of a large one. */
async function fillOrder(size: Size, bytes: Uint8Array, mimeType: StillType): Promise<CompositeOrder> {
  const open = { width: 1_100, height: 830 };
  const box = { left: 0, top: 0, right: open.width, bottom: open.height };
  const share = (open.width * open.height) / (size.width * size.height);
  const plan = planFill(size, { boxes: [box], share }, { sizes: SMALL_SIZES });
  const mask = await sharp({ create: { ...size, channels: 3, background: '#000' } })
    .composite([{ input: { create: { ...open, channels: 3, background: '#fff' } }, left: 0, top: 0 }])
    .toColourspace('b-w')
    .png({ compressionLevel: 1 })
    .toBuffer();
  const answer = await shapes(plan.window.size).flatten().linear(1, 9).jpeg().toBuffer();
  return { kind: 'fill', source: { bytes: new Uint8Array(bytes), mimeType }, answer, plan, mask };
}

/**
 * What is referred to after each step, beyond what was before the first one, bytes: the least of three times, since other
 * work of this process may take memory meanwhile.
 */
async function heldAfterSteps(order: CompositeOrder) {
  const bytes = order.source.bytes.slice();
  const all: Awaited<ReturnType<typeof heldOnce>>[] = [];
  for (let time = 0; time < 3; time++) {
    all.push(await heldOnce({ ...order, source: { ...order.source, bytes: bytes.slice() } }));
  }
  const [{ steps, result } = { steps: [], result: 0 }] = all;
  return { steps: steps.map((_, step) => Math.min(...all.map((each) => each.steps[step] ?? NaN))), result };
}

async function heldOnce(order: CompositeOrder) {
  const held = async () => {
    await reclaimPixels(() => Infinity);
    return process.memoryUsage().external;
  };
  const before = (await held()) - order.source.bytes.length;
  const steps: number[] = [];
  const reclaim = async () => void steps.push((await held()) - before);
  const { bytes } = await makeComposite(order, { folder, check: () => {}, free: freeBytes, reclaim });
  return { steps, result: bytes.length };
}

describe('a composite', () => {
  test('holds its pixels once, and its file twice only after they are free', async () => {
    const order = await fillOrder(SMALL, await shapes(SMALL).png().toBuffer(), 'image/png');
    const { steps, result } = await heldAfterSteps(order);
    const canvas = SMALL.width * SMALL.height * 4;
    // Beside the canvas: the mask, and the answer in the size in which it came.
    expect(Math.max(...steps)).toBeLessThan(canvas * 1.7);
    expect(steps.at(-2)).toBeLessThan(canvas * 1.1);
    expect(steps.at(-1)).toBeLessThan(result + canvas * 0.1);
  });

  test('of an expansion holds the result alone', async () => {
    const bytes = new Uint8Array(await shapes(SMALL).png().toBuffer());
    const plan = planExpand(SMALL, { insets: { left: { pixels: 200 } } }, 600);
    const answer = await shapes(plan.painted).flatten().jpeg().toBuffer();
    const order = { kind: 'expand', source: { bytes, mimeType: 'image/png' }, answer, plan } as const;
    const { steps, result } = await heldAfterSteps(order);
    const frame = plan.size.width * plan.size.height * 4;
    expect(steps.at(-2)).toBeLessThan(frame * 1.2);
    expect(steps.at(-1)).toBeLessThan(result + frame * 0.2);
  });

  test.each<[string, StillType, () => Sharp, readonly string[]]>([
    ['a progressive JPEG', 'image/jpeg', () => shapes(LARGE).flatten().jpeg({ progressive: true }), ['source']],
    ['a WebP', 'image/webp', () => shapes(LARGE).webp({ quality: 60, effort: 0 }), ['canvas', 'pixels', 'source']],
    ['an interlaced PNG', 'image/png', () => shapes(LARGE).png({ compressionLevel: 1, progressive: true }), ['source']],
    [
      'a PNG of 16 bits',
      'image/png',
      () => shapes(LARGE).toColourspace('rgb16').png({ compressionLevel: 1 }),
      ['canvas', 'pixels'],
    ],
  ])(
    'of a large picture has in files what a decoder or memory would hold of it, and they are gone then (%s); without a disk it is the same',
    { tags: 'long' },
    async (_, mimeType, encode, files) => {
      const bytes = await encode().toBuffer();
      const made = async (making: Pick<Making, 'folder'>) => {
        const { bytes: result } = await makeComposite(await fillOrder(LARGE, bytes, mimeType), {
          ...making,
          check: () => {},
        });
        return result;
      };
      const seen = new Set<string | null>();
      const watcher = watch(folder, (_event, name) => seen.add(name));
      const here = await made({ folder });
      const kinds = () => [...new Set([...seen].map((name) => name?.split('-')[1] ?? ''))].toSorted();
      await expect.poll(kinds).toEqual(files);
      watcher.close();
      expect(await readdir(folder)).toEqual([]);
      const nowhere = await made({ folder: path.join(folder, 'nowhere') });
      expect(Buffer.compare(here, nowhere)).toBe(0);
    },
  );
});
