import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { ImagesResult } from '../../src/render/schemas.ts';
import { noisy, plain } from '../images/pictures.ts';
import {
  BLACK,
  factsOf,
  MASK_URL,
  maskOf,
  PICTURE_URL,
  pixelOf,
  refusal,
  RIGHT_HALF,
  sentBody,
  UPLOAD_ID,
  uploadOf,
  WHITE,
} from './edited.ts';
import { ANNA, TestRooms } from '../support/rooms/test-rooms.ts';

async function withPhoto(bytes?: Uint8Array) {
  const desk = await TestRooms.open({ settings: { preview: 'none' } });
  await desk.file('photo.jpg', bytes ?? (await plain(800, 600).jpeg().toBuffer()));
  return desk;
}
const fill = (desk: TestRooms, input: object) =>
  desk.finished({ image: 'photo.jpg', prompt: 'a meadow', ...input }, ANNA, 'fill_image');
const body = (desk: TestRooms) => sentBody(desk, 'FillImageRequestV3');

describe('a fill', () => {
  test('sends every field where Adobe wants it, and says which handles were used', async () => {
    await using desk = await withPhoto();
    const result = await fill(desk, {
      mask_shapes: [RIGHT_HALF],
      invert_mask: true,
      negative_prompt: 'people',
      locale: 'de-DE',
      count: 2,
      seeds: [7, 8],
      size: '2304x1792',
    });
    const { image, mask, ...rest } = body(desk);
    expect(rest).toEqual({
      prompt: 'a meadow',
      negativePrompt: 'people',
      promptBiasingLocaleCode: 'de-DE',
      numVariations: 2,
      seeds: [7, 8],
      size: { width: 2304, height: 1792 },
    });
    expect(mask).toMatchObject({ invert: true });
    expect(uploadOf(desk, image)).toMatchObject({ mimeType: 'image/jpeg' });
    expect(uploadOf(desk, mask)).toMatchObject({ mimeType: 'image/png' });
    const facts = factsOf(result);
    expect(facts).toMatchObject({ state: 'succeeded', tool: 'fill_image', size: '2304x1792', count: 2 });
    expect(facts.images).toHaveLength(2);
    expect(result.text).toContain(`Made from ${facts.made_from?.[0]}, mask ${facts.mask}.`);
    expect(facts.warnings?.join()).toContain(`mask_shapes were drawn as ${facts.mask}`);
    expect(result.isError).toBe(false);
  });

  test('leaves out what was not asked for', async () => {
    await using desk = await withPhoto();
    await desk.finished({ image: 'photo.jpg', mask_shapes: [RIGHT_HALF] }, ANNA, 'fill_image');
    expect(Object.keys(body(desk)).toSorted()).toEqual(['image', 'mask', 'numVariations']);
    expect(Object.keys(body(desk)['mask'] as object)).toEqual(['source']);
  });

  test('a mask by handle, "last", or a black and white file', async () => {
    await using desk = await withPhoto();
    const drawn = maskOf(await desk.call('make_mask', { image: 'photo.jpg', shapes: [RIGHT_HALF] }));
    const byLast = factsOf(await fill(desk, { mask: 'last' }));
    expect(byLast.mask).toBe(drawn);
    const own = uploadOf(desk, body(desk)['mask']);
    expect(factsOf(await fill(desk, { mask: drawn, new_job: true })).mask).toBe(drawn);
    const black = sharp({ create: { width: 800, height: 600, channels: 3, background: '#000' } });
    const white = await plain(400, 600).linear(0, 255).png().toBuffer();
    const file = await black
      .composite([{ input: white, left: 400, top: 0 }])
      .jpeg({ quality: 100 })
      .toBuffer();
    await desk.file('mask.jpg', file);
    const byFile = factsOf(await fill(desk, { mask: 'mask.jpg', prompt: 'sand' }));
    const upload = uploadOf(desk, body(desk)['mask']);
    expect(await sharp(upload.bytes).metadata()).toMatchObject({ format: 'png', channels: 1 });
    for (const [x, colour] of [
      [380, BLACK],
      [420, WHITE],
    ] as const) {
      expect(await pixelOf(upload.bytes, x, 300)).toEqual(colour);
      expect(await pixelOf(own.bytes, x, 300)).toEqual(colour);
    }
    expect(byFile.warnings?.join()).toContain(`kept as ${byFile.mask}`);
    expect(byFile.mask).not.toBe(drawn);
  });

  test('a rotated photograph of 12 megapixels ends with the mask where a person sees it', async () => {
    // Stored lying down; a person sees it standing, with the red block in the upper right quarter.
    const block = await sharp({ create: { width: 600, height: 600, channels: 3, background: '#f00' } })
      .png()
      .toBuffer();
    const seen = plain(3000, 4000).composite([{ input: block, left: 2100, top: 400 }]);
    const upright = await seen.png({ compressionLevel: 1 }).toBuffer();
    const stored = await sharp(upright).rotate(270).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await sharp(stored).metadata()).toMatchObject({ width: 4000, height: 3000, orientation: 6 });
    await using desk = await withPhoto(stored);
    const where = { shape: 'rectangle', x: 70, y: 10, width: 20, height: 15 };
    await fill(desk, { mask_shapes: [where] });
    const image = uploadOf(desk, body(desk)['image']);
    const mask = uploadOf(desk, body(desk)['mask']);
    for (const { bytes } of [image, mask]) {
      const { width, height, orientation = 1 } = await sharp(bytes).metadata();
      expect([width, height, orientation]).toEqual([3000, 4000, 1]);
    }
    for (const [x, y, inside] of [
      [2110, 410, true],
      [2690, 990, true],
      [2085, 700, false],
      [2715, 700, false],
      [2400, 385, false],
      [2400, 1015, false],
    ] as const) {
      expect((await pixelOf(mask.bytes, x, y))[0], `mask ${x},${y}`).toBe(inside ? 255 : 0);
      const [red = 0] = await pixelOf(image.bytes, x, y);
      expect(red > 200, `picture ${x},${y}`).toBe(inside);
    }
  });

  test('a small picture and its mask are scaled together, and the result says so', async () => {
    await using desk = await withPhoto(await plain(300, 200).jpeg().toBuffer());
    const facts = factsOf(await fill(desk, { mask_shapes: [RIGHT_HALF] }));
    const mask = uploadOf(desk, body(desk)['mask']);
    expect(await sharp(mask.bytes).metadata()).toMatchObject({ width: 600, height: 400, channels: 1, format: 'png' });
    expect(await sharp(uploadOf(desk, body(desk)['image']).bytes).metadata()).toMatchObject({
      width: 600,
      height: 400,
    });
    expect([await pixelOf(mask.bytes, 290, 5), await pixelOf(mask.bytes, 310, 5)]).toEqual([BLACK, WHITE]);
    expect(facts.warnings?.join()).toContain('scaled from 300x200 to 600x400');
  });

  test('one file in five calls is uploaded once, and imported once', async () => {
    await using desk = await withPhoto(await noisy(700, 500).jpeg().toBuffer());
    for (const prompt of ['a', 'b', 'c']) await fill(desk, { mask_shapes: [RIGHT_HALF], prompt });
    await desk.finished({ image: 'photo.jpg', aspect_ratio: '16:9' }, ANNA, 'expand_image');
    await desk.finished({ prompt: 'like it', style_image: './photo.jpg' }, ANNA);
    expect(desk.uploaded.filter(({ mimeType }) => mimeType === 'image/jpeg')).toHaveLength(1);
    expect(desk.uploaded).toHaveLength(2);
    const { images } = await desk.rooms();
    expect(await images.list({ limit: 9, kinds: ['import'] }, ANNA)).toHaveLength(1);
  });

  test('pictures that only Adobe can read are passed on, and no URL is remembered', async () => {
    await using desk = await withPhoto();
    const facts = factsOf(await fill(desk, { image: PICTURE_URL, mask: UPLOAD_ID }));
    expect(body(desk)).toMatchObject({
      image: { source: { url: PICTURE_URL } },
      mask: { source: { uploadId: UPLOAD_ID } },
    });
    expect(desk.uploaded).toEqual([]);
    expect(facts.made_from).toBeUndefined();
    expect(JSON.stringify(await desk.call('job_status', { job: facts.job }))).not.toContain('X-Amz');
  });
});

describe('what cannot be filled is refused before anything is spent', () => {
  test.each([
    [{}, 'invalid_argument', 'mask_shapes'],
    [{ mask: 'last', mask_shapes: [RIGHT_HALF] }, 'invalid_argument', 'make_mask joins'],
    [{ mask: 'last' }, 'unknown_image', 'make_mask'],
    [{ mask: 'small.png' }, 'mask_size', 'make_mask'],
    [{ mask: 'photo.jpg' }, 'invalid_argument', 'make_mask'],
    [{ mask: MASK_URL }, 'picture_not_local', 'mask_shapes'],
    [{ mask: 'black.png' }, 'mask_empty', 'invert'],
    [{ mask_shapes: [{ shape: 'border', thickness: 60 }], invert_mask: true }, 'mask_empty', 'invert'],
    [{ image: PICTURE_URL, mask_shapes: [RIGHT_HALF] }, 'picture_not_local', 'path'],
    [{ image: UPLOAD_ID, mask: 'small.png' }, 'picture_not_local', 'both'],
    [{ image: 'https://example.com/a.png', mask: MASK_URL }, 'url_not_allowed', 'amazonaws.com'],
    [{ image: `${PICTURE_URL}|`, mask: MASK_URL }, 'invalid_argument', 'Correct'],
    [{ image: '/etc/passwd', mask_shapes: [RIGHT_HALF] }, 'outside_roots', 'FIREFLY_ROOTS'],
    [{ mask_shapes: [RIGHT_HALF], size: '2000x2000' }, 'invalid_argument', '2688x1536'],
    [{ mask_shapes: [RIGHT_HALF], count: 2, seeds: [1] }, 'invalid_argument', 'count 1'],
    [{ mask_shapes: [RIGHT_HALF], prompt: ' ' }, 'invalid_argument', 'words'],
  ])('%j: %s', async (input, code, next) => {
    await using desk = await withPhoto();
    await desk.file('small.png', await plain(400, 300).png().toBuffer());
    await desk.file('black.png', await plain(800, 600).linear(0, 0).png().toBuffer());
    const problem = await refusal(desk, 'fill_image', { image: 'photo.jpg', ...input });
    expect(problem).toMatchObject({ code, actor: 'caller' });
    expect(problem.next).toContain(next);
    expect([desk.uploaded, desk.adobe.submits]).toEqual([[], []]);
  });

  test('a mask of another size is named with both sizes', async () => {
    await using desk = await withPhoto();
    await desk.file('small.png', await plain(400, 300).png().toBuffer());
    const { message } = await refusal(desk, 'fill_image', { image: 'photo.jpg', mask: 'small.png' });
    expect(message).toMatch(/400x300.*800x600/);
  });
});

describe('lineage', () => {
  test('leads up and down in show_images, and through made_from in list_images', async () => {
    await using desk = await withPhoto();
    desk.settings = { ...desk.settings, preview: 'thumb' };
    const first = factsOf(await fill(desk, { mask_shapes: [RIGHT_HALF], seeds: [5] }));
    const [source = '', made = ''] = [first.made_from?.[0], first.images?.[0]?.image];
    const second = factsOf(await fill(desk, { image: 'last', mask_shapes: [RIGHT_HALF], prompt: 'a lake' }));
    expect(second.made_from).toEqual([made]);
    const shown = await desk.call('show_images', { image: made });
    expect(shown.text).toContain(`Made from:\n- ${source}, import, 800x600\n- ${first.mask}, mask by fill_image`);
    expect(shown.text).toContain(`(the mask)\nUsed to make:`);
    expect(shown.text).toContain(`${second.images?.[0]?.image} (${second.job}#1), generated by fill_image`);
    expect(shown.text).toContain('prompt "a lake"');
    const listed = async (input: object) =>
      ImagesResult.parse((await desk.call('list_images', input)).structured).images ?? [];
    const children = await listed({ made_from: source });
    expect(new Set(children.map(({ image }) => image))).toEqual(new Set([made, first.mask]));
    expect(children.find(({ image }) => image === made)).toMatchObject({ made_from: [source], mask: first.mask });
    expect((await listed({})).map(({ kind }) => kind)).not.toContain('import');
    expect(await listed({ kind: 'import' })).toMatchObject([{ image: source }]);
    expect(await listed({ kind: 'all' })).toHaveLength(5);
  });
});
