import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { MaskResult } from '../../../src/render/schemas.ts';
import { noisy, plain } from '../../images/pictures.ts';
import { BLACK, maskOf, MASK_URL, pixelOf, refusal, RIGHT_HALF, UPLOAD_ID, WHITE } from '../edit/edited-pictures.ts';
import { AFAR } from '../../support/callers.ts';
import { ANNA, BEN, TestRooms } from '../../support/rooms/test-rooms.ts';

async function withPhoto(bytes?: Uint8Array) {
  const rooms = await TestRooms.open();
  await rooms.file('photo.jpg', bytes ?? (await plain(800, 600).jpeg().toBuffer()));
  return rooms;
}

/** The stored bytes of a mask. */
async function bytesOf(rooms: TestRooms, mask: string): Promise<Uint8Array> {
  const { images } = await rooms.services();
  return images.read(await images.get(mask, ANNA));
}

describe('a mask from shapes', () => {
  test('for a purpose says what was decided: inverted, grown and softened by how much', async () => {
    await using rooms = await withPhoto();
    const shapes = [{ shape: 'rectangle', x: 20, y: 20, width: 20, height: 20 }];
    const draw = async (input: object) =>
      (await rooms.call('make_mask', { image: 'photo.jpg', shapes, ...input })).text;
    expect(await draw({ for: 'remove' })).toContain(
      'For "remove" what may change was grown by 6 px, softened at the edge over 2 px',
    );
    expect(await draw({ for: 'background', feather: 0 })).toContain(
      'For "background" what may change was inverted, grown by 2 px;',
    );
    expect(await draw({})).not.toContain('what may change was');
  });

  test('is a grey PNG of the size of the picture, white inside the shapes, and is shown as an overlay', async () => {
    await using rooms = await withPhoto();
    const result = await rooms.call('make_mask', { image: 'photo.jpg', shapes: [RIGHT_HALF] });
    const facts = MaskResult.parse(result.structured);
    expect(facts).toMatchObject({ open_percent: 50, opens: { x: 400, y: 0, width: 400, height: 600 } });
    expect(facts.images).toMatchObject([{ image: facts.mask, width: 800, height: 600, mime_type: 'image/png' }]);
    expect(facts.next).toContain(`image "${facts.made_for}" and mask "${facts.mask}"`);
    for (const fact of [facts.mask, facts.made_for, '50 %', '400x600', '800x600 PNG']) {
      expect(result.text).toContain(fact);
    }
    const bytes = await bytesOf(rooms, facts.mask ?? '');
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', channels: 1, width: 800, height: 600 });
    expect([await pixelOf(bytes, 399, 300), await pixelOf(bytes, 400, 300)]).toEqual([BLACK, WHITE]);
    // The overlay is tinted red on the right, and on the left as the picture is.
    const [overlay] = result.pictures;
    const shown = await sharp(Buffer.from(overlay?.data ?? '', 'base64'))
      .png()
      .toBuffer();
    const [left, right] = [await pixelOf(shown, 50, 200), await pixelOf(shown, 400, 200)];
    expect(Math.abs((left[0] ?? 0) - 40)).toBeLessThan(12);
    expect(right[0]).toBeGreaterThan(120);
    expect(rooms.adobe.submits).toEqual([]);
  });

  test(
    'is shown within 100 kB on a noisy picture of 12 megapixels, and is not shown with preview "none"',
    { tags: 'long' },
    async () => {
      await using rooms = await withPhoto(await noisy(4000, 3000).jpeg({ quality: 70 }).toBuffer());
      const shapes = [{ shape: 'ellipse', x: 25, y: 25, width: 50, height: 50 }];
      const { pictures } = await rooms.call('make_mask', { image: 'photo.jpg', shapes, feather: 8 });
      expect(pictures[0]?.data.length).toBeLessThanOrEqual(100_000);
      expect(pictures[0]?.data.length).toBeGreaterThan(5_000);
      rooms.settings = { ...rooms.settings, preview: 'none' };
      expect((await rooms.call('make_mask', { image: 'photo.jpg', shapes })).pictures).toEqual([]);
    },
  );

  test(
    'as a draft can be used like any mask, and stands in no list that does not ask for drafts',
    { tags: 'long' },
    async () => {
      await using rooms = await withPhoto();
      const { structured } = await rooms.call('make_mask', { image: 'photo.jpg', shapes: [RIGHT_HALF], draft: true });
      const { mask = '' } = MaskResult.parse(structured);
      const listed = async (input: object) => (await rooms.call('list_images', { kind: 'mask', ...input })).text;
      expect(await listed({})).not.toContain(mask);
      expect(await listed({ tool: 'draft' })).toContain(mask);
      const filled = await rooms.call('fill_image', { image: 'photo.jpg', mask, prompt: 'a pond' });
      expect(filled.isError).toBe(false);
    },
  );

  test('is drawn in percent of the upright picture', async () => {
    const sideways = await plain(900, 600).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    await using rooms = await withPhoto(sideways);
    const { structured } = await rooms.call('make_mask', { image: 'photo.jpg', shapes: [RIGHT_HALF] });
    const bytes = await bytesOf(rooms, maskOf({ structured }));
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 600, height: 900 });
    expect(await pixelOf(bytes, 500, 100)).toEqual(WHITE);
    expect(await pixelOf(bytes, 100, 800)).toEqual(BLACK);
  });

  test('that is drawn again becomes the newest one, also in another conversation', { tags: 'long' }, async () => {
    await using rooms = await withPhoto();
    const { images } = await rooms.services();
    const draw = async (x: number, caller = ANNA) =>
      maskOf(await rooms.call('make_mask', { image: 'photo.jpg', shapes: [{ ...RIGHT_HALF, x, width: 10 }] }, caller));
    const [first, second] = [await draw(10), await draw(20)];
    expect((await images.resolve('last', ANNA, 'mask')).id).toBe(second);
    const again = await draw(10);
    expect((await images.resolve('last', ANNA, 'mask')).id).toBe(again);
    expect((await images.get(again, ANNA)).sha256).toBe((await images.get(first, ANNA)).sha256);
    const elsewhere = { ...ANNA, conversation: 'other' };
    const there = await draw(10, elsewhere);
    expect((await images.resolve('last', elsewhere, 'mask')).id).toBe(there);
  });
});

describe('a mask from another picture', () => {
  test('joins an earlier mask with shapes, inverts and grows it', { tags: 'long' }, async () => {
    await using rooms = await withPhoto();
    const left = { shape: 'rectangle', x: 0, y: 0, width: 100, height: 600, unit: 'pixels' };
    await rooms.call('make_mask', { image: 'photo.jpg', shapes: [left] });
    const both = await rooms.call('make_mask', { image: 'photo.jpg', shapes: [RIGHT_HALF], from: 'last' });
    expect(MaskResult.parse(both.structured).open_percent).toBe(62.5);
    const rest = await rooms.call('make_mask', { image: 'photo.jpg', from: 'last', invert: true, grow: 10 });
    expect(MaskResult.parse(rest.structured).opens).toEqual({ x: 90, y: 0, width: 320, height: 600 });
  });

  test('opens the transparent part of a cut-out, and the bright part of a picture', { tags: 'long' }, async () => {
    await using rooms = await withPhoto();
    const subject = await sharp({ create: { width: 100, height: 600, channels: 4, background: '#fff' } })
      .png()
      .toBuffer();
    const clear = { r: 0, g: 0, b: 0, alpha: 0 };
    const cutOut = sharp({ create: { width: 800, height: 600, channels: 4, background: clear } });
    await rooms.file(
      'cut-out.png',
      await cutOut
        .composite([{ input: subject, left: 0, top: 0 }])
        .png()
        .toBuffer(),
    );
    const open = async (from: string) =>
      MaskResult.parse((await rooms.call('make_mask', { image: 'cut-out.png', from })).structured).open_percent;
    expect(await open('alpha')).toBe(87.5);
    expect(await open('luminance')).toBe(12.5);
    expect(await refusal(rooms, 'make_mask', { image: 'photo.jpg', from: 'alpha' })).toMatchObject({
      code: 'no_transparency',
    });
  });
});

describe('an impossible mask', () => {
  test.each([
    [{ shapes: [RIGHT_HALF], invert: true, grow: -1000 }, 'mask_empty', 'larger shapes'],
    [{}, 'mask_source_missing', '"shape": "rectangle"'],
    [{ shapes: [{ ...RIGHT_HALF, x: 150 }] }, 'shape_outside', 'Move it inside'],
    [{ from: 'small.png' }, 'mask_size', 'make_mask'],
    [{ from: MASK_URL }, 'picture_not_local', 'a path or a data URI'],
    [{ image: MASK_URL, shapes: [RIGHT_HALF] }, 'picture_not_local', 'a path or a data URI'],
    [{ image: UPLOAD_ID, shapes: [RIGHT_HALF] }, 'picture_not_local', 'a path or a data URI'],
    [{ image: '../photo.jpg', shapes: [RIGHT_HALF] }, 'outside_roots', 'FIREFLY_ROOTS'],
    [{ image: 'absent.jpg', shapes: [RIGHT_HALF] }, 'file_not_found', 'path'],
    [{ image: 'notes.txt', shapes: [RIGHT_HALF] }, 'not_a_picture', 'JPEG, PNG or WebP'],
    [{ image: 'https://example.com/a.png', shapes: [RIGHT_HALF] }, 'url_not_allowed', 'amazonaws.com'],
    [{ from: 'last' }, 'unknown_image', 'make_mask'],
  ])('%j is refused with %s and a way out', async (input, code, next) => {
    await using rooms = await withPhoto();
    await rooms.file('small.png', await plain(400, 300).png().toBuffer());
    await rooms.file('notes.txt', Buffer.from('no picture'));
    const problem = await refusal(rooms, 'make_mask', { image: 'photo.jpg', ...input });
    expect(problem).toMatchObject({ code, actor: 'caller' });
    expect(problem.next).toContain(next);
  });

  test('of another principal answers like none, and callers on other machines can name no file', async () => {
    await using rooms = await withPhoto();
    const mask = maskOf(await rooms.call('make_mask', { image: 'photo.jpg', shapes: [RIGHT_HALF] }));
    const foreign = rooms.call('make_mask', { image: 'photo.jpg', from: mask }, BEN);
    await expect(foreign).rejects.toMatchObject({ code: 'unknown_image' });
    await using far = await TestRooms.open({ can: AFAR });
    await far.file('photo.jpg', await plain(800, 600).jpeg().toBuffer());
    await expect(far.call('make_mask', { image: 'photo.jpg', shapes: [RIGHT_HALF] })).rejects.toMatchObject({
      code: 'outside_roots',
    });
  });
});
