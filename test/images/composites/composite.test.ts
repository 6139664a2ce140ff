import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { USUAL_DRIFT } from '../../../src/emulator/drawing/edits/drift.ts';
import { repaint } from '../../../src/emulator/drawing/edits/repaint.ts';
import { seededRandom } from '../../../src/emulator/drawing/seeded-random.ts';
import type { Composite } from '../../../src/images/composites/composite.ts';
import { blendRow } from '../../../src/images/composites/pixels/canvas.ts';
import { freeBytes } from '../../../src/images/worker/free-bytes.ts';
import { makeComposite } from '../../../src/images/composites/make-composite.ts';
import { EDITED_WITH_AI } from '../../../src/images/composites/metadata/xmp.ts';
import type { StillType } from '../../../src/images/media.ts';
import { decoded, drawn, ellipses, encoder, photograph } from './scenes.ts';
import { deep, differences, fill, HOLE, MAKING, rgb, SIZE, translucent } from './fill.ts';

describe('a lossless picture', () => {
  test.each<[string, StillType, () => Sharp, boolean]>([
    ['RGB PNG', 'image/png', () => rgb().png(), false],
    ['interlaced PNG', 'image/png', () => rgb().png({ progressive: true }), false],
    ['PNG with transparency', 'image/png', () => translucent().png(), false],
    ['palette PNG', 'image/png', () => rgb('flat').png({ palette: true, colours: 32 }), false],
    ['grey PNG', 'image/png', () => rgb().toColourspace('b-w').png(), false],
    ['PNG of 16 bits', 'image/png', () => deep(3).png(), true],
    ['PNG of 16 bits with transparency', 'image/png', () => deep(4).png(), true],
    ['lossless WebP', 'image/webp', () => rgb().webp({ lossless: true }), false],
    ['lossless WebP with transparency', 'image/webp', () => translucent().webp({ lossless: true, exact: true }), false],
  ])('(%s) keeps every value outside of the mask', async (_, mimeType, encode, is16) => {
    const bytes = await encode().toBuffer();
    const { composite, open } = await fill(bytes, mimeType);
    expect(composite).toMatchObject({ kept: 'exact', transition: 0, seam: 'even', mimeType });
    const { outside, inside } = await differences(bytes, composite, open, is16);
    expect(outside).toBe(0);
    expect(inside).toBeGreaterThan(20);
    if (is16) expect((await sharp(composite.bytes).metadata()).depth).toBe('ushort');
  });

  test('is not what Firefly answered: returning that in place of the composite is seen', { tags: 'long' }, async () => {
    const bytes = await rgb().png().toBuffer();
    const { composite, open, answer } = await fill(bytes, 'image/png');
    const resized = await sharp(answer).resize(SIZE.width, SIZE.height, { fit: 'fill' }).png().toBuffer();
    const { outside } = await differences(bytes, { ...composite, bytes: resized }, open);
    expect(outside).toBeGreaterThan(2);
  });

  test('is filled where it is transparent, and keeps the colours that transparency hides', async () => {
    const bytes = await translucent().png().toBuffer();
    const mask = ellipses(SIZE, [{ x: 200, y: 40, width: 90, height: 120 }]);
    const { composite, open } = await fill(bytes, 'image/png', { mask });
    const after = await decoded(composite.bytes);
    expect((await differences(bytes, composite, open)).outside).toBe(0);
    const middle = (100 * SIZE.width + 270) * 4;
    expect(after.values[middle + 3]).toBe(255);
  });
});

describe('a place of the mask', () => {
  test.each<[string, readonly { x: number; y: number; width: number; height: number }[], boolean]>([
    ['a corner', [{ x: -40, y: -40, width: 100, height: 90 }], false],
    [
      'two islands',
      [
        { x: 20, y: 20, width: 50, height: 50 },
        { x: 220, y: 130, width: 60, height: 50 },
      ],
      false,
    ],
    ['the edge', [{ x: 250, y: 50, width: 100, height: 90 }], false],
    ['all but the middle', [{ x: 90, y: 40, width: 120, height: 120 }], true],
  ])('at %s keeps the rest exactly', { tags: 'long' }, async (_, boxes, inverted) => {
    const bytes = await rgb('textured').png().toBuffer();
    const mask = ellipses(SIZE, boxes, { inverted });
    const { composite, open } = await fill(bytes, 'image/png', { mask, oneRequest: true, content: { discs: 0 } });
    expect((await differences(bytes, composite, open)).outside).toBe(0);
    expect(composite).toMatchObject({ ...SIZE, transition: 0 });
  });

  test('over everything takes the answer whole, at the picture’s size, and says so', async () => {
    const bytes = await rgb().png().toBuffer();
    const { composite } = await fill(bytes, 'image/png', { mask: new Uint8Array(SIZE.width * SIZE.height).fill(255) });
    expect(composite).toMatchObject({ ...SIZE, kept: 'nothing' });
    expect(composite.notes).toEqual(['The whole picture was painted, at 336x192 for 300x200 (96 %).']);
  });
});

describe('a part that is larger than any size', () => {
  test.each<[string, StillType, () => Sharp]>([
    ['PNG', 'image/png', () => encoder(drawn('flat', 1100, 800)).png()],
    ['JPEG', 'image/jpeg', () => encoder(drawn('flat', 1100, 800)).jpeg({ quality: 90, chromaSubsampling: '4:4:4' })],
  ])(
    'is painted smaller and enlarged, and nothing beyond the transition differs (%s)',
    { tags: 'long' },
    async (_, mimeType, encode) => {
      const bytes = await encode().toBuffer();
      const size = { width: 1100, height: 800 };
      const open = { left: 100, top: 60, right: 960, bottom: 700 };
      const mask = new Uint8Array(size.width * size.height);
      for (let y = open.top; y < open.bottom; y++)
        mask.fill(255, y * size.width + open.left, y * size.width + open.right);
      const drift = { ...USUAL_DRIFT, bleed: 3 };
      const { composite, plan } = await fill(bytes, mimeType, { mask, drift, content: { touching: true } });
      expect(plan.window.scale).toBeGreaterThan(1.5);
      expect(composite.transition).toBeGreaterThan(3);
      expect(composite.notes[0]).toMatch(/^What is new was painted at \d+x\d+ for \d+x\d+ pixels \(\d+ %\)/);
      const [before, after] = [await decoded(bytes), await decoded(composite.bytes)];
      // A block of a JPEG changes as a whole, and libjpeg smooths over one pixel more.
      const reach = composite.transition + (mimeType === 'image/jpeg' ? 8 : 0);
      let [beyond, near] = [0, 0];
      for (let at = 0; at < before.values.length; at++) {
        const [x, y] = [Math.floor(at / 3) % size.width, Math.floor(at / 3 / size.width)];
        const away = Math.max(open.left - x, x - open.right + 1, open.top - y, y - open.bottom + 1);
        const difference = Math.abs(before.values[at]! - after.values[at]!);
        if (away > reach) beyond = Math.max(beyond, difference);
        else if (away > 0) near = Math.max(near, difference);
      }
      expect(beyond).toBe(0);
      expect(near).toBeGreaterThan(2);
    },
  );
});

test('what is transparent has no colour that shines through a soft edge', () => {
  const values = Uint8Array.of(9, 9, 9, 9, 10, 20, 30, 0);
  const shares = Uint8Array.of(128);
  blendRow(values, { channels: 4, hasAlpha: true }, 4, { colours: Uint8Array.of(200, 100, 50), shares });
  expect([...values]).toEqual([9, 9, 9, 9, 200, 100, 50, 128]);
});

describe('a JPEG', () => {
  /** Greatest and mean difference near touched blocks, and the greatest farther than 16 pixels from the box of the mask. */
  async function kept(bytes: Uint8Array, composite: Composite) {
    const [before, after] = [await decoded(bytes), await decoded(composite.bytes)];
    const { width, channels } = before;
    const reach = 32;
    let far = 0;
    for (let at = 0; at < before.values.length; at++) {
      const [x, y] = [Math.floor(at / channels) % width, Math.floor(at / channels / width)];
      const inside =
        x >= HOLE.x - reach &&
        x < HOLE.x + HOLE.width + reach &&
        y >= HOLE.y - reach &&
        y < HOLE.y + HOLE.height + reach;
      if (!inside) far = Math.max(far, Math.abs(before.values[at]! - after.values[at]!));
    }
    return { far, size: [after.width, after.height, after.channels], before: [width, before.height, channels] };
  }

  test.each<[string, () => Sharp, Composite['kept']]>([
    ['4:2:0', () => rgb().jpeg({ quality: 85 }), 'blocks'],
    ['4:4:4', () => rgb().jpeg({ quality: 93, chromaSubsampling: '4:4:4' }), 'blocks'],
    ['with optimised codes', () => rgb('textured').jpeg({ quality: 80, optimiseCoding: true }), 'blocks'],
    ['grey', () => rgb('textured').toColourspace('b-w').jpeg(), 'blocks'],
    ['with orientation 6', () => rgb('textured').jpeg().withMetadata({ orientation: 6 }), 'blocks'],
    ['with orientation 3', () => rgb('textured').jpeg().withMetadata({ orientation: 3 }), 'blocks'],
  ])('%s keeps its blocks', async (_, encode, expected) => {
    const bytes = await encode().toBuffer();
    const { composite } = await fill(bytes, 'image/jpeg', { content: { discs: 0 } });
    const { far, size, before } = await kept(bytes, composite);
    expect(composite.kept).toBe(expected);
    expect(composite.notes).toEqual(expect.not.arrayContaining([expect.stringContaining('encoded again')]));
    expect(far).toBe(0);
    expect(size).toEqual(before);
  });

  test.each<[string, () => Sharp]>([
    ['progressive', () => rgb().jpeg({ quality: 85, progressive: true })],
    ['CMYK', () => rgb().toColourspace('cmyk').jpeg({ quality: 90 })],
  ])('%s is encoded again, and says so', { tags: 'long' }, async (name, encode) => {
    const bytes = await encode().toBuffer();
    const { composite } = await fill(bytes, 'image/jpeg', { content: { discs: 0 } });
    expect(composite.kept).toBe('close');
    expect((await decoded(composite.bytes)).channels).toBe(3);
    if (name === 'CMYK') return expect(composite.notes).toContain('The picture was CMYK and is RGB now.');
    expect(composite.notes).toEqual(['The picture was encoded again with its own tables: PNG keeps it exactly.']);
    expect((await kept(bytes, composite)).far).toBeLessThanOrEqual(12);
  });

  test('is kept exactly as PNG on request', async () => {
    const bytes = await rgb().jpeg({ quality: 85 }).toBuffer();
    const { composite, open } = await fill(bytes, 'image/jpeg', { format: 'image/png' });
    expect(composite).toMatchObject({ kept: 'exact', mimeType: 'image/png' });
    expect((await differences(bytes, composite, open)).outside).toBe(0);
  });

  test('that was grey gets colour where the fill has some, and says so', async () => {
    const bytes = await rgb().toColourspace('b-w').jpeg().toBuffer();
    const { order } = await fill(bytes, 'image/jpeg');
    const { width, height } = order.plan.window.size;
    const colourful = await sharp({ create: { width, height, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    const composite = await makeComposite({ ...order, answer: colourful }, MAKING);
    expect(composite).toMatchObject({ kept: 'close' });
    expect(composite.notes).toContain('The picture was grey and has colour now.');
    expect((await decoded(composite.bytes)).channels).toBe(3);
  });
});

describe('colours and metadata', () => {
  async function tagged(): Promise<Uint8Array> {
    const picture = await photograph('product');
    const gps = { IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } };
    return encoder(picture)
      .withIccProfile('p3')
      .withExif({
        IFD0: { Copyright: 'A. Person', Make: 'Camera', Software: 'Before' },
        IFD2: { LensModel: 'Lens 35' },
        ...gps,
      })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><!-- older --></x:xmpmeta>')
      .withDensity(240)
      .jpeg({ quality: 90 })
      .toBuffer();
  }

  test.each<[StillType]>([['image/jpeg'], ['image/png'], ['image/webp']])(
    'as %s keep profile, density and authorship, lose position and old descriptions, and say what was done',
    { tags: 'long' },
    async (format) => {
      const source = await tagged();
      const { composite } = await fill(source, 'image/jpeg', { format });
      const [before, after] = [await sharp(source).metadata(), await sharp(composite.bytes).metadata()];
      expect(Buffer.compare(after.icc!, before.icc!)).toBe(0);
      if (format !== 'image/webp') expect(after.density).toBe(240);
      const exif = after.exif!.toString('latin1');
      expect(exif).toContain('A. Person');
      expect(exif).toContain('Lens 35');
      expect(exif).not.toContain('Before');
      expect(exif).not.toContain(Buffer.from([51, 0, 0, 0]).toString('latin1'));
      const xmp = after.xmp!.toString();
      expect(xmp).toContain(EDITED_WITH_AI);
      expect(xmp).not.toContain('older');
      await sharp(composite.bytes, { failOn: 'warning' }).raw().toBuffer();
    },
  );

  test.each(['blocks', 'close'] as const)(
    'lose what would be untrue of the result (%s): credentials, thumbnails, gain maps',
    async (expected) => {
      const plain = await rgb()
        .jpeg({ progressive: expected === 'close' })
        .toBuffer();
      const segment = (marker: number, text: string) => {
        return Buffer.concat([Buffer.from([0xff, marker, 0, text.length + 2]), Buffer.from(text, 'latin1')]);
      };
      const untrue = [
        segment(0xe1, 'Exif\0\0II*\0 an old thumbnail'),
        segment(0xe2, 'MPF\0 a gain map'),
        segment(0xeb, 'JP jumb c2pa'),
        segment(0xed, 'Photoshop 3.0\0 a caption'),
        segment(0xfe, 'a comment'),
      ];
      const bytes = Buffer.concat([plain.subarray(0, 2), ...untrue, plain.subarray(2), Buffer.from('after the end')]);
      const { composite } = await fill(bytes, 'image/jpeg');
      expect(composite.kept).toBe(expected);
      const text = Buffer.from(composite.bytes).toString('latin1');
      for (const word of ['thumbnail', 'MPF', 'c2pa', 'caption', 'comment', 'after the end']) {
        expect(bytes.toString('latin1')).toContain(word);
        expect(text).not.toContain(word);
      }
    },
  );

  test('of Display P3 are those of the source outside, and the fill’s as seen inside', async () => {
    const { width, height } = SIZE;
    const flat = sharp({ create: { width, height, channels: 3, background: { r: 200, g: 60, b: 60 } } });
    const bytes = await flat.withIccProfile('p3').png().toBuffer();
    const { composite, open } = await fill(bytes, 'image/png', { drift: { ...USUAL_DRIFT, brighter: [0, 0], hue: 0 } });
    expect((await differences(bytes, composite, open)).outside).toBe(0);
    const seen = await sharp(composite.bytes).toColourspace('srgb').raw().toBuffer();
    const middle = (100 * width + 120) * 3;
    expect(Math.abs(seen[middle]! - 200)).toBeLessThanOrEqual(6);
  });
});

test('a composite is equal for equal orders', { tags: 'long' }, async () => {
  const bytes = await rgb('textured').jpeg({ quality: 85 }).toBuffer();
  const { composite, order } = await fill(bytes, 'image/jpeg');
  expect(Buffer.compare(composite.bytes, (await makeComposite(order, MAKING)).bytes)).toBe(0);
});

test('the file of a source is freed as soon as all of its pixels are in memory, and is kept where it is read again', async () => {
  const most = ellipses(SIZE, [{ x: -20, y: -60, width: 300, height: 320 }]);
  for (const [mask, isFreed] of [
    [most, true],
    [undefined, false],
  ] as const) {
    const bytes = await rgb('textured').png().toBuffer();
    const { composite, order } = await fill(bytes, 'image/png', mask === undefined ? {} : { mask });
    // Of its own memory: small buffers share one.
    const source = { ...order.source, bytes: new Uint8Array(bytes) };
    const again = await makeComposite({ ...order, source }, { ...MAKING, free: freeBytes });
    expect(Buffer.compare(again.bytes, composite.bytes)).toBe(0);
    expect(source.bytes.length === 0).toBe(isFreed);
  }
});

test('what check throws ends the work', async () => {
  const bytes = await rgb().png().toBuffer();
  const { order } = await fill(bytes, 'image/png');
  const stop = new Error('stopped');
  const check = () => {
    throw stop;
  };
  await expect(makeComposite(order, { ...MAKING, check })).rejects.toBe(stop);
});

test('the stand-in repaints what is kept as well, differently for each seed', async () => {
  const sent = drawn('graded', 64, 48);
  const mask = ellipses(sent, [{ x: 20, y: 10, width: 20, height: 20 }]);
  const paint = async (seed: string) =>
    (await repaint(sent, { mask, fresh: sent.data }, { drift: USUAL_DRIFT, random: seededRandom(seed) })).data;
  const changed = (await paint('a')).filter((level, at) => Math.abs(level - sent.data[at]!) >= 2).length;
  expect(changed / sent.data.length).toBeGreaterThan(0.6);
  expect(Buffer.compare(await paint('a'), await paint('a'))).toBe(0);
  expect(Buffer.compare(await paint('a'), await paint('b'))).not.toBe(0);
});
