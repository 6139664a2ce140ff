import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { MaskResult } from '../../src/render/schemas.ts';
import { noisy, plain } from '../images/pictures.ts';
import { BLACK, maskOf, MASK_URL, pixelOf, refusal, RIGHT_HALF, UPLOAD_ID, WHITE } from './edited.ts';
import { ANNA, BEN, TestRooms } from '../support/rooms/test-rooms.ts';

async function withPhoto(bytes?: Uint8Array) {
  const desk = await TestRooms.open();
  await desk.file('photo.jpg', bytes ?? (await plain(800, 600).jpeg().toBuffer()));
  return desk;
}

/** The stored bytes of a mask. */
async function bytesOf(desk: TestRooms, mask: string): Promise<Uint8Array> {
  const { images } = await desk.rooms();
  return images.read(await images.get(mask, ANNA));
}

describe('a mask from shapes', () => {
  test('is a grey PNG of the size of the picture, white where the shapes are, told with an overlay', async () => {
    await using desk = await withPhoto();
    const result = await desk.call('make_mask', { image: 'photo.jpg', shapes: [RIGHT_HALF] });
    const facts = MaskResult.parse(result.structured);
    expect(facts).toMatchObject({ open_percent: 50, opens: { x: 400, y: 0, width: 400, height: 600 } });
    expect(facts.images).toMatchObject([{ image: facts.mask, width: 800, height: 600, mime_type: 'image/png' }]);
    expect(facts.next).toContain(`image "${facts.made_for}" and mask "${facts.mask}"`);
    for (const fact of [facts.mask, facts.made_for, '50 %', '400x600', '800x600 PNG']) {
      expect(result.text).toContain(fact);
    }
    const bytes = await bytesOf(desk, facts.mask ?? '');
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
    expect(desk.adobe.submits).toEqual([]);
  });

  test('a noisy picture of 12 megapixels is shown within the budget, and without preview not at all', async () => {
    await using desk = await withPhoto(await noisy(4000, 3000).jpeg({ quality: 70 }).toBuffer());
    const shapes = [{ shape: 'ellipse', x: 25, y: 25, width: 50, height: 50 }];
    const { pictures } = await desk.call('make_mask', { image: 'photo.jpg', shapes, feather: 8 });
    expect(pictures[0]?.data.length).toBeLessThanOrEqual(100_000);
    expect(pictures[0]?.data.length).toBeGreaterThan(5_000);
    desk.settings = { ...desk.settings, preview: 'none' };
    expect((await desk.call('make_mask', { image: 'photo.jpg', shapes })).pictures).toEqual([]);
  });

  test('is drawn upright: percent of what a person sees', async () => {
    const sideways = await plain(900, 600).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    await using desk = await withPhoto(sideways);
    const { structured } = await desk.call('make_mask', { image: 'photo.jpg', shapes: [RIGHT_HALF] });
    const bytes = await bytesOf(desk, maskOf({ structured }));
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 600, height: 900 });
    expect(await pixelOf(bytes, 500, 100)).toEqual(WHITE);
    expect(await pixelOf(bytes, 100, 800)).toEqual(BLACK);
  });

  test('the same mask drawn again is the newest one, also in another conversation', async () => {
    await using desk = await withPhoto();
    const { images } = await desk.rooms();
    const draw = async (x: number, caller = ANNA) =>
      maskOf(await desk.call('make_mask', { image: 'photo.jpg', shapes: [{ ...RIGHT_HALF, x, width: 10 }] }, caller));
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

describe('a mask from something else', () => {
  test('an earlier mask is joined with shapes, inverted, grown', async () => {
    await using desk = await withPhoto();
    const left = { shape: 'rectangle', x: 0, y: 0, width: 100, height: 600, unit: 'pixels' };
    await desk.call('make_mask', { image: 'photo.jpg', shapes: [left] });
    const both = await desk.call('make_mask', { image: 'photo.jpg', shapes: [RIGHT_HALF], from: 'last' });
    expect(MaskResult.parse(both.structured).open_percent).toBe(62.5);
    const rest = await desk.call('make_mask', { image: 'photo.jpg', from: 'last', invert: true, grow: 10 });
    expect(MaskResult.parse(rest.structured).opens).toEqual({ x: 90, y: 0, width: 320, height: 600 });
  });

  test('a cut-out gives its transparent part, a picture its bright part', async () => {
    await using desk = await withPhoto();
    const subject = await sharp({ create: { width: 100, height: 600, channels: 4, background: '#fff' } })
      .png()
      .toBuffer();
    const clear = { r: 0, g: 0, b: 0, alpha: 0 };
    const cutOut = sharp({ create: { width: 800, height: 600, channels: 4, background: clear } });
    await desk.file(
      'cut-out.png',
      await cutOut
        .composite([{ input: subject, left: 0, top: 0 }])
        .png()
        .toBuffer(),
    );
    const open = async (from: string) =>
      MaskResult.parse((await desk.call('make_mask', { image: 'cut-out.png', from })).structured).open_percent;
    expect(await open('alpha')).toBe(87.5);
    expect(await open('luminance')).toBe(12.5);
    expect(await refusal(desk, 'make_mask', { image: 'photo.jpg', from: 'alpha' })).toMatchObject({
      code: 'no_transparency',
    });
  });
});

describe('what cannot be drawn is refused with what would be right', () => {
  test.each([
    [{ shapes: [RIGHT_HALF], invert: true, grow: -1000 }, 'mask_empty', 'larger shapes'],
    [{}, 'mask_source_missing', '"shape": "rectangle"'],
    [{ shapes: [{ ...RIGHT_HALF, x: 150 }] }, 'shape_outside', 'Move it inside'],
    [{ from: 'small.png' }, 'mask_size', 'make_mask'],
    [{ from: MASK_URL }, 'picture_not_local', 'give its path'],
    [{ image: MASK_URL, shapes: [RIGHT_HALF] }, 'picture_not_local', 'give its path'],
    [{ image: UPLOAD_ID, shapes: [RIGHT_HALF] }, 'picture_not_local', 'give its path'],
    [{ image: '../photo.jpg', shapes: [RIGHT_HALF] }, 'outside_roots', 'FIREFLY_ROOTS'],
    [{ image: 'absent.jpg', shapes: [RIGHT_HALF] }, 'file_not_found', 'path'],
    [{ image: 'notes.txt', shapes: [RIGHT_HALF] }, 'not_a_picture', 'JPEG, PNG or WebP'],
    [{ image: 'https://example.com/a.png', shapes: [RIGHT_HALF] }, 'url_not_allowed', 'amazonaws.com'],
    [{ from: 'last' }, 'unknown_image', 'make_mask'],
  ])('%j: %s', async (input, code, next) => {
    await using desk = await withPhoto();
    await desk.file('small.png', await plain(400, 300).png().toBuffer());
    await desk.file('notes.txt', Buffer.from('no picture'));
    const problem = await refusal(desk, 'make_mask', { image: 'photo.jpg', ...input });
    expect(problem).toMatchObject({ code, actor: 'caller' });
    expect(problem.next).toContain(next);
  });

  test("somebody else's mask answers like none, and files are not for callers from afar", async () => {
    await using desk = await withPhoto();
    const mask = maskOf(await desk.call('make_mask', { image: 'photo.jpg', shapes: [RIGHT_HALF] }));
    const foreign = desk.call('make_mask', { image: 'photo.jpg', from: mask }, BEN);
    await expect(foreign).rejects.toMatchObject({ code: 'unknown_image' });
    await using far = await TestRooms.open({ isLocal: false });
    await far.file('photo.jpg', await plain(800, 600).jpeg().toBuffer());
    await expect(far.call('make_mask', { image: 'photo.jpg', shapes: [RIGHT_HALF] })).rejects.toMatchObject({
      code: 'outside_roots',
    });
  });
});
