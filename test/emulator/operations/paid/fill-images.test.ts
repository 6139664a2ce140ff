import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { dotOf } from '../../words.ts';
import { AS_PNG, decode, EXPAND, FILL, editBench, maskOf, noise, share } from '../../editing.ts';

/** One of the sizes of a fill, so that pixels can be compared with those of the source. */
const [WIDTH, HEIGHT] = [1152, 896];
const SIZE = { width: WIDTH, height: HEIGHT };
const inHole = (x: number, y: number) => x >= 300 && x < 820 && y >= 200 && y < 700;
const hole = maskOf(WIDTH, HEIGHT, (x, y) => (inHole(x, y) ? 255 : 0));
const outside = (x: number, y: number) => !inHole(x, y);

/** A bench with an uploaded picture of noise and an uploaded mask with a hole. */
async function withPictures(channels: 3 | 4 = 3) {
  const on = await editBench();
  const png = await noise(WIDTH, HEIGHT, channels);
  const image = { source: { uploadId: await on.upload(png) } };
  const mask = { source: { uploadId: await on.upload(await hole) } };
  // In the size of the source, where a test asks for no other one.
  const edit: typeof on.edit = (kind, body, headers) =>
    on.edit(kind, kind === 'fill' ? { size: SIZE, ...body } : body, headers);
  const pixels: typeof on.pixels = (kind, body) => on.pixels(kind, kind === 'fill' ? { size: SIZE, ...body } : body);
  return { ...on, edit, pixels, png, source: await decode(png), image, mask };
}

describe('a fill', () => {
  test('draws the white pixels of the mask anew, and keeps every other pixel', { tags: 'long' }, async () => {
    const { pixels, source, image, mask } = await withPictures();
    const result = await pixels('fill', { image, mask, prompt: 'a garden at night' });
    expect(result).toMatchObject({ width: WIDTH, height: HEIGHT, channels: 3 });
    expect(share(source, result, outside)).toBe(1);
    expect(share(source, result, inHole)).toBeLessThan(0.001);
  });

  test.each(['fill', 'expand'] as const)(
    'has a mark in its new pixels, as an expand has: %s',
    { tags: 'long' },
    async (kind) => {
      const { pixels, image, mask } = await withPictures();
      const size = { width: WIDTH, height: HEIGHT + 200 };
      const result = await pixels(kind, { image, ...(kind === 'fill' ? { mask } : { size }), prompt: 'a garden' });
      const white = (x: number, y: number) => result.data.readUIntBE((y * WIDTH + x) * 3, 3) === 0xffffff;
      expect(dotOf('EMULATOR', result, white)).toBeGreaterThanOrEqual(2);
    },
  );

  test('keeps pixels where the mask is transparent', { tags: 'long' }, async () => {
    const { pixels, upload, source, image } = await withPictures();
    const clear = sharp({ create: { width: WIDTH, height: HEIGHT, channels: 4, background: '#ffffff00' } });
    const mask = { source: { uploadId: await upload(await clear.png().toBuffer()) } };
    expect(share(source, await pixels('fill', { image, mask }), () => true)).toBe(1);
  });

  test('with an inverted mask keeps the hole and draws the rest', { tags: 'long' }, async () => {
    const { pixels, source, image, mask } = await withPictures();
    const result = await pixels('fill', { image, mask: { ...mask, invert: true }, prompt: 'a garden' });
    expect(share(source, result, inHole)).toBe(1);
    expect(share(source, result, outside)).toBeLessThan(0.001);
  });

  test('blends where the mask is grey', { tags: 'long' }, async () => {
    const on = await editBench();
    const black = sharp({ create: { width: 1024, height: 1024, channels: 3, background: 'black' } });
    const image = { source: { uploadId: await on.upload(await black.png().toBuffer()) } };
    const seeds = [5];
    const drawn = async (value: (x: number) => number) => {
      const uploadId = await on.upload(await maskOf(1024, 1024, value));
      return on.pixels('fill', {
        image,
        mask: { source: { uploadId } },
        prompt: 'sea',
        seeds,
        size: { width: 1024, height: 1024 },
      });
    };
    const [half, whole] = [await drawn((x) => (x < 512 ? 0 : 128)), await drawn((x) => (x < 512 ? 0 : 255))];
    // Only above the mark, which is at the bottom.
    let most = 0;
    for (let at = 0; at < 1024 * 512 * 3; at += 1) {
      most = Math.max(most, Math.abs((half.data[at] ?? 0) - ((whole.data[at] ?? 0) * 128) / 255));
    }
    expect(most).toBeLessThanOrEqual(1);
  });

  test('makes one picture per seed, which differs by prompt and seed', { tags: 'long' }, async () => {
    const { edit, image, mask } = await withPictures();
    const pictures = await edit('fill', { image, mask, prompt: 'a garden', seeds: [1, 2] });
    const other = await edit('fill', { image, mask, prompt: 'a desert', seeds: [1], numVariations: 1 });
    const again = await edit('fill', { image, mask, prompt: 'a desert', seeds: [1] });
    expect(new Set([...pictures, ...other].map((each) => each.toString('base64'))).size).toBe(3);
    expect(again[0]?.equals(other[0] ?? Buffer.alloc(0))).toBe(true);
    expect(await edit('fill', { image, mask, numVariations: 4 })).toHaveLength(4);
  });

  test('is opaque, whatever the source', { tags: 'long' }, async () => {
    const { pixels, image, mask } = await withPictures(4);
    expect(await pixels('fill', { image, mask })).toMatchObject({ channels: 3 });
  });

  test.each([
    [undefined, 'jpeg'],
    ['image/png', 'png'],
    ['image/webp', 'webp'],
    ['image/jpeg', 'jpeg'],
  ])('for x-accept-mimetype %s is %s', { tags: 'long' }, async (type, format) => {
    const { edit, image, mask } = await withPictures();
    const [bytes = Buffer.alloc(0)] = await edit('fill', { image, mask }, type ? { 'x-accept-mimetype': type } : {});
    expect((await sharp(bytes).metadata()).format).toBe(format);
  });

  test('in another size scales source and mask to it', { tags: 'long' }, async () => {
    const on = await editBench();
    const red = sharp({ create: { width: 512, height: 512, channels: 3, background: 'red' } });
    const image = { source: { uploadId: await on.upload(await red.jpeg().toBuffer(), 'image/jpeg') } };
    const mask = { source: { uploadId: await on.upload(await maskOf(512, 512, (x) => (x < 256 ? 255 : 0))) } };
    const result = await on.pixels('fill', { image, mask, prompt: 'sea', size: { width: 1344, height: 768 } });
    expect(result).toMatchObject({ width: 1344, height: 768 });
    const at = (x: number, y: number) => [...result.data.subarray((y * 1344 + x) * 3, (y * 1344 + x) * 3 + 3)];
    expect(at(1300, 400)[0]).toBeGreaterThan(250);
    expect(at(1300, 400)[1]).toBeLessThan(5);
    expect(at(300, 100)).not.toEqual(at(1300, 400));
  });

  test('accepts the deprecated mask inside of the image, and prefers the one beside it', { tags: 'long' }, async () => {
    const { pixels, upload, source, image, mask } = await withPictures();
    const nothing = { uploadId: await upload(await maskOf(WIDTH, HEIGHT, () => 0)) };
    const old = await pixels('fill', { image: { ...image, mask: mask.source } });
    expect(share(source, old, outside)).toBe(1);
    expect(share(source, old, inHole)).toBeLessThan(0.001);
    const both = await pixels('fill', { image: { ...image, mask: mask.source }, mask: { source: nothing } });
    expect(share(source, both, () => true)).toBe(1);
  });

  test('accepts the URL of a result until that expires', { tags: 'long' }, async () => {
    const { post, status, pixels, image, mask, emulator, source } = await withPictures();
    const first = (await post(FILL, { image, mask, size: SIZE }, AS_PNG)).json as { statusUrl: string };
    const url = (await status(first.statusUrl)).result?.outputs?.[0]?.image?.url ?? '';
    const next = { image: { source: { url } }, mask };
    expect(share(source, await pixels('fill', next), outside)).toBe(1);
    emulator.control.expireUrls();
    expect(await post(FILL, next)).toMatchObject({ status: 422 });
  });

  test('keeps its source after the upload has expired', { tags: 'long' }, async () => {
    const { post, status, emulator, image, mask } = await withPictures();
    const { statusUrl } = (await post(FILL, { image, mask })).json as { statusUrl: string };
    emulator.control.expireUploads();
    const { result } = await status(statusUrl);
    expect((await fetch(result?.outputs?.[0]?.image?.url ?? '')).status).toBe(200);
    // Adobe's documented default, whatever the picture.
    expect(result?.size).toEqual({ width: 2048, height: 2048 });
    expect(emulator.control.jobs()).toMatchObject([{ operation: 'fillImagesV3Async', model: 'fill' }]);
  });

  test('obeys trigger words', async () => {
    const { post, image, mask } = await withPictures();
    const answer = await post(FILL, { image, mask, prompt: '[unsafe]' });
    expect(answer).toMatchObject({ status: 422, json: { error_code: 'prompt_unsafe' } });
  });
});

describe('a fill is refused', () => {
  const id = '3e1ea3e4-7b1b-4a8c-a1ae-2c4b6d0a0a11';
  const unreachable = 'The file with given presigned url could not be reached';
  const field = (loc: readonly string[], type: string) => ({
    error_code: 'bad_request',
    validation_errors: [{ loc: ['body', ...loc], type }],
  });

  test.each<[string, object, number, object]>([
    ['without a mask', { mask: undefined }, 400, field(['mask'], 'value_error.missing')],
    ['without a picture', { image: undefined }, 400, field(['image'], 'value_error.missing')],
    [
      'with an upload id that is not a UUID',
      { mask: { source: { uploadId: 'x' } } },
      400,
      field(['mask', 'source', 'uploadId'], 'type_error.uuid'),
    ],
    [
      'with an unknown upload id',
      { image: { source: { uploadId: id } } },
      422,
      { error_code: 'validation_error', message: `Unable to retrieve the source ${id}` },
    ],
    [
      'with an unknown mask',
      { mask: { source: { uploadId: id } } },
      422,
      { message: `Unable to retrieve the source ${id}` },
    ],
    [
      'with a picture on another host',
      { image: { source: { url: 'https://a.example/a.png' } } },
      422,
      { message: unreachable },
    ],
    [
      'with a picture on Adobe’s list, which is not fetched',
      { image: { source: { url: 'https://bucket.s3.amazonaws.com/a.png?X-Amz-Signature=1' } } },
      422,
      { message: unreachable },
    ],
    ['with five variations', { numVariations: 5 }, 400, field(['numVariations'], 'value_error.number.not_le')],
    [
      'with another number of seeds than variations',
      { seeds: [1, 2], numVariations: 3 },
      400,
      field(['seeds'], 'value_error'),
    ],
    [
      'with a size that is not offered',
      { size: { width: 1000, height: 1000 } },
      400,
      { message: expect.stringMatching(/^Size must be one of \{\(2048, 2048\), \(1024, 1024\), /) as string },
    ],
  ])('%s', async (_what, changes, status, json) => {
    const { post, image, mask, emulator } = await withPictures();
    expect(await post(FILL, { image, mask, ...changes })).toMatchObject({ status, json });
    expect(emulator.control.jobs()).toEqual([]);
  });

  test('with image.mask.source, as observed live', async () => {
    const { post, image, mask } = await withPictures();
    const answer = await post(FILL, { image: { ...image, mask } });
    expect(answer).toMatchObject({ status: 422, json: { error_code: 'validation_error' } });
  });

  test('with a mask of another size', async () => {
    const { post, upload, image } = await withPictures();
    const source = { uploadId: await upload(await maskOf(WIDTH, HEIGHT + 1, () => 255)) };
    const message = 'The mask is 1152x897, but must be 1152x896';
    expect(await post(FILL, { image, mask: { source } })).toMatchObject({ status: 422, json: { message } });
  });

  test.each<[string, string, () => Promise<Buffer>]>([
    [
      'a TIFF',
      'image/tiff',
      async () =>
        sharp(await noise(9, 9))
          .tiff()
          .toBuffer(),
    ],
    ['half a PNG', 'image/png', async () => (await noise(90, 90)).subarray(0, 9_000)],
    ['JPEG XL', 'image/jxl', () => Promise.resolve(Buffer.from([0xff, 0x0a, 0, 0]))],
    [
      'a picture of 81 megapixels',
      'image/png',
      () =>
        sharp(Buffer.alloc(9_000 * 9_000), { raw: { width: 9_000, height: 9_000, channels: 1 } })
          .toColourspace('b-w')
          .png({ compressionLevel: 1 })
          .toBuffer(),
    ],
  ])('with %s, which cannot be decoded', async (_what, type, make) => {
    const { post, upload } = await editBench();
    const image = { source: { uploadId: await upload(await make(), type) } };
    const answer = { status: 422, json: { error_code: 'input_media_indecipherable' } };
    expect(await post(FILL, { image, mask: image })).toMatchObject(answer);
    expect(await post(EXPAND, { image })).toMatchObject(answer);
  });
});
