import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { planExpand } from '../../../src/images/composites/expand/plan-expand.ts';
import { makeComposite } from '../../../src/images/composites/make-composite.ts';
import type { StillType } from '../../../src/images/media.ts';
import { fill, MAKING } from './fill.ts';
import { decoded, ellipses } from './scenes.ts';
import { SIZES } from './sizes.ts';

const LARGE = { width: 6000, height: 4000 };
const LONG = { timeout: 300_000 };

/** A photograph of 24 megapixels, as a file. */
async function photograph(mimeType: StillType): Promise<Buffer> {
  const picture = sharp('examples/portrait.png').removeAlpha().resize(LARGE.width, LARGE.height, { fit: 'cover' });
  return (mimeType === 'image/png' ? picture.png({ compressionLevel: 1 }) : picture.jpeg({ quality: 92 })).toBuffer();
}

describe.each(['image/png', 'image/jpeg'] as const)('a picture of 24 megapixels as %s', (mimeType) => {
  test.each([
    ['in a corner', [{ x: -300, y: -300, width: 1500, height: 1200 }]],
    ['in the middle', [{ x: 2600, y: 1500, width: 800, height: 800 }]],
    [
      'over two islands',
      [
        { x: 2000, y: 1400, width: 400, height: 300 },
        { x: 2900, y: 1900, width: 500, height: 400 },
      ],
    ],
    ['over most of it', [{ x: -600, y: -400, width: 7000, height: 4600 }]],
  ])('is kept outside of a fill %s', LONG, async (_, boxes) => {
    const bytes = await photograph(mimeType);
    const mask = ellipses(LARGE, boxes);
    const { composite, plan } = await fill(bytes, mimeType, { mask, sizes: SIZES, oneRequest: true });
    expect(composite).toMatchObject({ ...LARGE, kept: mimeType === 'image/png' ? 'exact' : 'blocks' });
    const [before, after] = [await decoded(bytes), await decoded(composite.bytes)];
    // Of a JPEG, 16 pixels beyond a block of 16 that changed.
    const reach = composite.transition + (mimeType === 'image/png' ? 0 : 32);
    let [most, changed] = [0, 0];
    for (let y = 0; y < LARGE.height; y++) {
      for (let x = 0; x < LARGE.width; x++) {
        const at = (y * LARGE.width + x) * 3;
        const difference = Math.abs(before.values[at + 1]! - after.values[at + 1]!);
        if (difference === 0) continue;
        changed++;
        const isNear = boxes.some((box) => distanceTo(box, x, y) <= reach + 2);
        if (!isNear) most = Math.max(most, difference);
      }
    }
    expect(most).toBe(0);
    expect(changed).toBeGreaterThan(10_000);
    expect(plan.window.scale > 1).toBe(composite.notes.some((note) => note.includes('painted at full resolution')));
  });
});

/** About how far a place is outside of an ellipse, pixels; never more than it is. */
function distanceTo(box: { x: number; y: number; width: number; height: number }, x: number, y: number): number {
  const [a, b] = [box.width / 2, box.height / 2];
  const radius = Math.hypot((x + 0.5 - box.x - a) / a, (y + 0.5 - box.y - b) / b);
  return (radius - 1) * Math.min(a, b);
}

test('a picture that is expanded to 7000 pixels has its own pixels in the result', LONG, async () => {
  const bytes = await photograph('image/png');
  const plan = planExpand(LARGE, { insets: { left: { pixels: 600 }, right: { pixels: 400 } } }, 3999);
  const answer = await sharp(bytes)
    .resize(plan.painted.width, plan.painted.height, { fit: 'fill' })
    .jpeg({ quality: 90 })
    .toBuffer();
  const source = { bytes, mimeType: 'image/png' } as const;
  const composite = await makeComposite({ kind: 'expand', source, answer, plan }, MAKING);
  expect(composite).toMatchObject({ width: 7000, height: 4000, kept: 'exact' });
  const own = await sharp(composite.bytes)
    .extract({ left: 600, top: 0, ...LARGE })
    .raw()
    .toBuffer();
  expect(Buffer.compare(own, await sharp(bytes).raw().toBuffer())).toBe(0);
});
