import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { USUAL_DRIFT } from '../../../src/emulator/drawing/edits/drift.ts';
import { planExpand } from '../../../src/images/composites/expand/plan-expand.ts';
import { makeComposite } from '../../../src/images/composites/make-composite.ts';
import { planFill } from '../../../src/images/composites/window/plan-fill.ts';
import { feather } from '../../../src/images/masks/refining/feather.ts';
import { eventLoopTurns } from '../../../src/images/masks/pace.ts';
import { differences, fill, HOLE, MAKING, rgb, SIZE, translucent } from './fill.ts';
import { decoded, drawn, ellipses, encoder } from './scenes.ts';
import { SIZES } from './sizes.ts';
import { adobeRgb } from './wide-profile.ts';

describe('a picture in Adobe RGB', () => {
  const flat = sharp({ create: { ...SIZE, channels: 3, background: { r: 180, g: 90, b: 60 } } });

  test.each(['image/png', 'image/jpeg'] as const)(
    'as %s keeps its values and its profile to the byte',
    async (type) => {
      const pixels = flat.clone();
      const plain = await (type === 'image/png' ? pixels.png() : pixels.jpeg({ quality: 92 })).toBuffer();
      const bytes = await adobeRgb(plain, type);
      const { composite, open } = await fill(bytes, type, { content: { discs: 0 } });
      const [before, after] = [await sharp(bytes).metadata(), await sharp(composite.bytes).metadata()];
      expect(before.icc).toBeDefined();
      expect(Buffer.compare(after.icc!, before.icc!)).toBe(0);
      if (type === 'image/png') expect((await differences(bytes, composite, open)).outside).toBe(0);
      else expect(composite.kept).toBe('blocks');
    },
  );

  test('shows in the fill the colour that Firefly painted, as it looked there', async () => {
    const bytes = await adobeRgb(await flat.clone().png().toBuffer(), 'image/png');
    const drift = { ...USUAL_DRIFT, brighter: [0, 0] as const, hue: 0 };
    const { order } = await fill(bytes, 'image/png', { drift });
    // Painted everywhere, so that there is no tone to even.
    const { width, height } = order.plan.window.size;
    const painted = await sharp({ create: { width, height, channels: 3, background: { r: 40, g: 160, b: 90 } } })
      .png()
      .toBuffer();
    const { bytes: made, seam } = await makeComposite({ ...order, answer: painted }, MAKING);
    expect(seam).toBe('check');
    const seen = await sharp(made).toColourspace('srgb').raw().toBuffer();
    const stored = (await decoded(made)).values;
    const middle = (100 * SIZE.width + 150) * 3;
    [40, 160, 90].forEach((level, channel) => expect(Math.abs(seen[middle + channel]! - level)).toBeLessThanOrEqual(3));
    // The stored values are other ones: the profile counts.
    expect(Math.abs(stored[middle]! - 40)).toBeGreaterThan(20);
  });
});

describe('a very small picture', () => {
  test.each([
    [1, 1],
    [8, 8],
    [30, 40],
  ])('of %dx%d that is open everywhere keeps its size', async (width, height) => {
    const bytes = await encoder(drawn('flat', width, height))
      .png()
      .toBuffer();
    const { composite } = await fill(bytes, 'image/png', { mask: new Uint8Array(width * height).fill(255) });
    expect(composite).toMatchObject({ width, height, kept: 'nothing' });
    const after = await decoded(composite.bytes);
    expect([after.width, after.height, after.channels]).toEqual([width, height, 3]);
  });

  test.each(['image/png', 'image/jpeg'] as const)('of 8x8 as %s that is open in part keeps the rest', async (type) => {
    const picture = encoder(drawn('graded', 8, 8));
    const bytes = await (type === 'image/png' ? picture.png() : picture.jpeg({ quality: 90 })).toBuffer();
    const mask = new Uint8Array(64).map((_, at) => (at % 8 < 3 ? 255 : 0));
    const { composite } = await fill(bytes, type, { mask, content: { discs: 0 } });
    expect(composite).toMatchObject({ width: 8, height: 8 });
    const [before, after] = [await decoded(bytes), await decoded(composite.bytes)];
    // Up to the transition, which such a picture may be smaller than; the block of a JPEG changes as a whole.
    const from = type === 'image/png' ? 3 + composite.transition : 8;
    for (let at = 0; at < 64 * 3; at++) {
      if (Math.floor(at / 3) % 8 >= from) expect(after.values[at]).toBe(before.values[at]);
    }
  });
});

describe('a soft mask', () => {
  test.each(['image/png', 'image/jpeg'] as const)(
    'blends by itself, and nothing beyond it differs: %s',
    async (type) => {
      const picture = rgb('textured');
      const bytes = await (type === 'image/png' ? picture.png() : picture.jpeg({ quality: 90 })).toBuffer();
      const hard = ellipses(SIZE, [HOLE]);
      const soft = await feather({ ...SIZE, data: hard as Uint8Array<ArrayBuffer> }, 12, eventLoopTurns());
      const mask = new Uint8Array(soft.data);
      const { composite, open } = await fill(bytes, type, { mask, content: { discs: 0 } });
      expect(composite.transition).toBe(0);
      const [before, after] = [await decoded(bytes), await decoded(composite.bytes)];
      // A touched block of a JPEG changes as a whole: 16 pixels with its colours, and smoothing of as many beyond.
      const reach = type === 'image/png' ? 0 : 32;
      const near = (x: number, y: number) => {
        for (let dy = -reach; dy <= reach; dy += 4) {
          for (let dx = -reach; dx <= reach; dx += 4) {
            if ((open[(y + dy) * SIZE.width + x + dx] ?? 0) > 0) return true;
          }
        }
        return false;
      };
      let [outside, inside] = [0, 0];
      for (let pixel = 0; pixel < open.length; pixel++) {
        const difference = Math.abs(before.values[pixel * 3]! - after.values[pixel * 3]!);
        if (open[pixel] === 255) inside = Math.max(inside, difference);
        if (!near(pixel % SIZE.width, Math.floor(pixel / SIZE.width))) outside = Math.max(outside, difference);
      }
      expect(outside).toBe(0);
      expect(inside).toBeGreaterThan(5);
    },
  );
});

test('a JPEG of red, green and blue, whose blocks are of no use, is encoded again and says so', async () => {
  const plain = await rgb().jpeg({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer();
  // Adobe's marker with transform 0: nothing was transformed to luminance and chrominance.
  const adobe = Buffer.from([0xff, 0xee, 0, 14, ...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, 0]);
  const bytes = Buffer.concat([plain.subarray(0, 2), adobe, plain.subarray(2)]);
  expect((await sharp(bytes).metadata()).space).toBe('srgb');
  const { composite } = await fill(bytes, 'image/jpeg', { content: { discs: 0 } });
  expect(composite.kept).toBe('close');
  expect(composite.notes.join(' ')).toContain('PNG keeps it exactly');
});

test('a grey picture with transparency keeps both where what was painted is grey, too', async () => {
  const bytes = await translucent().toColourspace('b-w').png().toBuffer();
  expect(await sharp(bytes).metadata()).toMatchObject({ space: 'b-w', channels: 2 });
  const { order, open } = await fill(bytes, 'image/png', { content: { discs: 0 } });
  const answer = await sharp(order.answer).greyscale().png().toBuffer();
  const composite = await makeComposite({ ...order, answer }, MAKING);
  expect(await sharp(composite.bytes).metadata()).toMatchObject({ space: 'b-w', channels: 2 });
  // In colour, since the library gives grey alone without its transparency.
  const [before, after] = await Promise.all(
    [bytes, composite.bytes].map((picture) => sharp(picture).toColourspace('srgb').raw().toBuffer()),
  );
  for (const [pixel, share] of open.entries()) {
    if (share === 0)
      expect([...after!.subarray(pixel * 4, pixel * 4 + 4)]).toEqual([...before!.subarray(pixel * 4, pixel * 4 + 4)]);
    if (share === 255) expect(after![pixel * 4 + 3]).toBe(255);
  }
});

describe('a picture whose pixels would not fit', () => {
  /** The header of a PNG that claims 64 megapixels of RGBA in 16 bits, and hardly anything else. */
  function claiming(): Buffer {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(8000, 0);
    header.writeUInt32BE(8000, 4);
    header.set([16, 6, 0, 0, 0], 8);
    const chunk = (type: string, data: Buffer) => {
      const content = Buffer.concat([Buffer.from(type), data]);
      const framed = Buffer.alloc(content.length + 8);
      framed.writeUInt32BE(data.length, 0);
      framed.set(content, 4);
      framed.writeUInt32BE(crc32(content), content.length + 4);
      return framed;
    };
    const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const data = chunk('IDAT', deflateSync(Buffer.alloc(8000)));
    return Buffer.concat([signature, chunk('IHDR', header), data, chunk('IEND', Buffer.alloc(0))]);
  }

  test('is refused by its header, before any of them is read', async () => {
    const source = { bytes: claiming(), mimeType: 'image/png' } as const;
    const answer = await rgb().jpeg().toBuffer();
    const picture = { width: 8000, height: 8000 };
    const open = { left: 100, top: 100, right: 400, bottom: 400 };
    const fillPlan = planFill(picture, { boxes: [open], share: 0.01 }, { sizes: SIZES });
    const expandPlan = planExpand({ width: 7000, height: 8000 }, { insets: { left: { pixels: 1000 } } }, 3999);
    const refused = { name: 'Problem', code: 'picture_too_large' };
    const orders = [
      { kind: 'fill', source, answer, plan: fillPlan, mask: answer },
      { kind: 'expand', source, answer, plan: expandPlan },
    ] as const;
    for (const order of orders) await expect(makeComposite(order, MAKING)).rejects.toMatchObject(refused);
  });
});
