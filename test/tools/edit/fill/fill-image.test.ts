import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImagesResult } from '../../../../src/render/library-schemas.ts';
import { noisy, plain } from '../../../images/pictures.ts';
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
} from '../edited-pictures.ts';
import { brokenComposites } from '../../../support/composites.ts';
import { ANNA, TestRooms } from '../../../support/rooms/test-rooms.ts';

async function withPhoto(bytes?: Uint8Array) {
  const rooms = await TestRooms.open({ settings: { preview: 'none' } });
  await rooms.file('photo.jpg', bytes ?? (await plain(800, 600).jpeg().toBuffer()));
  return rooms;
}
const fill = (rooms: TestRooms, input: object) =>
  rooms.finished({ image: 'photo.jpg', prompt: 'a meadow', ...input }, ANNA, 'fill_image');
const body = (rooms: TestRooms) => sentBody(rooms, 'FillImageRequestV3');

/** Whether two pictures of one size differ in any pixel inside, and outside, of a rectangle. */
async function differing(
  one: Uint8Array,
  other: Uint8Array,
  where: { x: number; y: number; width: number; height: number },
) {
  const [a, b] = await Promise.all(
    [one, other].map((bytes) => sharp(bytes).raw().toBuffer({ resolveWithObject: true })),
  );
  expect(b?.info).toMatchObject({ width: a?.info.width, height: a?.info.height, channels: a?.info.channels });
  const { width = 0, channels = 1 } = a?.info ?? {};
  const found = { inside: false, outside: false };
  a?.data.forEach((value, at) => {
    if (value === b?.data[at]) return;
    const [x, y] = [Math.floor(at / channels) % width, Math.floor(at / channels / width)];
    const isInside = x >= where.x && x < where.x + where.width && y >= where.y && y < where.y + where.height;
    found[isInside ? 'inside' : 'outside'] = true;
  });
  return found;
}

describe('a fill', () => {
  test('sends every field where Adobe expects it, and says which handles were used', { tags: 'long' }, async () => {
    await using rooms = await withPhoto();
    const result = await fill(rooms, {
      mask_shapes: [RIGHT_HALF],
      invert_mask: true,
      negative_prompt: 'people',
      locale: 'de-DE',
      count: 2,
      seeds: [7, 8],
    });
    const { image, mask, ...rest } = body(rooms);
    expect(rest).toEqual({
      prompt: 'a meadow',
      negativePrompt: 'people',
      promptBiasingLocaleCode: 'de-DE',
      numVariations: 2,
      seeds: [7, 8],
      size: { width: 1152, height: 896 },
    });
    expect(Object.keys(mask as object)).toEqual(['source']);
    expect(uploadOf(rooms, image)).toMatchObject({ mimeType: 'image/jpeg' });
    expect(uploadOf(rooms, mask)).toMatchObject({ mimeType: 'image/png' });
    const facts = factsOf(result);
    expect(facts).toMatchObject({ state: 'succeeded', tool: 'fill_image', size: '800x600', count: 2 });
    expect(facts.images).toHaveLength(2);
    expect(result.text).toContain(`Made from "photo.jpg" (${facts.made_from?.[0]}), mask: ${facts.mask}.`);
    expect(facts.warnings?.join()).toContain(`mask_shapes were drawn as ${facts.mask}`);
    expect(result.isError).toBe(false);
  });

  test('sends no field that was not given', { tags: 'long' }, async () => {
    await using rooms = await withPhoto();
    await rooms.finished({ image: 'photo.jpg', mask_shapes: [RIGHT_HALF] }, ANNA, 'fill_image');
    expect(Object.keys(body(rooms)).toSorted()).toEqual(['image', 'mask', 'numVariations', 'size']);
    expect(Object.keys(body(rooms)['mask'] as object)).toEqual(['source']);
  });

  test('has the pixels of the picture, of which only a window was sent', async () => {
    const photo = await noisy(2200, 1500).png({ compressionLevel: 1 }).toBuffer();
    await using rooms = await withPhoto(photo);
    const where = { shape: 'rectangle', unit: 'pixels', x: 1200, y: 700, width: 600, height: 500 };
    const facts = factsOf(await fill(rooms, { mask_shapes: [where] }));
    expect(body(rooms)['size']).toEqual({ width: 1152, height: 896 });
    const window = uploadOf(rooms, body(rooms)['image']).bytes;
    const part = await sharp(photo).extract({ left: 924, top: 502, width: 1152, height: 896 }).raw().toBuffer();
    expect(Buffer.compare(await sharp(window).raw().toBuffer(), part)).toBe(0);
    const open = uploadOf(rooms, body(rooms)['mask']).bytes;
    expect(await sharp(open).metadata()).toMatchObject({ width: 1152, height: 896, channels: 1, format: 'png' });
    for (const [x, y, colour] of [
      [275, 197, BLACK],
      [276, 198, WHITE],
      [875, 697, WHITE],
      [876, 698, BLACK],
    ] as const) {
      expect(await pixelOf(open, x, y), `${x},${y}`).toEqual(colour);
    }
    expect(facts).toMatchObject({ size: '2200x1500', images: [{ width: 2200, height: 1500, mime_type: 'image/png' }] });
    const [made = expect.unreachable()] = facts.images ?? [];
    expect(made.edit).toMatchObject({ kept: 'exact', painted_at: '1152x896' });
    const { images } = await rooms.services();
    const painted = await images.get(made.edit?.adobe_picture ?? '', ANNA);
    expect(painted).toMatchObject({ kind: 'painted', width: 1152, height: 896 });
    const result = await images.read(await images.get(made.image, ANNA));
    expect(await differing(photo, result, where)).toEqual({ inside: true, outside: false });
  });

  test('is one result for each variation, in lists, references and what comes after', { tags: 'long' }, async () => {
    await using rooms = await withPhoto();
    const facts = factsOf(await fill(rooms, { mask_shapes: [RIGHT_HALF], count: 4, seeds: [1, 2, 3, 4] }));
    expect(facts.images?.map(({ width, height, seed }) => [width, height, seed])).toEqual(
      [1, 2, 3, 4].map((seed) => [800, 600, seed]),
    );
    expect(new Set(facts.images?.map(({ edit }) => edit?.adobe_picture)).size).toBe(4);
    const made = facts.images?.map(({ image }) => image) ?? [];
    const { images } = await rooms.services();
    expect((await images.resolve(`${facts.job}#3`, ANNA)).id).toBe(made[2]);
    const listed = async (input: object) =>
      ImagesResult.parse((await rooms.call('list_images', input)).structured).images?.map(({ image }) => image);
    expect(await listed({ job: facts.job })).toEqual(made.toReversed());
    expect(await listed({ kind: 'generated' })).toEqual(made.toReversed());
    const next = factsOf(await fill(rooms, { image: 'last', mask_shapes: [RIGHT_HALF], prompt: 'then' }));
    expect(next.made_from).toEqual([made[3]]);
    await rooms.call('save_image', { images: made });
  });

  test('of a mask that is used inverted has its window around what that opens', { tags: 'long' }, async () => {
    await using rooms = await withPhoto(await noisy(900, 700).png().toBuffer());
    const kept = { shape: 'border', thickness: 30 };
    await fill(rooms, { mask_shapes: [kept], invert_mask: true });
    const open = uploadOf(rooms, body(rooms)['mask']).bytes;
    const { width, height } = await sharp(open).metadata();
    expect([await pixelOf(open, 2, 2), await pixelOf(open, width >> 1, height >> 1)]).toEqual([BLACK, WHITE]);
  });

  test(
    'of a mask that opens nearly everything is taken whole, and says at which resolution',
    { tags: 'long' },
    async () => {
      await using rooms = await withPhoto(await plain(3000, 2000).jpeg().toBuffer());
      const facts = factsOf(
        await fill(rooms, { mask_shapes: [{ shape: 'rectangle', x: 0, y: 0, width: 98, height: 100 }] }),
      );
      expect(facts.images).toMatchObject([{ width: 3000, height: 2000, edit: { kept: 'nothing' } }]);
      expect(facts.warnings?.join()).toContain('The whole picture was painted, at 2688x1536 for 3000x2000');
    },
  );

  test(
    'of parts that are far apart is refused with each part named, and made with one_request',
    { tags: 'long' },
    async () => {
      await using rooms = await withPhoto(await plain(3500, 1600).jpeg().toBuffer());
      const at = (x: number, y: number) => ({ shape: 'rectangle', unit: 'pixels', x, y, width: 300, height: 300 });
      const apart = { image: 'photo.jpg', prompt: 'a', mask_shapes: [at(200, 200), at(3100, 1200)] };
      const problem = await refusal(rooms, 'fill_image', apart);
      expect(problem.message).toContain('300x300 at 200,200 (full resolution); 300x300 at 3100,1200 (full resolution)');
      expect(problem.next).toContain('one_request: true');
      const facts = factsOf(await fill(rooms, { ...apart, one_request: true }));
      expect(facts.warnings?.join()).toContain('a smaller mask is painted at full resolution');
    },
  );

  test('of a panorama that is open from end to end is refused with the parts to take', async () => {
    await using rooms = await withPhoto(await plain(6000, 800).jpeg().toBuffer());
    const problem = await refusal(rooms, 'fill_image', {
      image: 'photo.jpg',
      mask_shapes: [{ shape: 'rectangle', x: 0, y: 0, width: 100, height: 90 }],
    });
    expect(problem.message).toContain('padding');
    expect(problem.next).toMatch(/\d+x800 at 0,0/);
  });

  test('takes a mask by handle, by "last", or from a black and white file', { tags: 'long' }, async () => {
    await using rooms = await withPhoto();
    const drawn = maskOf(await rooms.call('make_mask', { image: 'photo.jpg', shapes: [RIGHT_HALF] }));
    const byLast = factsOf(await fill(rooms, { mask: 'last' }));
    expect(byLast.mask).toBe(drawn);
    expect(factsOf(await fill(rooms, { mask: drawn, new_job: true })).mask).toBe(drawn);
    const black = sharp({ create: { width: 800, height: 600, channels: 3, background: '#000' } });
    const white = await plain(400, 600).linear(0, 255).png().toBuffer();
    const file = await black
      .composite([{ input: white, left: 400, top: 0 }])
      .jpeg({ quality: 100 })
      .toBuffer();
    await rooms.file('mask.jpg', file);
    const byFile = factsOf(await fill(rooms, { mask: 'mask.jpg', prompt: 'sand' }));
    const { images } = await rooms.services();
    for (const handle of [drawn, byFile.mask ?? '']) {
      const bytes = await images.read(await images.get(handle, ANNA));
      expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', channels: 1, width: 800, height: 600 });
      expect([await pixelOf(bytes, 380, 300), await pixelOf(bytes, 420, 300)]).toEqual([BLACK, WHITE]);
    }
    const upload = uploadOf(rooms, body(rooms)['mask']);
    expect(await sharp(upload.bytes).metadata()).toMatchObject({
      format: 'png',
      channels: 1,
      width: 1152,
      height: 896,
    });
    expect(byFile.warnings?.join()).toContain(`stored as ${byFile.mask}`);
    expect(byFile.mask).not.toBe(drawn);
  });

  test('of a rotated photograph has its mask where a person sees it', { tags: 'long' }, async () => {
    // Stored lying down; a person sees it standing, with the red block in the upper right quarter.
    const block = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#f00' } })
      .png()
      .toBuffer();
    const seen = plain(1500, 2000).composite([{ input: block, left: 1050, top: 200 }]);
    const upright = await seen.png({ compressionLevel: 1 }).toBuffer();
    const stored = await sharp(upright).rotate(270).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await sharp(stored).metadata()).toMatchObject({ width: 2000, height: 1500, orientation: 6 });
    await using rooms = await withPhoto(stored);
    const where = { shape: 'rectangle', x: 70, y: 10, width: 20, height: 15 };
    await fill(rooms, { mask_shapes: [where], whole_picture: true, size: '1792x2304' });
    const image = uploadOf(rooms, body(rooms)['image']);
    const mask = uploadOf(rooms, body(rooms)['mask']);
    for (const { bytes } of [image, mask]) {
      const { width, height, orientation = 1 } = await sharp(bytes).metadata();
      expect([width, height, orientation]).toEqual([1500, 2000, 1]);
    }
    for (const [x, y, inside] of [
      [1060, 210, true],
      [1340, 490, true],
      [1035, 350, false],
      [1365, 350, false],
      [1200, 185, false],
      [1200, 515, false],
    ] as const) {
      expect((await pixelOf(mask.bytes, x, y))[0], `mask ${x},${y}`).toBe(inside ? 255 : 0);
      const [red = 0] = await pixelOf(image.bytes, x, y);
      expect(red > 200, `picture ${x},${y}`).toBe(inside);
    }
  });

  test('of a whole small picture scales picture and mask together, and says so', async () => {
    await using rooms = await withPhoto(await plain(300, 200).jpeg().toBuffer());
    const whole = { mask_shapes: [RIGHT_HALF], whole_picture: true, size: '1344x768' };
    const facts = factsOf(await fill(rooms, whole));
    const mask = uploadOf(rooms, body(rooms)['mask']);
    expect(await sharp(mask.bytes).metadata()).toMatchObject({ width: 600, height: 400, channels: 1, format: 'png' });
    expect(await sharp(uploadOf(rooms, body(rooms)['image']).bytes).metadata()).toMatchObject({
      width: 600,
      height: 400,
    });
    expect([await pixelOf(mask.bytes, 290, 5), await pixelOf(mask.bytes, 310, 5)]).toEqual([BLACK, WHITE]);
    expect(facts.warnings?.join()).toContain('scaled from 300x200 to 600x400');
  });

  test(
    'of one file and mask in three calls uploads its window once, and imports the file once',
    { tags: 'long' },
    async () => {
      await using rooms = await withPhoto(await noisy(700, 500).jpeg().toBuffer());
      for (const prompt of ['a', 'b', 'c']) await fill(rooms, { mask_shapes: [RIGHT_HALF], prompt });
      expect(rooms.uploaded.filter(({ mimeType }) => mimeType === 'image/jpeg')).toHaveLength(1);
      expect(rooms.uploaded).toHaveLength(2);
      const { images } = await rooms.services();
      expect(await images.list({ limit: 9, kinds: ['import'] }, ANNA)).toHaveLength(1);
    },
  );

  test('of URLs passes them on, and records none of them', async () => {
    await using rooms = await withPhoto();
    const facts = factsOf(await fill(rooms, { image: PICTURE_URL, mask: UPLOAD_ID }));
    expect(body(rooms)).toMatchObject({
      image: { source: { url: PICTURE_URL } },
      mask: { source: { uploadId: UPLOAD_ID } },
    });
    expect(rooms.uploaded).toEqual([]);
    expect(facts.made_from).toBeUndefined();
    expect(facts.warnings?.join()).toContain('A picture by URL or upload id is painted whole');
    expect(JSON.stringify(await rooms.call('job_status', { job: facts.job }))).not.toContain('X-Amz');
  });
});

test(
  'a fill whose composite cannot be made succeeds with what Adobe painted, and job_status makes it, free',
  { tags: 'long' },
  async () => {
    const composites = brokenComposites(new Error('a defect'));
    await using rooms = await TestRooms.open({ settings: { preview: 'none' }, composites });
    await rooms.file('photo.jpg', await plain(800, 600).jpeg().toBuffer());
    const result = await fill(rooms, { mask_shapes: [RIGHT_HALF] });
    const first = factsOf(result);
    expect(result.isError).toBe(false);
    expect(first).toMatchObject({ state: 'succeeded', images: [{ width: 1152, height: 896 }] });
    expect(first.warnings?.join()).toContain('job_status makes the picture again, free');
    // The file may change, and its records may go, meanwhile.
    await rooms.file('photo.jpg', await plain(10, 10).jpeg().toBuffer());
    composites.isBroken = false;
    const again = factsOf(await rooms.call('job_status', { job: first.job }));
    expect(again).toMatchObject({ images: [{ width: 800, height: 600, edit: { kept: 'blocks' } }], cost: first.cost });
    expect(again.images?.[0]?.edit?.adobe_picture).toBe(first.images?.[0]?.image);
    expect(again.warnings?.join() ?? '').not.toContain('could not be put');
    expect(rooms.adobe.submits).toHaveLength(1);
  },
);

describe('an impossible fill', () => {
  let rooms: TestRooms;
  beforeAll(async () => {
    rooms = await withPhoto();
    await rooms.file('small.png', await plain(400, 300).png().toBuffer());
    await rooms.file('black.png', await plain(800, 600).linear(0, 0).png().toBuffer());
  });
  afterAll(() => rooms[Symbol.asyncDispose]());

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
    [{ mask_shapes: [RIGHT_HALF], size: '2304x1792' }, 'invalid_argument', 'whole_picture: true'],
    [{ mask_shapes: [RIGHT_HALF], whole_picture: true }, 'invalid_argument', 'size: "1152x896"'],
    [{ mask_shapes: [RIGHT_HALF], count: 2, seeds: [1] }, 'invalid_argument', 'count 1'],
    [{ mask_shapes: [RIGHT_HALF], prompt: ' ' }, 'invalid_argument', 'words'],
  ])('%j is refused with %s before anything is spent', async (input, code, next) => {
    const problem = await refusal(rooms, 'fill_image', { image: 'photo.jpg', ...input });
    expect(problem).toMatchObject({ code, actor: 'caller' });
    expect(problem.next).toContain(next);
    expect([rooms.uploaded, rooms.adobe.submits]).toEqual([[], []]);
  });

  test('with a mask of another size is refused with both sizes', async () => {
    const { message } = await refusal(rooms, 'fill_image', { image: 'photo.jpg', mask: 'small.png' });
    expect(message).toMatch(/400x300.*800x600/);
  });
});

describe('the lineage of a filled picture', () => {
  test('is shown both ways by show_images, and by made_from of list_images', { tags: 'long' }, async () => {
    await using rooms = await withPhoto();
    rooms.settings = { ...rooms.settings, preview: 'thumb' };
    const first = factsOf(await fill(rooms, { mask_shapes: [RIGHT_HALF], seeds: [5] }));
    const [source = '', made = ''] = [first.made_from?.[0], first.images?.[0]?.image];
    const second = factsOf(await fill(rooms, { image: 'last', mask_shapes: [RIGHT_HALF], prompt: 'a lake' }));
    expect(second.made_from).toEqual([made]);
    const shown = await rooms.call('show_images', { image: made });
    expect(shown.text).toContain(
      `Made from:\n- ${source}, "photo.jpg", import, 800x600\n- ${first.mask}, mask by fill_image`,
    );
    expect(shown.text).toMatch(
      /\(mask\)\n- img_\w+ \(job_\w+#1\), painted by fill_image, .*\(as Adobe made it\)\nUsed/,
    );
    expect(shown.text).toContain(`${second.images?.[0]?.image} (${second.job}#1), generated by fill_image`);
    expect(shown.text).toContain('prompt "a lake"');
    const listed = async (input: object) =>
      ImagesResult.parse((await rooms.call('list_images', input)).structured).images ?? [];
    const children = await listed({ made_from: source });
    // The second fill was made from the first one; its mask was drawn on that, and is none of the source.
    expect(new Set(children.map(({ image }) => image))).toEqual(new Set([second.images?.[0]?.image, made, first.mask]));
    expect(children.find(({ image }) => image === made)).toMatchObject({ made_from: [source], mask: first.mask });
    expect((await listed({})).map(({ kind }) => kind)).not.toContain('import');
    expect(await listed({ kind: 'import' })).toMatchObject([{ image: source }]);
    expect((await listed({ kind: 'all' })).map(({ kind }) => kind).toSorted()).toEqual([
      'generated',
      'generated',
      'import',
      'mask',
      'mask',
      'painted',
      'painted',
    ]);
  });
});
