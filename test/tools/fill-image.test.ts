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
} from './edit/edited-pictures.ts';
import { ANNA, TestRooms } from '../support/rooms/test-rooms.ts';

async function withPhoto(bytes?: Uint8Array) {
  const rooms = await TestRooms.open({ settings: { preview: 'none' } });
  await rooms.file('photo.jpg', bytes ?? (await plain(800, 600).jpeg().toBuffer()));
  return rooms;
}
const fill = (rooms: TestRooms, input: object) =>
  rooms.finished({ image: 'photo.jpg', prompt: 'a meadow', ...input }, ANNA, 'fill_image');
const body = (rooms: TestRooms) => sentBody(rooms, 'FillImageRequestV3');

describe('a fill', () => {
  test('sends every field where Adobe expects it, and says which handles were used', async () => {
    await using rooms = await withPhoto();
    const result = await fill(rooms, {
      mask_shapes: [RIGHT_HALF],
      invert_mask: true,
      negative_prompt: 'people',
      locale: 'de-DE',
      count: 2,
      seeds: [7, 8],
      size: '2304x1792',
    });
    const { image, mask, ...rest } = body(rooms);
    expect(rest).toEqual({
      prompt: 'a meadow',
      negativePrompt: 'people',
      promptBiasingLocaleCode: 'de-DE',
      numVariations: 2,
      seeds: [7, 8],
      size: { width: 2304, height: 1792 },
    });
    expect(mask).toMatchObject({ invert: true });
    expect(uploadOf(rooms, image)).toMatchObject({ mimeType: 'image/jpeg' });
    expect(uploadOf(rooms, mask)).toMatchObject({ mimeType: 'image/png' });
    const facts = factsOf(result);
    expect(facts).toMatchObject({ state: 'succeeded', tool: 'fill_image', size: '2304x1792', count: 2 });
    expect(facts.images).toHaveLength(2);
    expect(result.text).toContain(`Made from ${facts.made_from?.[0]}, mask ${facts.mask}.`);
    expect(facts.warnings?.join()).toContain(`mask_shapes were drawn as ${facts.mask}`);
    expect(result.isError).toBe(false);
  });

  test('sends no field that was not given', async () => {
    await using rooms = await withPhoto();
    await rooms.finished({ image: 'photo.jpg', mask_shapes: [RIGHT_HALF] }, ANNA, 'fill_image');
    expect(Object.keys(body(rooms)).toSorted()).toEqual(['image', 'mask', 'numVariations', 'size']);
    expect(Object.keys(body(rooms)['mask'] as object)).toEqual(['source']);
  });

  test('asks for the size that is nearest in shape, and says what that does to the picture', async () => {
    await using rooms = await withPhoto();
    const result = await rooms.finished({ image: 'photo.jpg', mask_shapes: [RIGHT_HALF] }, ANNA, 'fill_image');
    expect(body(rooms)['size']).toEqual({ width: 1152, height: 896 });
    expect(factsOf(result).warnings?.join()).toContain(
      'The result has 1152x896 pixels, the nearest of the sizes that Adobe fills in; the picture has 800x600, stretched from 4:3 to 9:7.',
    );
  });

  test('takes a mask by handle, by "last", or from a black and white file', async () => {
    await using rooms = await withPhoto();
    const drawn = maskOf(await rooms.call('make_mask', { image: 'photo.jpg', shapes: [RIGHT_HALF] }));
    const byLast = factsOf(await fill(rooms, { mask: 'last' }));
    expect(byLast.mask).toBe(drawn);
    const own = uploadOf(rooms, body(rooms)['mask']);
    expect(factsOf(await fill(rooms, { mask: drawn, new_job: true })).mask).toBe(drawn);
    const black = sharp({ create: { width: 800, height: 600, channels: 3, background: '#000' } });
    const white = await plain(400, 600).linear(0, 255).png().toBuffer();
    const file = await black
      .composite([{ input: white, left: 400, top: 0 }])
      .jpeg({ quality: 100 })
      .toBuffer();
    await rooms.file('mask.jpg', file);
    const byFile = factsOf(await fill(rooms, { mask: 'mask.jpg', prompt: 'sand' }));
    const upload = uploadOf(rooms, body(rooms)['mask']);
    expect(await sharp(upload.bytes).metadata()).toMatchObject({ format: 'png', channels: 1 });
    for (const [x, colour] of [
      [380, BLACK],
      [420, WHITE],
    ] as const) {
      expect(await pixelOf(upload.bytes, x, 300)).toEqual(colour);
      expect(await pixelOf(own.bytes, x, 300)).toEqual(colour);
    }
    expect(byFile.warnings?.join()).toContain(`stored as ${byFile.mask}`);
    expect(byFile.mask).not.toBe(drawn);
  });

  test('of a rotated photograph of 12 megapixels has its mask where a person sees it', async () => {
    // Stored lying down; a person sees it standing, with the red block in the upper right quarter.
    const block = await sharp({ create: { width: 600, height: 600, channels: 3, background: '#f00' } })
      .png()
      .toBuffer();
    const seen = plain(3000, 4000).composite([{ input: block, left: 2100, top: 400 }]);
    const upright = await seen.png({ compressionLevel: 1 }).toBuffer();
    const stored = await sharp(upright).rotate(270).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await sharp(stored).metadata()).toMatchObject({ width: 4000, height: 3000, orientation: 6 });
    await using rooms = await withPhoto(stored);
    const where = { shape: 'rectangle', x: 70, y: 10, width: 20, height: 15 };
    await fill(rooms, { mask_shapes: [where] });
    const image = uploadOf(rooms, body(rooms)['image']);
    const mask = uploadOf(rooms, body(rooms)['mask']);
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

  test('of a small picture scales picture and mask together, and says so', async () => {
    await using rooms = await withPhoto(await plain(300, 200).jpeg().toBuffer());
    const facts = factsOf(await fill(rooms, { mask_shapes: [RIGHT_HALF] }));
    const mask = uploadOf(rooms, body(rooms)['mask']);
    expect(await sharp(mask.bytes).metadata()).toMatchObject({ width: 600, height: 400, channels: 1, format: 'png' });
    expect(await sharp(uploadOf(rooms, body(rooms)['image']).bytes).metadata()).toMatchObject({
      width: 600,
      height: 400,
    });
    expect([await pixelOf(mask.bytes, 290, 5), await pixelOf(mask.bytes, 310, 5)]).toEqual([BLACK, WHITE]);
    expect(facts.warnings?.join()).toContain('scaled from 300x200 to 600x400');
  });

  test('of one file in five calls uploads and imports the file once', async () => {
    await using rooms = await withPhoto(await noisy(700, 500).jpeg().toBuffer());
    for (const prompt of ['a', 'b', 'c']) await fill(rooms, { mask_shapes: [RIGHT_HALF], prompt });
    await rooms.finished({ image: 'photo.jpg', aspect_ratio: '16:9' }, ANNA, 'expand_image');
    await rooms.finished({ prompt: 'like it', style_image: './photo.jpg' }, ANNA);
    expect(rooms.uploaded.filter(({ mimeType }) => mimeType === 'image/jpeg')).toHaveLength(1);
    expect(rooms.uploaded).toHaveLength(2);
    const { images } = await rooms.services();
    expect(await images.list({ limit: 9, kinds: ['import'] }, ANNA)).toHaveLength(1);
  });

  test('of URLs passes them on, and records none of them', async () => {
    await using rooms = await withPhoto();
    const facts = factsOf(await fill(rooms, { image: PICTURE_URL, mask: UPLOAD_ID }));
    expect(body(rooms)).toMatchObject({
      image: { source: { url: PICTURE_URL } },
      mask: { source: { uploadId: UPLOAD_ID } },
    });
    expect(rooms.uploaded).toEqual([]);
    expect(facts.made_from).toBeUndefined();
    expect(JSON.stringify(await rooms.call('job_status', { job: facts.job }))).not.toContain('X-Amz');
  });
});

describe('an impossible fill', () => {
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
  ])('%j is refused with %s before anything is spent', async (input, code, next) => {
    await using rooms = await withPhoto();
    await rooms.file('small.png', await plain(400, 300).png().toBuffer());
    await rooms.file('black.png', await plain(800, 600).linear(0, 0).png().toBuffer());
    const problem = await refusal(rooms, 'fill_image', { image: 'photo.jpg', ...input });
    expect(problem).toMatchObject({ code, actor: 'caller' });
    expect(problem.next).toContain(next);
    expect([rooms.uploaded, rooms.adobe.submits]).toEqual([[], []]);
  });

  test('with a mask of another size is refused with both sizes', async () => {
    await using rooms = await withPhoto();
    await rooms.file('small.png', await plain(400, 300).png().toBuffer());
    const { message } = await refusal(rooms, 'fill_image', { image: 'photo.jpg', mask: 'small.png' });
    expect(message).toMatch(/400x300.*800x600/);
  });
});

describe('the lineage of a filled picture', () => {
  test('is shown both ways by show_images, and by made_from of list_images', async () => {
    await using rooms = await withPhoto();
    rooms.settings = { ...rooms.settings, preview: 'thumb' };
    const first = factsOf(await fill(rooms, { mask_shapes: [RIGHT_HALF], seeds: [5] }));
    const [source = '', made = ''] = [first.made_from?.[0], first.images?.[0]?.image];
    const second = factsOf(await fill(rooms, { image: 'last', mask_shapes: [RIGHT_HALF], prompt: 'a lake' }));
    expect(second.made_from).toEqual([made]);
    const shown = await rooms.call('show_images', { image: made });
    expect(shown.text).toContain(`Made from:\n- ${source}, import, 800x600\n- ${first.mask}, mask by fill_image`);
    expect(shown.text).toContain(`(the mask)\nUsed to make:`);
    expect(shown.text).toContain(`${second.images?.[0]?.image} (${second.job}#1), generated by fill_image`);
    expect(shown.text).toContain('prompt "a lake"');
    const listed = async (input: object) =>
      ImagesResult.parse((await rooms.call('list_images', input)).structured).images ?? [];
    const children = await listed({ made_from: source });
    expect(new Set(children.map(({ image }) => image))).toEqual(new Set([made, first.mask]));
    expect(children.find(({ image }) => image === made)).toMatchObject({ made_from: [source], mask: first.mask });
    expect((await listed({})).map(({ kind }) => kind)).not.toContain('import');
    expect(await listed({ kind: 'import' })).toMatchObject([{ image: source }]);
    expect(await listed({ kind: 'all' })).toHaveLength(5);
  });
});
