import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { AS_PNG, decode, EXPAND, editBench, type EditBench, maskOf, noise, share } from '../../editing.ts';

const SOURCE = { width: 300, height: 200 };
const SIZE = { width: 640, height: 400 };
const everywhere = () => true;

async function withPicture(channels: 3 | 4 = 3) {
  const on = await editBench();
  const png = await noise(SOURCE.width, SOURCE.height, channels);
  return { ...on, source: await decode(png), image: { source: { uploadId: await on.upload(png) } } };
}

/** Uploads a mask in the size of the result that keeps a rectangle. */
async function keeping(
  on: EditBench,
  { left, top, width, height }: Record<'left' | 'top' | 'width' | 'height', number>,
) {
  const inside = (x: number, y: number) => x >= left && x < left + width && y >= top && y < top + height;
  const mask = await maskOf(SIZE.width, SIZE.height, (x, y) => (inside(x, y) ? 0 : 255));
  return { source: { uploadId: await on.upload(mask) } };
}

describe('an expand', () => {
  test.each<[string, object | undefined, readonly [number, number]]>([
    ['in the centre', undefined, [170, 100]],
    ['at the bottom right', { alignment: { horizontal: 'right', vertical: 'bottom' } }, [340, 200]],
    ['at the left', { alignment: { horizontal: 'left' } }, [0, 100]],
    ['off an edge', { inset: { left: 11, bottom: 7 } }, [11, 193]],
  ])('keeps every pixel of the source: %s', async (_what, placement, [left, top]) => {
    const { pixels, source, image } = await withPicture();
    const result = await pixels('expand', { image, size: SIZE, placement, prompt: 'a beach' });
    expect(result).toMatchObject({ ...SIZE, channels: 3 });
    expect(share(source, result, everywhere, { left, top })).toBe(1);
    // Shifted by one pixel, nothing matches.
    expect(share(source, result, (x) => x > 0, { left: left - 1, top })).toBeLessThan(0.001);
  });

  test('surrounds the source with a scene that differs by prompt and seed', async () => {
    const { edit, source, image } = await withPicture();
    const results = [
      ...(await edit('expand', { image, size: SIZE, prompt: 'a beach', seeds: [1, 2] }, AS_PNG)),
      ...(await edit('expand', { image, size: SIZE, seeds: [1] }, AS_PNG)),
    ];
    const borders = await Promise.all(
      results.map(async (bytes) =>
        (await sharp(bytes).extract({ left: 0, top: 0, width: 640, height: 90 }).raw().toBuffer()).toString('base64'),
      ),
    );
    expect(new Set(borders).size).toBe(3);
    const [first] = await Promise.all(results.map(decode));
    expect(new Set(first?.data.subarray(0, 640 * 3 * 90)).size).toBeGreaterThan(10);
    expect(first && share(source, first, everywhere, { left: 170, top: 100 })).toBe(1);
  });

  test('has 2048 x 2048 pixels by default, and 3999 x 3999 at most', { tags: 'long' }, async () => {
    const { edit, post, image, status } = await withPicture();
    const accepted = (await post(EXPAND, { image })).json as { statusUrl: string };
    expect((await status(accepted.statusUrl)).result?.size).toEqual({ width: 2048, height: 2048 });
    const [largest] = await edit('expand', { image, size: { width: 3999, height: 3999 } });
    expect(await sharp(largest).metadata()).toMatchObject({ width: 3999, height: 3999, format: 'jpeg' });
  });

  test('scales down a source that does not fit, and keeps its ratio', async () => {
    const on = await editBench();
    const red = sharp({ create: { width: 2000, height: 1000, channels: 3, background: 'red' } });
    const image = { source: { uploadId: await on.upload(await red.png().toBuffer()) } };
    const { data } = await on.pixels('expand', { image, size: { width: 500, height: 500 }, prompt: 'blue sea' });
    const isRed = (x: number, y: number) =>
      data.subarray((y * 500 + x) * 3, (y * 500 + x) * 3 + 3).equals(Buffer.from([255, 0, 0]));
    expect([isRed(0, 125), isRed(499, 374), isRed(250, 250)]).toEqual([true, true, true]);
    expect([isRed(250, 124), isRed(250, 375)]).toEqual([false, false]);
  });

  test('is opaque, whatever the source', async () => {
    const { pixels, image } = await withPicture(4);
    expect(await pixels('expand', { image, size: SIZE })).toMatchObject({ channels: 3 });
  });

  test('leaves a source that fills the result unchanged', async () => {
    const { pixels, source, image } = await withPicture();
    expect(share(source, await pixels('expand', { image, size: SOURCE }), everywhere)).toBe(1);
  });

  test('by a mask has the mask’s size, and keeps the source where the mask is black', async () => {
    const on = await withPicture();
    const place = { left: 50, top: 120, ...SOURCE };
    const mask = await keeping(on, place);
    const result = await on.pixels('expand', { image: on.image, mask });
    expect(result).toMatchObject(SIZE);
    expect(share(on.source, result, everywhere, place)).toBe(1);
    const same = await on.pixels('expand', { image: on.image, mask, size: SIZE });
    expect(share(on.source, same, everywhere, place)).toBe(1);
  });

  test('by a mask with a soft edge also extends the source below the edge', async () => {
    const on = await withPicture();
    const soft = (x: number, y: number) => (x < 300 && y < 200 ? (x < 290 ? 0 : 200) : 255);
    const mask = { source: { uploadId: await on.upload(await maskOf(SIZE.width, SIZE.height, soft)) } };
    const result = await on.pixels('expand', { image: on.image, mask });
    expect(share(on.source, result, (x) => x < 290)).toBe(1);
    expect(share(on.source, result, (x) => x >= 290)).toBeLessThan(0.01);
  });

  test('accepts the deprecated mask, and width and height as text', async () => {
    const on = await withPicture();
    const mask = await keeping(on, { left: 0, top: 0, ...SOURCE });
    const size = { width: '640', height: '400' };
    const result = await on.pixels('expand', { image: { ...on.image, mask: mask.source }, size });
    expect(share(on.source, result, everywhere)).toBe(1);
  });
});

describe('an expand is refused', () => {
  const field = (loc: readonly string[], type: string) => ({
    error_code: 'bad_request',
    validation_errors: [{ loc: ['body', ...loc], type }],
  });

  test.each<[string, object, object]>([
    [
      'with a side of 4000',
      { size: { width: 4000, height: 1 } },
      field(['size', 'width'], 'value_error.number.not_le'),
    ],
    ['with half a size', { size: { width: 400 } }, field(['size', 'height'], 'value_error.missing')],
    ['with a size in words', { size: { width: 'wide', height: 1 } }, field(['size', 'width'], 'type_error.integer')],
    [
      'with insets that leave no area',
      { placement: { inset: { left: 2048 } } },
      field(['placement', 'inset'], 'value_error'),
    ],
    ['with an inset below 0', { placement: { inset: { top: -1 } } }, field(['placement', 'inset'], 'value_error')],
    [
      'with an unknown alignment',
      { placement: { alignment: { vertical: 'left' } } },
      field(['placement', 'alignment', 'vertical'], 'type_error.enum'),
    ],
    ['with a long prompt', { prompt: 'a'.repeat(1025) }, field(['prompt'], 'value_error.any_str.max_length')],
    ['without a picture', { image: {} }, field(['image', 'source'], 'type_error.dict')],
  ])('%s', async (_what, changes, json) => {
    const { post, image, emulator } = await withPicture();
    expect(await post(EXPAND, { image, ...changes })).toMatchObject({ status: 400, json });
    expect(emulator.control.jobs()).toEqual([]);
  });

  test('with placement and mask', async () => {
    const on = await withPicture();
    const mask = await keeping(on, { left: 0, top: 0, ...SOURCE });
    const answer = await on.post(EXPAND, { image: on.image, mask, placement: {} });
    const message = 'placement must not be combined with a mask';
    expect(answer).toMatchObject({ status: 400, json: { validation_errors: [{ msg: message }] } });
  });

  test.each<[string, () => Promise<Buffer>, object, string]>([
    ['that is not larger than the source', () => maskOf(300, 200, () => 0), {}, 'must be larger'],
    ['that keeps nothing', () => maskOf(640, 400, () => 255), {}, 'must be black'],
    [
      'of another size than requested',
      () => maskOf(640, 400, (x) => (x < 300 ? 0 : 255)),
      { size: { width: 640, height: 401 } },
      'must be 640x401',
    ],
  ])('with a mask %s', async (_what, make, changes, message) => {
    const { post, upload, image } = await withPicture();
    const mask = { source: { uploadId: await upload(await make()) } };
    const json = { error_code: 'validation_error', message: expect.stringContaining(message) as string };
    expect(await post(EXPAND, { image, mask, ...changes })).toMatchObject({ status: 422, json });
  });
});
