import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noisy, plain } from '../../../images/pictures.ts';
import { factsOf, MASK_URL, PICTURE_URL, refusal, sentBody, UPLOAD_ID, uploadOf } from '../edited-pictures.ts';
import { ANNA, TestRooms } from '../../../support/rooms/test-rooms.ts';

async function withPhoto(width = 800, height = 600) {
  const rooms = await TestRooms.open({ settings: { preview: 'none' } });
  await rooms.file('photo.jpg', await plain(width, height).jpeg().toBuffer());
  return rooms;
}
const expand = (rooms: TestRooms, input: object) =>
  rooms.finished({ image: 'photo.jpg', ...input }, ANNA, 'expand_image');
const body = (rooms: TestRooms) => sentBody(rooms, 'ExpandImageRequestV3');
async function sentSize(rooms: TestRooms): Promise<string> {
  const { width, height } = await sharp(uploadOf(rooms, body(rooms)['image']).bytes).metadata();
  return `${width}x${height}`;
}

/** A mask of the size of the result: black where the picture goes. */
async function frame(width: number, height: number): Promise<Buffer> {
  const hole = await plain(800, 600).linear(0, 0).png().toBuffer();
  const white = sharp({ create: { width, height, channels: 3, background: '#fff' } });
  return white
    .composite([{ input: hole, left: 50, top: 20 }])
    .png()
    .toBuffer();
}

describe('an expansion', () => {
  test('to an aligned size sends every field where Adobe expects it', { tags: 'long' }, async () => {
    await using rooms = await withPhoto();
    const input = {
      size: '2048x1152',
      align_horizontal: 'left',
      align_vertical: 'bottom',
      prompt: 'a beach',
      count: 2,
    };
    const result = await expand(rooms, { ...input, seeds: [1, 2] });
    const { image: _, ...rest } = body(rooms);
    expect(rest).toEqual({
      prompt: 'a beach',
      numVariations: 2,
      seeds: [1, 2],
      placement: { inset: { left: 0, top: 552, right: 1248, bottom: 0 } },
      size: { width: 2048, height: 1152 },
    });
    expect(await sentSize(rooms)).toBe('800x600');
    const facts = factsOf(result);
    expect(facts).toMatchObject({ state: 'succeeded', size: '2048x1152', count: 2 });
    expect(facts.images).toMatchObject([
      { width: 2048, height: 1152 },
      { width: 2048, height: 1152 },
    ]);
    expect(facts.warnings?.join()).toContain('The picture itself is 20 % of the result.');
    expect(result.text).toContain('Painted: 1248 px right, 552 px top.');
    const painted = { left: 0, top: 552, right: 1248, bottom: 0 };
    expect(facts.images?.map(({ edit }) => edit?.painted)).toEqual([painted, painted]);
    const dry = await expand(rooms, { ...input, dry_run: true });
    expect(dry.text).toContain('Painted: 1248 px right, 552 px top.');
    expect(dry.structured).toMatchObject({ painted });
    expect(result.text).toContain(`Made from "photo.jpg" (${facts.made_from?.[0]}).`);
  });

  test('to a ratio asks for the smallest size that holds the picture, centred', { tags: 'long' }, async () => {
    await using rooms = await withPhoto();
    await expand(rooms, { aspect_ratio: '16:9' });
    expect(body(rooms)).toMatchObject({
      size: { width: 1072, height: 603 },
      placement: { inset: { left: 136, top: 1, right: 136, bottom: 2 } },
      numVariations: 1,
    });
    expect(body(rooms)).not.toHaveProperty('prompt');
  });

  test('to the ratio of another picture, which is read and not sent', { tags: 'long' }, async () => {
    await using rooms = await withPhoto();
    await rooms.file('wide.png', await plain(400, 100).png().toBuffer());
    const facts = factsOf(await expand(rooms, { aspect_ratio: 'like:wide.png' }));
    expect(body(rooms)).toMatchObject({ size: { width: 2400, height: 600 } });
    expect(rooms.uploaded).toHaveLength(1);
    expect(facts.made_from).toHaveLength(1);
  });

  test(
    'of a picture of 7 megapixels to more than Adobe paints is painted smaller, and keeps every pixel of the picture',
    { tags: 'long' },
    async () => {
      await using rooms = await withPhoto(3600, 2000);
      const photo = await sharp(await plain(3600, 2000).jpeg().toBuffer())
        .raw()
        .toBuffer();
      const facts = factsOf(await expand(rooms, { inset_right: '50%', inset_bottom: 400 }));
      expect(facts).toMatchObject({
        size: '5400x2400',
        images: [{ width: 5400, height: 2400, edit: { kept: 'close' } }],
      });
      expect(body(rooms)).toMatchObject({ size: { width: 3999, height: 1777 } });
      expect(await sentSize(rooms)).toBe('2666x1481');
      expect(facts.warnings?.join()).toContain('painted at 3999x1777 and enlarged 1.4 times');
      const { images } = await rooms.services();
      const made = await images.read(await images.get(facts.images?.[0]?.image ?? '', ANNA));
      const own = await sharp(made).extract({ left: 0, top: 0, width: 3600, height: 2000 }).raw().toBuffer();
      expect(own.reduce((most, value, at) => Math.max(most, Math.abs(value - (photo[at] ?? 0))), 0)).toBeLessThan(6);
    },
  );

  test(
    'of a PNG has the picture itself in it, pixel for pixel, with insets in its own pixels',
    { tags: 'long' },
    async () => {
      await using rooms = await withPhoto();
      const small = await noisy(300, 200).png().toBuffer();
      await rooms.file('small.png', small);
      const facts = factsOf(await expand(rooms, { image: 'small.png', inset_left: 100, inset_right: '100 px' }));
      expect(body(rooms)).toMatchObject({
        size: { width: 1000, height: 400 },
        placement: { inset: { left: 200, top: 0, right: 200, bottom: 0 } },
      });
      expect(await sentSize(rooms)).toBe('600x400');
      expect(facts.warnings?.join()).toContain('painted at 1000x400 and scaled down');
      expect(facts.images).toMatchObject([{ width: 500, height: 200, edit: { kept: 'exact', transition: 0 } }]);
      const { images } = await rooms.services();
      const made = await images.read(await images.get(facts.images?.[0]?.image ?? '', ANNA));
      const own = await sharp(made).extract({ left: 100, top: 0, width: 300, height: 200 }).raw().toBuffer();
      expect(own.equals(await sharp(small).raw().toBuffer())).toBe(true);
    },
  );

  test('to a ratio with room on one side works the other sides out', async () => {
    await using rooms = await withPhoto();
    await expand(rooms, { aspect_ratio: '16:9', inset_left: '60%' });
    const { size, placement } = body(rooms) as { size: object; placement: { inset: Record<string, number> } };
    expect(size).toEqual({ width: 1280, height: 720 });
    expect(placement.inset).toEqual({ left: 480, top: 60, right: 0, bottom: 60 });
  });

  test('with a mask has the size of the mask, and no placement', async () => {
    await using rooms = await withPhoto();
    await rooms.file('frame.png', await frame(1000, 700));
    const facts = factsOf(await expand(rooms, { mask: 'frame.png' }));
    expect(body(rooms)).toMatchObject({ size: { width: 1000, height: 700 } });
    expect(body(rooms)).not.toHaveProperty('placement');
    const { bytes } = uploadOf(rooms, body(rooms)['mask']);
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 1000, height: 700, channels: 1 });
    expect(facts.mask).toMatch(/^img_/);
    await expand(rooms, { mask: 'frame.png', size: '1000x700', invert_mask: true, prompt: 'x' });
    expect(body(rooms)['mask']).toMatchObject({ invert: true });
  });

  test('of a URL or upload id passes it on and needs a size', async () => {
    await using rooms = await withPhoto();
    await expand(rooms, { image: PICTURE_URL, size: '2048x1152', align_vertical: 'top' });
    expect(body(rooms)).toMatchObject({
      image: { source: { url: PICTURE_URL } },
      placement: { alignment: { vertical: 'top' } },
    });
    const insets = { inset_left: 1, inset_top: 2, inset_right: 3, inset_bottom: 4 };
    await expand(rooms, { image: UPLOAD_ID, size: '2048x1152', ...insets });
    expect(body(rooms)).toMatchObject({
      image: { source: { uploadId: UPLOAD_ID } },
      placement: { inset: { left: 1, top: 2, right: 3, bottom: 4 } },
    });
    await expand(rooms, { image: UPLOAD_ID, mask: MASK_URL, size: '2048x1152' });
    expect(body(rooms)).toMatchObject({ mask: { source: { url: MASK_URL } } });
    expect(rooms.uploaded).toEqual([]);
  });
});

describe('an impossible expansion', () => {
  let rooms: TestRooms;
  beforeAll(async () => {
    rooms = await withPhoto();
    await rooms.file('frame.png', await frame(1000, 700));
    await rooms.file('white.png', await plain(1000, 700).linear(0, 255).png().toBuffer());
  });
  afterAll(() => rooms[Symbol.asyncDispose]());

  test.each([
    [{}, 'invalid_argument', 'aspect_ratio'],
    [{ size: '800x600' }, 'invalid_argument', 'another aspect_ratio'],
    [{ aspect_ratio: '4:3' }, 'invalid_argument', 'another aspect_ratio'],
    [{ size: '12000x8000' }, 'picture_too_large', ''],
    [{ image: PICTURE_URL, size: '8000x4500' }, 'invalid_argument', '3999x2249'],
    [{ inset_left: 'half' }, 'invalid_argument', 'percent'],
    [{ inset_left: '12.5' }, 'invalid_argument', 'whole pixels'],
    [{ size: '700x600' }, 'invalid_argument', 'larger'],
    [{ size: 'wide' }, 'invalid_argument', '2048x1152'],
    [{ aspect_ratio: 'wide' }, 'invalid_argument', '16:9'],
    [{ aspect_ratio: 'like:gone.png' }, 'file_not_found', 'path'],
    [{ aspect_ratio: `like:${PICTURE_URL}` }, 'picture_not_local', '3:2'],
    [{ size: '2048x1152', aspect_ratio: '16:9' }, 'invalid_argument', 'one of the two'],
    [{ size: '2048x1152', align_vertical: 'top', inset_top: 0 }, 'invalid_argument', 'one of the two'],
    [
      { aspect_ratio: '16:9', inset_left: 0, inset_right: 0, inset_top: 0, inset_bottom: 0 },
      'invalid_argument',
      'on one side',
    ],
    [{ size: '900x700', inset_left: 500, inset_right: 500 }, 'invalid_argument', 'larger'],
    [{ mask: 'frame.png', align_vertical: 'top' }, 'invalid_argument', 'leave out mask'],
    [{ mask: 'frame.png', inset_left: 5 }, 'invalid_argument', 'leave out mask'],
    [{ mask: 'frame.png', aspect_ratio: '1:1' }, 'invalid_argument', 'leave out mask'],
    [{ mask: 'frame.png', size: '1000x800' }, 'mask_size', 'exactly'],
    [{ mask: 'photo.jpg' }, 'mask_size', 'fill_image'],
    [{ mask: 'white.png', invert_mask: true }, 'mask_empty', 'invert'],
    [{ mask: MASK_URL }, 'picture_not_local', 'size'],
    [{ size: '900x700', invert_mask: true }, 'invalid_argument', 'Leave it out'],
    [{ image: PICTURE_URL, aspect_ratio: '16:9' }, 'picture_not_local', '2048x1152'],
    [{ image: UPLOAD_ID, inset_left: 5 }, 'picture_not_local', '2048x1152'],
    [{ image: UPLOAD_ID, size: '900x700', inset_left: 5 }, 'picture_not_local', 'all four'],
    [{ image: 'no.jpg', aspect_ratio: '16:9' }, 'file_not_found', 'path'],
    [{ aspect_ratio: '16:9', count: 2, seeds: [3, 3] }, 'invalid_argument', 'seed of its own'],
  ])('%j is refused with %s before anything is spent', async (input, code, next) => {
    const problem = await refusal(rooms, 'expand_image', { image: 'photo.jpg', ...input });
    expect(problem).toMatchObject({ code, actor: 'caller' });
    expect(problem.next).toContain(next);
    expect([rooms.uploaded, rooms.adobe.submits]).toEqual([[], []]);
  });
});

describe('reference pictures of generate_image', () => {
  test('are sent with their strengths, and recorded as sources', async () => {
    await using rooms = await withPhoto();
    await rooms.file('layout.png', await plain(640, 480).png().toBuffer());
    const input = { prompt: 'a fox', style_image: 'photo.jpg', style_strength: 70, structure_image: 'layout.png' };
    const facts = factsOf(await rooms.finished({ ...input, structure_strength: 0 }, ANNA));
    const sent = sentBody(rooms, 'GenerateImagesRequestV3') as {
      style: { imageReference: unknown };
      structure: { imageReference: unknown };
    };
    expect(sent).toMatchObject({ style: { strength: 70 }, structure: { strength: 0 } });
    expect(uploadOf(rooms, sent.style.imageReference).mimeType).toBe('image/jpeg');
    expect(uploadOf(rooms, sent.structure.imageReference).mimeType).toBe('image/png');
    expect(facts.made_from).toHaveLength(2);
    await rooms.finished({ prompt: 'a fox', structure_image: PICTURE_URL, style_presets: ['bw'] }, ANNA);
    expect(sentBody(rooms, 'GenerateImagesRequestV3')).toMatchObject({
      style: { presets: ['bw'] },
      structure: { imageReference: { source: { url: PICTURE_URL } } },
    });
  });

  test.each([
    [{ structure_strength: 5 }, 'structure_image'],
    [{ style_strength: 5 }, 'style_image'],
    [{ style_image: 'photo.jpg', model: 'image5' }, 'image4_standard'],
    [{ structure_image: 'photo.jpg', model: 'image5' }, 'image4_standard'],
  ])('%j is refused', async (input, next) => {
    await using rooms = await withPhoto();
    const problem = await refusal(rooms, 'generate_image', { prompt: 'a fox', ...input });
    expect(problem.code).toBe('invalid_argument');
    expect(`${problem.message} ${problem.next}`).toContain(next);
  });
});
