import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Emulator } from '../../../src/emulator/index.ts';
import { FINAL_STATES } from '../../../src/jobs/model/states.ts';
import { SavedResult } from '../../../src/render/library-schemas.ts';
import { JobResult } from '../../../src/render/schemas.ts';
import { decoded, drawn, encoder, photographBytes } from '../../images/composites/scenes.ts';
import { TestInstallation, type Connected } from '../../support/program/test-installation.ts';

// A real client, the real server with its worker, and an emulator that paints every pixel anew.
let installation: TestInstallation;
let adobe: Emulator;
let server: Connected;
beforeAll(async () => {
  installation = await TestInstallation.create();
  adobe = await installation.emulator({ latencyMs: 50 });
  server = await installation.client(installation.environment(adobe, { FIREFLY_RPM: '600', FIREFLY_PREVIEW: 'none' }));
});
afterEach(() => adobe.control.reset());
afterAll(() => installation.end());

type Rectangle = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Pixels from an edge of a mask within which a resampled copy of a JPEG block may differ: a block and its neighbours. */
const NEAR_BLOCKS = 16 + 16;

async function filled(bytes: Uint8Array, name: string, where: Rectangle, input: Record<string, unknown> = {}) {
  await writeFile(join(installation.folder, name), bytes);
  const shape = { shape: 'rectangle', unit: 'pixels', ...where };
  let told = await server.call('fill_image', { image: name, prompt: 'a lamp', mask_shapes: [shape], ...input });
  for (;;) {
    expect(told.isError, told.text).toBe(false);
    const facts = JobResult.parse(told.facts);
    if (facts.state === undefined || FINAL_STATES.includes(facts.state)) return facts;
    // On a slow machine the call answers before four composites are made.
    told = await server.call('job_status', { job: facts.job, wait_seconds: 40 });
  }
}

/** The file that `save_image` gives for a handle or a reference. */
async function saved(image: string): Promise<Buffer> {
  const told = await server.call('save_image', { image });
  return readFileSync(SavedResult.parse(told.facts).saved?.[0]?.path ?? '');
}

/** The largest difference of two pictures farther than `margin` from a rectangle, and the number of pixels inside that differ. */
async function compared(source: Uint8Array, result: Uint8Array, where: Rectangle, { margin = 0, deep = false } = {}) {
  const [one, other] = [await decoded(source, { deep }), await decoded(result, { deep })];
  expect([other.width, other.height, other.channels]).toEqual([one.width, one.height, one.channels]);
  const found = { outside: 0, inside: 0 };
  for (let at = 0; at < one.values.length; at++) {
    const pixel = Math.floor(at / one.channels);
    const [x, y] = [pixel % one.width, Math.floor(pixel / one.width)];
    const away = Math.max(where.x - x, x - where.x - where.width + 1, where.y - y, y - where.y - where.height + 1);
    const difference = Math.abs((one.values[at] ?? 0) - (other.values[at] ?? 0));
    if (away <= 0 && difference > 0) found.inside += 1;
    if (away > margin) found.outside = Math.max(found.outside, difference);
  }
  return found;
}

describe('a fill from the front door', () => {
  test('of a photograph changes not one pixel outside of its mask, which what Adobe made does', async () => {
    const photo = photographBytes('portrait');
    const { width, height } = await sharp(photo).metadata();
    const where = { x: Math.round(width * 0.6), y: Math.round(height * 0.1), width: 120, height: 90 };
    const facts = await filled(photo, 'portrait.png', where);
    const [made = expect.unreachable()] = facts.images ?? [];
    expect(made).toMatchObject({ width, height, mime_type: 'image/png', edit: { kept: 'exact', seam: 'even' } });
    const margin = made.edit?.transition ?? 0;
    const result = await saved(made.image);
    const { inside, outside } = await compared(photo, result, where, { margin });
    expect(outside).toBe(0);
    expect(inside).toBeGreaterThan(1_000);
    expect((await saved(`${facts.job}#1`)).equals(result)).toBe(true);
    expect((await saved('last')).equals(result)).toBe(true);
    const shown = await server.call('show_images', { image: 'last' });
    expect(shown.text).toContain(`- ${made.image} (${facts.job}#1): ${width}x${height} PNG`);
    expect(shown.text).toContain(`as Adobe made it: ${made.edit?.adobe_picture}`);
    // Before and after on one sheet, as the result says.
    const [, pair = ''] = /with images (\[[^\]]+\]) before and after on one sheet/.exec(facts.next ?? '') ?? [];
    const sheet = await server.call('show_images', { images: JSON.parse(pair) });
    expect(sheet.text).toMatch(new RegExp(`\\n1: ${made.image} .*made from A\\n`));
    expect(shown.text).toContain(`shows it, with images ${pair}`);
    const listed = await server.call('list_images', { job: facts.job });
    expect(listed.facts['images']).toMatchObject([{ image: made.image, width, height }]);
    const { contents } = await server.client.readResource({ uri: made.uri });
    const [content = expect.unreachable()] = contents;
    expect(Buffer.from('blob' in content ? content.blob : '', 'base64').equals(result)).toBe(true);
    // The emulator repaints all: its picture in place of the composite fails what the composite passes.
    const painted = await saved(made.edit?.adobe_picture ?? '');
    const { format } = await sharp(painted).metadata();
    expect(format).toBe('jpeg');
    const [size] = adobe.control.submits().map(({ json }) => (json as { size: Rectangle }).size);
    expect(await sharp(painted).metadata()).toMatchObject({ width: size?.width, height: size?.height });
    const stretched = await sharp(painted).resize(width, height, { fit: 'fill' }).png().toBuffer();
    expect(
      (await compared(await sharp(photo).removeAlpha().png().toBuffer(), stretched, where, { margin })).outside,
    ).toBeGreaterThan(20);
  });

  test(
    'asks for four pictures in one request, and each is the picture with another fill',
    { tags: 'long' },
    async () => {
      const source = await encoder(drawn('textured', 420, 300))
        .png()
        .toBuffer();
      const where = { x: 150, y: 100, width: 90, height: 80 };
      const facts = await filled(source, 'four.png', where, { count: 4, seeds: [1, 2, 3, 4] });
      expect(adobe.control.submits()).toHaveLength(1);
      const results = await Promise.all((facts.images ?? []).map(({ image }) => saved(image)));
      expect(new Set(results.map((bytes) => bytes.toString('base64'))).size).toBe(4);
      for (const [index, result] of results.entries()) {
        const margin = facts.images?.[index]?.edit?.transition ?? 0;
        expect((await compared(source, result, where, { margin })).outside).toBe(0);
      }
    },
  );
});

test(
  'an expansion from the front door has the picture in it, pixel for pixel, with what Adobe painted around it',
  { tags: 'long' },
  async () => {
    const source = await encoder(drawn('textured', 300, 200))
      .png()
      .toBuffer();
    await writeFile(join(installation.folder, 'narrow.png'), source);
    const told = await server.call('expand_image', { image: 'narrow.png', aspect_ratio: '16:9', inset_left: '50%' });
    expect(told.isError, told.text).toBe(false);
    const [made = expect.unreachable()] = JobResult.parse(told.facts).images ?? [];
    expect(made).toMatchObject({ width: 464, height: 261, edit: { kept: 'exact', transition: 0, seam: 'even' } });
    const result = await saved(made.image);
    const own = await sharp(result).extract({ left: 150, top: 30, width: 300, height: 200 }).raw().toBuffer();
    expect(own.equals(await sharp(source).raw().toBuffer())).toBe(true);
    // A picture of fewer than 600 pixels is sent larger; what Adobe painted is that size, and all of it is painted anew.
    const painted = await sharp(await saved(made.edit?.adobe_picture ?? ''))
      .resize(464, 261)
      .raw()
      .toBuffer();
    expect(painted.equals(await sharp(result).raw().toBuffer())).toBe(false);
  },
);

/** One kind of file, small, so that its whole is compared. */
interface Kind {
  readonly name: string;
  readonly bytes: () => Promise<Buffer>;
  readonly kept: string;
  readonly deep?: boolean;
}

const scene = () => encoder(drawn('textured', 360, 240));
const withAlpha = async () => {
  const alpha = Buffer.from(Uint8Array.from({ length: 360 * 240 }, (_, at) => (at % 360 < 60 ? 0 : 255)));
  return sharp(await scene().png().toBuffer())
    .joinChannel(alpha, { raw: { width: 360, height: 240, channels: 1 } })
    .png()
    .toBuffer();
};

const KINDS: readonly Kind[] = [
  { name: 'alpha.png', bytes: withAlpha, kept: 'exact' },
  { name: 'deep.png', bytes: () => scene().toColourspace('rgb16').png().toBuffer(), kept: 'exact', deep: true },
  { name: 'p3.png', bytes: () => scene().withIccProfile('p3').png().toBuffer(), kept: 'exact' },
  { name: 'p3.jpg', bytes: () => scene().withIccProfile('p3').jpeg({ quality: 92 }).toBuffer(), kept: 'blocks' },
];

test.each(KINDS)(
  'a fill of $name keeps size, channels and profile, and all outside of its mask',
  { tags: 'long' },
  async (kind) => {
    const source = await kind.bytes();
    const where = { x: 200, y: 90, width: 70, height: 60 };
    const facts = await filled(source, kind.name, where);
    const [made = expect.unreachable()] = facts.images ?? [];
    expect(made.edit?.kept).toMatch(new RegExp(`^(${kind.kept})$`));
    const result = await saved(made.image);
    const isExact = made.edit?.kept === 'exact';
    const margin = (made.edit?.transition ?? 0) + (isExact ? 0 : NEAR_BLOCKS);
    const { outside, inside } = await compared(source, result, where, { margin, deep: kind.deep ?? false });
    expect(outside).toBeLessThanOrEqual(made.edit?.kept === 'close' ? 12 : 0);
    expect(inside).toBeGreaterThan(500);
    const [before, after] = [await sharp(source).metadata(), await sharp(result).metadata()];
    expect([after.format, after.depth, after.hasAlpha]).toEqual([before.format, before.depth, before.hasAlpha]);
    expect(after.icc?.toString('base64')).toBe(before.icc?.toString('base64'));
    expect(after.xmp?.toString()).toContain('compositeWithTrainedAlgorithmicMedia');
  },
);

test(
  'a fill of a photograph that is stored lying down is where a person sees it, and stays lying down',
  { tags: 'long' },
  async () => {
    const upright = drawn('textured', 240, 360);
    const stored = await encoder(upright).rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 92 }).toBuffer();
    const where = { x: 120, y: 40, width: 70, height: 60 };
    const facts = await filled(stored, 'lying.jpg', where);
    const [made = expect.unreachable()] = facts.images ?? [];
    expect([made.width, made.height]).toEqual([240, 360]);
    const result = await saved(made.image);
    expect((await sharp(result).metadata()).orientation).toBe(6);
    const margin = (made.edit?.transition ?? 0) + NEAR_BLOCKS;
    expect((await compared(stored, result, where, { margin })).outside).toBeLessThanOrEqual(12);
  },
);

test(
  'a fill of a CMYK picture is RGB, and of a grey one grey or, with colour, RGB; both are said',
  { tags: 'long' },
  async () => {
    const cmyk = await scene().toColourspace('cmyk').jpeg().toBuffer();
    const printed = await filled(cmyk, 'print.jpg', { x: 200, y: 90, width: 70, height: 60 });
    expect(printed.warnings?.join()).toContain('The picture was CMYK and is RGB now.');
    expect((await sharp(await saved(printed.images?.[0]?.image ?? '')).metadata()).space).toBe('srgb');
    const grey = await scene().greyscale().toColourspace('b-w').png().toBuffer();
    const where = { x: 200, y: 90, width: 70, height: 60 };
    const facts = await filled(grey, 'grey.png', where);
    const result = await saved(facts.images?.[0]?.image ?? '');
    const becameRgb = facts.warnings?.join().includes('The picture was grey and has colour now.') === true;
    expect((await sharp(result).metadata()).channels).toBe(becameRgb ? 3 : 1);
  },
);

test(
  'an edit by words with a mask changes only what the mask opens, at the size of the picture',
  { tags: 'long' },
  async () => {
    const photo = photographBytes('portrait');
    const { width, height } = await sharp(photo).metadata();
    await writeFile(join(installation.folder, 'words.png'), photo);
    const where = { x: Math.round(width * 0.6), y: Math.round(height * 0.1), width: 120, height: 90 };
    const shape = { shape: 'rectangle', unit: 'pixels', ...where };
    const call = { image: 'words.png', prompt: 'paint it blue', mask_shapes: [shape] };
    const dry = await server.call('edit_image', { ...call, dry_run: true });
    expect(dry.facts, dry.text).toMatchObject({
      size: `${width}x${height}`,
      request: { path: '/v4/images/generate-async' },
    });
    const told = await server.call('edit_image', call);
    expect(told.isError, told.text).toBe(false);
    const [made = expect.unreachable()] = JobResult.parse(told.facts).images ?? [];
    expect(made).toMatchObject({ width, height, mime_type: 'image/png', edit: { kept: 'exact' } });
    const result = await saved(made.image);
    const { inside, outside } = await compared(photo, result, where, { margin: made.edit?.transition ?? 0 });
    expect(outside).toBe(0);
    expect(inside).toBeGreaterThan(1_000);
    const body = adobe.control.submits().at(-1)?.json as Record<string, unknown>;
    expect(Object.keys(body).toSorted()).toEqual(['prompt', 'referenceBlobs', 'resolutionLevel']);
  },
);

/** A grey picture that is white in a rectangle. */
async function maskFile(name: string, { width, height }: { width: number; height: number }, where: Rectangle) {
  const white = { create: { width: where.width, height: where.height, channels: 3, background: '#fff' } } as const;
  const black = sharp({ create: { width, height, channels: 3, background: '#000' } });
  const mask = black.composite([{ input: white, left: where.x, top: where.y }]);
  await writeFile(join(installation.folder, name), await mask.png().toBuffer());
}

test(
  'an object is put into a background at its own size, and transparency and all outside of the mask stay',
  { tags: 'long' },
  async () => {
    const size = { width: 1200, height: 800 };
    const opaque = await encoder(drawn('textured', size.width, size.height))
      .png()
      .toBuffer();
    const alpha = Buffer.from(
      Uint8Array.from({ length: size.width * size.height }, (_, at) => (at % size.width < 300 ? 0 : 255)),
    );
    const background = await sharp(opaque)
      .joinChannel(alpha, { raw: { ...size, channels: 1 } })
      .png({ compressionLevel: 2 })
      .toBuffer();
    const where = { x: 640, y: 300, width: 220, height: 200 };
    await writeFile(join(installation.folder, 'shelf.png'), background);
    await maskFile('place.png', size, where);
    const vase = { create: { width: 90, height: 120, channels: 4, background: '#e02020' } } as const;
    const frame = { top: 20, bottom: 20, left: 20, right: 20, background: '#00000000' };
    await writeFile(join(installation.folder, 'vase.png'), await sharp(vase).extend(frame).png().toBuffer());
    const call = { image: 'vase.png', background: 'shelf.png', mask: 'place.png', count: 2 };
    const told = await server.call('composite_image', call);
    expect(told.isError, told.text).toBe(false);
    const facts = JobResult.parse(told.facts);
    expect(facts).toMatchObject({ size: '1200x800', count: 2 });
    for (const made of facts.images ?? []) {
      expect(made).toMatchObject({ ...size, mime_type: 'image/png', edit: { kept: 'exact' } });
      const margin = made.edit?.transition ?? 0;
      const { inside, outside } = await compared(background, await saved(made.image), where, { margin });
      expect(outside).toBe(0);
      expect(inside).toBeGreaterThan(10_000);
      expect(made.edit?.adobe_picture).toMatch(/^img_/);
    }
    const [sent] = adobe.control.jobs().slice(-1);
    expect(sent?.seeds).toEqual(facts.images?.map(({ seed }) => seed));
    // Another object in that place is another order.
    await writeFile(join(installation.folder, 'cup.png'), await sharp(vase).negate({ alpha: false }).png().toBuffer());
    const other = JobResult.parse(
      (await server.call('composite_image', { ...call, image: 'cup.png', count: 1 })).facts,
    );
    expect(other.job).not.toBe(facts.job);
    expect(adobe.control.submits()).toHaveLength(2);
  },
);

test('a part that is too long for an edit by words is refused with a way that edit_image has', async () => {
  const long = sharp({ create: { width: 2400, height: 240, channels: 3, background: '#456' } });
  await writeFile(join(installation.folder, 'long.png'), await long.png().toBuffer());
  const mask_shapes = [{ shape: 'rectangle', x: 1, y: 0, width: 90, height: 100 }];
  const { facts } = await server.call('edit_image', { image: 'long.png', prompt: 'paint it blue', mask_shapes });
  const error = facts['error'] as { message: string; next: string };
  expect(error.message).toContain('too long for one request');
  expect(error.next).toMatch(/^Edit it in parts, .*, or leave the mask out\.$/);
});

test.each([
  [{ mask: 'last', mask_shapes: [{ shape: 'border', thickness: 5 }] }, 'invalid_argument'],
  [{ invert_mask: true }, 'invalid_argument'],
  [
    { image: 'https://bucket.s3.amazonaws.com/a.png', mask: 'https://bucket.s3.amazonaws.com/b.png' },
    'picture_not_local',
  ],
  [{ mask_shapes: [{ shape: 'border', thickness: 60 }], invert_mask: true }, 'mask_empty'],
])('an edit by words with %j is refused before anything is sent', async (input, code) => {
  await writeFile(join(installation.folder, 'words.png'), photographBytes('portrait'));
  const { facts } = await server.call('edit_image', { image: 'words.png', prompt: 'paint it blue', ...input });
  expect(facts['error']).toMatchObject({ code });
  expect(adobe.control.submits()).toEqual([]);
});
