import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plain } from '../../images/pictures.ts';
import { ANNA, TestRooms } from '../../support/rooms/test-rooms.ts';
import {
  BLACK,
  factsOf,
  pixelOf,
  PICTURE_URL,
  refusal,
  sentBody,
  UPLOAD_ID,
  uploadOf,
} from '../edit/edited-pictures.ts';

/** Grey pixels that are white in a box. */
function box(width: number, height: number, [left, top, right, bottom]: readonly [number, number, number, number]) {
  const data = Buffer.alloc(width * height);
  for (let y = top; y < bottom; y += 1) data.fill(255, y * width + left, y * width + right);
  return sharp(data, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
}

/** The files of every test, by name; encoding them takes longer than most tests. */
const files = (async () => {
  const bottle = await plain(300, 400).png().toBuffer();
  const alpha = await sharp(bottle)
    .joinChannel(await box(300, 400, [100, 50, 200, 390]))
    .png()
    .toBuffer();
  return {
    'bottle.png': bottle,
    'bottle-mask.png': await box(300, 400, [100, 50, 200, 390]),
    'cut.png': alpha,
    'room.jpg': await plain(1600, 1200).jpeg().toBuffer(),
    'where.png': await box(1600, 1200, [400, 300, 800, 900]),
  };
})();

async function rooms() {
  const opened = await TestRooms.open({ settings: { preview: 'none' } });
  for (const [name, bytes] of Object.entries(await files)) await opened.file(name, bytes);
  return opened;
}
const make = (opened: TestRooms, input: object) => opened.finished(input, ANNA, 'composite_image');
/** Sent, and not waited for: what would be made of it does not matter. */
async function send(opened: TestRooms, input: object) {
  opened.adobe.durationMs = 60_000;
  return opened.call('composite_image', { ...input, wait_seconds: 1 });
}
const INTO = { image: 'cut.png', background: 'room.jpg', mask: 'where.png' };
interface Placed {
  readonly background: { readonly image: unknown; readonly fillAreaMask: unknown };
  readonly object: { readonly image: unknown };
}

describe('a scene from words', () => {
  const body = (opened: TestRooms) => sentBody(opened, 'GenerateObjectCompositeRequestV3');

  test('is asked for by a prompt alone, and keeps the transparency of the object', { tags: 'long' }, async () => {
    await using opened = await rooms();
    const given = {
      image: 'cut.png',
      prompt: 'on a beach',
      align_vertical: 'bottom',
      content_class: 'photo',
      count: 2,
    };
    const facts = factsOf(await make(opened, { ...given, style_presets: ['watercolor'] }));
    const { image, ...rest } = body(opened);
    expect(rest).toEqual({
      prompt: 'on a beach',
      placement: { alignment: { vertical: 'bottom' } },
      style: { presets: [expect.stringMatching(/^watercolor$/i)] },
      contentClass: 'photo',
      numVariations: 2,
      size: { width: 2048, height: 2048 },
    });
    const { bytes, mimeType } = uploadOf(opened, image);
    expect([mimeType, (await sharp(bytes).metadata()).hasAlpha]).toEqual(['image/png', true]);
    expect(facts).toMatchObject({ size: '2048x2048', count: 2, cost: { operations: 2, estimate: false } });
    expect(facts.made_from).toHaveLength(1);
  });

  test('takes the style of a picture, and its strength', async () => {
    await using opened = await rooms();
    const given = { image: 'cut.png', prompt: 'on a beach', style_image: 'room.jpg', style_strength: 80 };
    const facts = factsOf(await make(opened, given));
    const { style } = body(opened) as { style: { imageReference: unknown } };
    expect(style).toMatchObject({ strength: 80 });
    expect(uploadOf(opened, style.imageReference).mimeType).toBe('image/jpeg');
    expect(facts.made_from).toHaveLength(2);
  });

  test('takes object_mask, by which the object is cut out here, and insets', async () => {
    await using opened = await rooms();
    const given = { image: 'bottle.png', object_mask: 'bottle-mask.png', prompt: 'on a beach', inset_left: 20 };
    const facts = factsOf(await make(opened, given));
    expect(body(opened)).toMatchObject({ placement: { inset: { left: 20 } } });
    expect(body(opened)).not.toHaveProperty('mask');
    const { bytes } = uploadOf(opened, body(opened)['image']);
    expect([(await pixelOf(bytes, 150, 200))[3], (await pixelOf(bytes, 20, 200))[3]]).toEqual([255, 0]);
    expect(facts.warnings?.[0]).toMatch(/^The object was cut out of img_\w+ as img_\w+\.$/);
  });

  test('is made of a URL, whose size only Adobe knows', async () => {
    await using opened = await rooms();
    await make(opened, { image: PICTURE_URL, prompt: 'on a beach' });
    expect(body(opened)['image']).toEqual({ source: { url: PICTURE_URL } });
  });
});

describe('an object in a background', () => {
  test(
    'keeps its pixels where the method is precise, with seeds of ours and the window around the mask',
    { tags: 'long' },
    async () => {
      await using opened = await rooms();
      const facts = factsOf(await make(opened, { ...INTO, blend: 0.2, count: 3 }));
      const sent = sentBody(opened, 'PreciseCompositeRequest');
      const { background, object, ...rest } = sent as unknown as Placed;
      expect(rest).toEqual({
        numVariations: 3,
        seeds: [expect.any(Number), expect.any(Number), expect.any(Number)],
        blend: 0.2,
        output: { mediaType: 'image/png' },
      });
      const mask = uploadOf(opened, background.fillAreaMask).bytes;
      expect(await sharp(mask).metadata()).toMatchObject({ width: 1024, height: 1024 });
      expect([await pixelOf(mask, 500, 500), await pixelOf(mask, 10, 10)].map(([level]) => level)).toEqual([255, 0]);
      expect(await sharp(uploadOf(opened, background.image).bytes).metadata()).toMatchObject({
        width: 1024,
        height: 1024,
      });
      expect(uploadOf(opened, object.image).mimeType).toBe('image/png');
      expect(facts).toMatchObject({ size: '1600x1200', count: 3, cost: { operations: 3, estimate: true } });
      expect(facts.made_from).toHaveLength(2);
      expect(facts.mask).toMatch(/^img_/);
    },
  );

  test('is painted anew where an argument of adaptive is given', { tags: 'long' }, async () => {
    await using opened = await rooms();
    await send(opened, { ...INTO, harmonization: 0.9, shadow: 0, preserve_background: true, seeds: [5] });
    const sent = sentBody(opened, 'AdaptiveCompositeRequest');
    expect(sent).toMatchObject({ harmonization: 0.9, shadowIntensity: 0, preserveBackground: true, seeds: [5] });
  });

  test('goes where the mask is black with invert_mask, which is inverted here', { tags: 'long' }, async () => {
    await using opened = await rooms();
    await send(opened, { ...INTO, method: 'adaptive', invert_mask: true });
    const { background } = sentBody(opened, 'AdaptiveCompositeRequest') as unknown as Placed;
    const { bytes } = uploadOf(opened, background.fillAreaMask);
    expect((await sharp(bytes).metadata()).width).toBeGreaterThan(1600);
    // The padding of a picture that is 4:3 is closed: no object is wanted there.
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    const open = data.filter((level) => level >= 128).length / info.channels / (info.width * info.height);
    expect(open).toBeLessThan((1600 * 1200 - 400 * 600) / (1600 * 1200));
    const middle = { x: Math.round(info.width * 0.375), y: Math.round(info.height * 0.5) };
    expect((await pixelOf(bytes, middle.x, middle.y))[0]).toBe(BLACK[0]);
  });

  test('is the whole of what Adobe makes with whole_picture', async () => {
    await using opened = await rooms();
    const facts = factsOf(await make(opened, { ...INTO, whole_picture: true, invert_mask: true }));
    const { background } = sentBody(opened, 'PreciseCompositeRequest') as unknown as Placed;
    const mask = uploadOf(opened, background.fillAreaMask).bytes;
    expect(await sharp(mask).metadata()).toMatchObject({ width: 1600, height: 1200 });
    expect([await pixelOf(mask, 600, 600), await pixelOf(mask, 10, 10)].map(([level]) => level)).toEqual([0, 255]);
    expect(facts).not.toHaveProperty('size');
    expect(facts.images?.[0]).not.toHaveProperty('edit');
  });

  test('is one job with one object, and another job with another one', { tags: 'long' }, async () => {
    await using opened = await rooms();
    const call = (image: string) => send(opened, { ...INTO, image });
    const [first, second] = [factsOf(await call('cut.png')), factsOf(await call('bottle.png'))];
    expect(second.job).not.toBe(first.job);
  });

  test('is one job for identical calls, whatever the seeds', { tags: 'long' }, async () => {
    await using opened = await rooms();
    const call = () => send(opened, INTO);
    const [first, second] = [factsOf(await call()), factsOf(await call())];
    expect(second.job).toBe(first.job);
  });

  test('of URLs is passed on, where all are', async () => {
    await using opened = await rooms();
    const facts = factsOf(await make(opened, { image: 'cut.png', background: PICTURE_URL, mask: UPLOAD_ID }));
    expect(facts.warnings).toContainEqual(expect.stringContaining('comes back as Adobe made it'));
    const { background } = sentBody(opened, 'PreciseCompositeRequest') as unknown as Placed;
    expect(background.image).toEqual({ source: { url: PICTURE_URL } });
  });
});

describe('an impossible composite', () => {
  let opened: TestRooms;
  beforeAll(async () => {
    opened = await rooms();
    await opened.file('wide.png', await plain(4000, 500).png({ compressionLevel: 1 }).toBuffer());
    const ends = await box(4000, 500, [0, 0, 300, 300]);
    const right = [{ input: await box(300, 300, [0, 0, 300, 300]), left: 3700, top: 0 }];
    await opened.file('apart.png', await sharp(ends).composite(right).png().toBuffer());
    await opened.file('huge.png', await plain(2400, 2400).png({ compressionLevel: 1 }).toBuffer());
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  test.each([
    [{ image: 'cut.png' }, 'invalid_argument', 'needs prompt'],
    [{ image: 'cut.png', background: 'room.jpg' }, 'invalid_argument', 'needs mask'],
    [{ image: 'cut.png', mask: 'where.png' }, 'invalid_argument', 'needs background'],
    [{ ...INTO, prompt: 'a beach' }, 'invalid_argument', 'prompt is for the method object'],
    [{ ...INTO, method: 'object' }, 'invalid_argument', 'background is for the method precise or adaptive'],
    [{ ...INTO, blend: 0.5, shadow: 1 }, 'invalid_argument', 'blend is for the method precise'],
    [{ ...INTO, align_vertical: 'top' }, 'invalid_argument', 'align_vertical is for the method object'],
    [{ ...INTO, count: 4 }, 'invalid_argument', 'at most 3'],
    [{ ...INTO, seeds: [1, 2, 3, 4] }, 'invalid_argument', 'at most 3'],
    [{ ...INTO, blend: 2 }, 'invalid_argument', 'Correct'],
    [{ ...INTO, mask: 'bottle-mask.png' }, 'mask_size', ''],
    [{ ...INTO, mask: 'room.jpg' }, 'invalid_argument', ''],
    [{ ...INTO, mask: PICTURE_URL }, 'picture_not_local', ''],
    [{ ...INTO, background: PICTURE_URL, mask: PICTURE_URL, invert_mask: true }, 'picture_not_local', ''],
    [{ ...INTO, background: 'wide.png', mask: 'apart.png' }, 'invalid_argument', 'a call for each further one'],
    [{ ...INTO, whole_picture: true, method: 'object' }, 'invalid_argument', 'background is for'],
    [{ ...INTO, style_image: 'room.jpg' }, 'invalid_argument', 'style_image is for the method object'],
    [{ image: 'cut.png', prompt: 'a beach', style_strength: 5 }, 'invalid_argument', 'style_strength needs'],
    [{ image: 'huge.png', prompt: 'a beach' }, 'invalid_argument', 'object_mask'],
    [{ image: 'cut.png', prompt: 'a beach', size: '1440x2560' }, 'invalid_argument', '1792x2304'],
    [{ image: 'cut.png', prompt: 'a beach', inset_left: 1, align_vertical: 'top' }, 'invalid_argument', 'exclude'],
    [{ image: 'cut.png', prompt: 'a beach', inset_left: 1500, inset_right: 600 }, 'invalid_argument', 'no room'],
    [{ image: 'cut.png', prompt: 'x'.repeat(1025) }, 'invalid_argument', 'Shorten it by 1'],
    [{ image: PICTURE_URL, object_mask: 'bottle-mask.png', prompt: 'a beach' }, 'picture_not_local', ''],
    [{ image: 'gone.png', prompt: 'a beach' }, 'file_not_found', ''],
  ])('%j is refused with %s before anything is spent', async (input, code, words) => {
    const problem = await refusal(opened, 'composite_image', input);
    expect(problem).toMatchObject({ code, actor: 'caller' });
    expect(`${problem.message} ${problem.next}`).toContain(words);
    expect([opened.uploaded, opened.adobe.bodies]).toEqual([[], []]);
  });
});
