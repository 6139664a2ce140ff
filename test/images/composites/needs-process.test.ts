import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { CompositeOrder } from '../../../src/images/composites/composite.ts';
import { planExpand } from '../../../src/images/composites/expand/plan-expand.ts';
import { needsProcess } from '../../../src/images/composites/worker/needs-process.ts';
import { planFill } from '../../../src/images/composites/window/plan-fill.ts';
import type { Size } from '../../../src/images/masks/mask.ts';
import type { StillType } from '../../../src/images/media.ts';
import { SIZES } from './sizes.ts';

const MIME_TYPES = { png: 'image/png', jpeg: 'image/jpeg', webp: 'image/webp' } as const;
type Format = keyof typeof MIME_TYPES;

/** A picture of one colour. */
async function flat({ width, height }: Size, format: Format): Promise<Uint8Array> {
  return sharp({ create: { width, height, channels: 3, background: '#468' } })
    .toFormat(format, format === 'webp' ? { effort: 0 } : {})
    .toBuffer();
}

async function fill(size: Size, format: Format, wanted?: StillType): Promise<CompositeOrder> {
  const open = { left: 0, top: 0, right: 200, bottom: 200 };
  const plan = planFill(size, { boxes: [open], share: 0.1 }, { sizes: SIZES });
  const source = { bytes: await flat(size, format), mimeType: MIME_TYPES[format] };
  return { kind: 'fill', source, answer: new Uint8Array(), plan, mask: new Uint8Array(), format: wanted };
}

test.each<[Format, Size, boolean]>([
  ['jpeg', { width: 1_250, height: 800 }, false],
  ['png', { width: 1_000, height: 1_000 }, false],
  ['png', { width: 1_001, height: 1_000 }, true],
  ['webp', { width: 790, height: 790 }, false],
  ['webp', { width: 800, height: 790 }, true],
])('a fill of a %s of %j needs a process: %j', async (format, size, needs) => {
  expect(await needsProcess(await fill(size, format))).toBe(needs);
});

test('a fill counts by its result too, and an expansion by the pixels around it', async () => {
  const size = { width: 900, height: 1_000 };
  expect(await needsProcess(await fill(size, 'jpeg', 'image/png'))).toBe(false);
  expect(await needsProcess(await fill(size, 'jpeg', 'image/webp'))).toBe(true);
  const expand = async (pixels: number): Promise<CompositeOrder> => ({
    kind: 'expand',
    source: { bytes: await flat(size, 'jpeg'), mimeType: 'image/jpeg' },
    answer: new Uint8Array(),
    plan: planExpand(size, { insets: { left: { pixels } } }, 3999),
  });
  expect(await needsProcess(await expand(60))).toBe(false);
  expect(await needsProcess(await expand(180))).toBe(true);
});
