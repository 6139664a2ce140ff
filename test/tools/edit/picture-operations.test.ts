import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { noisy, plain } from '../../images/pictures.ts';
import { ANNA, TestRooms } from '../../support/rooms/test-rooms.ts';
import { factsOf, PICTURE_URL, pixelOf, refusal, sentBody, UPLOAD_ID, uploadOf } from './edited-pictures.ts';

async function withPicture(bytes?: Uint8Array, name = 'photo.jpg') {
  const rooms = await TestRooms.open({ settings: { preview: 'none' } });
  await rooms.file(name, bytes ?? (await plain(800, 600).jpeg().toBuffer()));
  return rooms;
}
const make = (rooms: TestRooms, tool: string, input: object) =>
  rooms.finished({ image: 'photo.jpg', ...input }, ANNA, tool);
const picture = (width: number, height: number) => plain(width, height).png({ compressionLevel: 1 }).toBuffer();

describe('vary_image', () => {
  const body = (rooms: TestRooms) => sentBody(rooms, 'GenerateSimilarImagesRequestV3');

  test('asks for the size nearest in shape to the picture, and says so', async () => {
    await using rooms = await withPicture();
    const facts = factsOf(await make(rooms, 'vary_image', { count: 2, seeds: [7, 8] }));
    const { image, ...rest } = body(rooms);
    expect(rest).toEqual({ numVariations: 2, seeds: [7, 8], size: { width: 2304, height: 1792 } });
    expect(uploadOf(rooms, image)).toMatchObject({ mimeType: 'image/jpeg' });
    expect(facts).toMatchObject({ state: 'succeeded', model: 'image4_standard', size: '2304x1792' });
    expect(facts.prompt).toBeUndefined();
    expect(facts.images).toHaveLength(2);
    expect(facts.warnings).toEqual([
      "Asked for in 2304x1792 pixels, of Adobe's sizes the nearest in shape to the picture (800x600).",
    ]);
  });

  test.each([
    [{ model: 'image3' }, '1152x896', 0],
    [{ model: 'image4_ultra', size: '1152x896' }, '1152x896', 1],
    [{ size: '1792x2304' }, '1792x2304', 0],
    [{ image: PICTURE_URL }, '2048x2048', 1],
  ])('of %j makes %s', async (input, size, remarks) => {
    await using rooms = await withPicture();
    const facts = factsOf(await make(rooms, 'vary_image', input));
    expect(facts.size).toBe(size);
    if (remarks > 0) expect(facts.warnings).toHaveLength(remarks);
    expect(`${Object.values(body(rooms)['size'] as object).join('x')}`).toBe(size);
  });

  test.each([
    [{ size: '1440x2560' }, 'invalid_argument', '1792x2304'],
    [{ model: 'image5' }, 'invalid_argument', 'Correct'],
    [{ prompt: 'a fox' }, 'invalid_argument', 'Correct'],
    [{ count: 2, seeds: [1] }, 'invalid_argument', 'count 1'],
    [{ seeds: [-1] }, 'invalid_argument', 'whole numbers'],
    [{ count: 5 }, 'invalid_argument', 'Correct'],
    [{ image: 'gone.png' }, 'file_not_found', ''],
    [{ image: 'last' }, 'unknown_image', 'generate_image'],
  ])('refuses %j with %s before anything is spent', async (input, code, next) => {
    await using rooms = await withPicture();
    const problem = await refusal(rooms, 'vary_image', { image: 'photo.jpg', ...input });
    expect(problem).toMatchObject({ code, actor: 'caller' });
    expect(`${problem.message} ${problem.next}`).toContain(next);
    expect([rooms.uploaded, rooms.adobe.bodies]).toEqual([[], []]);
  });
});

describe('upscale_image', () => {
  const body = (rooms: TestRooms) => sentBody(rooms, 'PreciseUpsamplerRequestV3');

  test(
    'sends the very pixels of the picture, however small, with a seed of ours, which the result keeps',
    { tags: 'long' },
    async () => {
      const bytes = await picture(300, 200);
      await using rooms = await withPicture(bytes, 'small.png');
      rooms.adobe.statusScript.push({
        kind: 'succeeded',
        outputs: [{ url: 'https://storage/urn:ff:jobs:test:1/0', expiresAt: Number.MAX_SAFE_INTEGER, seed: undefined }],
        size: undefined,
        contentClass: undefined,
        altText: '',
        promptHasDeniedWords: false,
        promptHasBlockedArtists: false,
      });
      rooms.pictures.push(await picture(1200, 800));
      const facts = factsOf(await make(rooms, 'upscale_image', { image: 'small.png', factor: 4 }));
      const { image, seeds, upscaleFactor } = body(rooms);
      const sent = uploadOf(rooms, image);
      expect(sent.mimeType).toBe('image/png');
      expect(await sharp(sent.bytes).raw().toBuffer()).toEqual(await sharp(bytes).raw().toBuffer());
      expect([upscaleFactor, seeds]).toEqual([4, [expect.any(Number)]]);
      expect(facts).toMatchObject({ model: 'precise_upsampler_v1', size: '1200x800', cost: { estimate: true } });
      expect(facts.images).toMatchObject([{ width: 1200, height: 800, seed: (seeds as number[])[0] }]);
      expect(facts.warnings).toEqual(['At 300 dpi it prints at 10.2 x 6.8 cm; A4 takes 21.0 x 29.7.']);
    },
  );

  test('makes one job of two identical calls, whatever the seeds', { tags: 'long' }, async () => {
    await using rooms = await withPicture();
    rooms.adobe.durationMs = 60_000;
    const [first, second] = await Promise.all([
      rooms.call('upscale_image', { image: 'photo.jpg', wait_seconds: 1 }),
      rooms.call('upscale_image', { image: 'photo.jpg', wait_seconds: 1 }),
    ]);
    expect(factsOf(second).job).toBe(factsOf(first).job);
    await make(rooms, 'upscale_image', {});
    await make(rooms, 'upscale_image', { new_job: true });
    const seeds = rooms.adobe.bodies.map((sent) => JSON.stringify((sent as { seeds: number[] }).seeds));
    expect(new Set(seeds).size).toBe(2);
  });

  test('sends a picture with an EXIF rotation upright, without loss, and says so', async () => {
    const upright = await sharp(await noisy(200, 120, 5).png().toBuffer())
      .jpeg({ quality: 100 })
      .toBuffer();
    const turned = await sharp(upright).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer();
    await using rooms = await withPicture(turned, 'turned.jpg');
    const facts = factsOf(await make(rooms, 'upscale_image', { image: 'turned.jpg' }));
    const { mimeType, bytes } = uploadOf(rooms, body(rooms)['image']);
    expect(mimeType).toBe('image/png');
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 120, height: 200 });
    const right = await sharp(turned).autoOrient().png().toBuffer();
    for (const x of [0, 60, 119]) expect(await pixelOf(bytes, x, 77)).toEqual(await pixelOf(right, x, 77));
    expect(facts.size).toBe('240x400');
    expect(facts.warnings?.[0]).toBe('The copy for Adobe is turned upright without loss, as PNG.');
  });

  test.each([
    [[3000, 10], undefined, 2],
    [[2000, 10], 3, 3],
    [[1500, 10], 4, 4],
    [[1000, 10], 6, 6],
  ])('takes a picture of %j with factor %j', async ([width = 1, height = 1], factor, sent) => {
    await using rooms = await withPicture(await picture(width, height), 'wide.png');
    await make(rooms, 'upscale_image', { image: 'wide.png', factor });
    expect(body(rooms)['upscaleFactor']).toBe(sent);
  });

  test.each([
    [[2048, 2048], { factor: 3 }, 'invalid_argument', 'The largest that fits is 2, which makes 4096x4096.'],
    [[1024, 1024], { factor: 6 }, 'invalid_argument', 'The largest that fits is 4'],
    [[900, 900], { factor: 5 }, 'invalid_argument', 'The largest that fits is 6'],
    [[3001, 10], {}, 'invalid_argument', 'up to 3000 pixels a side'],
    [[10, 10], { factor: 1 }, 'invalid_argument', 'Correct'],
    [[10, 10], { factor: 2.5 }, 'invalid_argument', 'Correct'],
    [[10, 10], { count: 2 }, 'invalid_argument', 'Correct'],
    [[10, 10], { seeds: [1] }, 'invalid_argument', 'Correct'],
    [[10, 10], { image: PICTURE_URL }, 'picture_not_local', 'path'],
    [[10, 10], { image: UPLOAD_ID }, 'picture_not_local', 'path'],
  ])('refuses a picture of %j with %j before anything is spent', async ([width = 1, height = 1], input, code, next) => {
    await using rooms = await withPicture(await picture(width, height), 'wide.png');
    const problem = await refusal(rooms, 'upscale_image', { image: 'wide.png', ...input });
    expect(problem).toMatchObject({ code, actor: 'caller' });
    expect(problem.next).toContain(next);
    expect([rooms.uploaded, rooms.adobe.bodies]).toEqual([[], []]);
  });

  test('refuses a file over 15 MB rather than scale it', { tags: 'long' }, async () => {
    const bytes = await noisy(2300, 2300, 1).png({ compressionLevel: 0 }).toBuffer();
    await using rooms = await withPicture(bytes, 'large.png');
    const problem = await refusal(rooms, 'upscale_image', { image: 'large.png' });
    expect(problem).toMatchObject({ code: 'picture_too_large', message: expect.stringContaining('15 MB') });
    expect(rooms.uploaded).toEqual([]);
  });

  test('tells that Adobe gives an id alone, and takes the picture once there is a link', async () => {
    await using rooms = await withPicture();
    const problem = {
      code: 'result_unreadable',
      actor: 'operator',
      next: 'n',
      message: 'only the id of an asset',
    } as const;
    rooms.adobe.statusScript.push(
      ...Array.from(
        { length: 20 },
        () => ({ kind: 'unreadable', keys: [], retryAfterMs: undefined, problem }) as const,
      ),
    );
    const early = await rooms.call('upscale_image', { image: 'photo.jpg', wait_seconds: 5 });
    expect(early.text).toContain('only the id of an asset');
    const job = early.structured?.['job'];
    const late = await rooms.call('job_status', { job, wait_seconds: 600 });
    expect(late.structured).toMatchObject({ state: 'succeeded' });
  });
});

describe('edit_image', () => {
  const body = (rooms: TestRooms) => sentBody(rooms, 'ImageGenerateRequestV3');
  const edit = (rooms: TestRooms, input: object) => make(rooms, 'edit_image', { prompt: 'make it evening', ...input });

  test('sends the instruction, one reference and the level of the picture, and no ratio', async () => {
    await using rooms = await withPicture();
    const facts = factsOf(await edit(rooms, { seeds: [4], locale: 'de-DE', prompt_reasoner: 'quality' }));
    const { referenceBlobs, ...rest } = body(rooms);
    expect(rest).toEqual({
      prompt: 'make it evening',
      resolutionLevel: '1MP',
      seeds: [4],
      modelSpecificPayload: { localeCode: 'de-DE', prompt_reasoner: 'quality' },
    });
    expect(referenceBlobs).toMatchObject([{ usage: 'general' }]);
    expect(uploadOf(rooms, (referenceBlobs as unknown[])[0])).toMatchObject({ mimeType: 'image/jpeg' });
    expect(facts).toMatchObject({ model: 'image5', count: 1, cost: { estimate: true } });
    expect(facts.warnings?.[0]).toBe(
      'The whole picture is painted anew at 1MP, about 1182x887 pixels in place of 800x600.',
    );
  });

  test.each([
    [1024, 1024, '1MP', undefined],
    [1400, 1400, '2.4MP', undefined],
    [2048, 2048, '4MP', undefined],
    [2688, 1536, '4MP', undefined],
    [4000, 3000, '4MP', /scaled from 4000x3000 to 2364x1773/],
    [400, 300, '1MP', /scaled from 400x300 to 5\d\dx4\d\d/],
  ])(
    'of %ix%i asks for %s, and says where the copy was scaled',
    { tags: 'long' },
    async (width, height, level, scaled) => {
      await using rooms = await withPicture(await picture(width, height), 'p.png');
      const facts = factsOf(await edit(rooms, { image: 'p.png' }));
      expect(body(rooms)['resolutionLevel']).toBe(level);
      if (scaled) expect(facts.warnings?.join()).toMatch(scaled);
      else expect(facts.warnings).toHaveLength(1);
    },
  );

  test('of a URL asks for the default level, and passes the URL on', async () => {
    await using rooms = await withPicture();
    await edit(rooms, { image: PICTURE_URL });
    expect(body(rooms)).toMatchObject({ resolutionLevel: '2.4MP', referenceBlobs: [{ source: { url: PICTURE_URL } }] });
  });

  test.each([
    [{ prompt: ' ' }, 'invalid_argument', 'words'],
    [{ prompt: 'x'.repeat(1501) }, 'invalid_argument', 'Shorten it by 1'],
    [{ count: 2 }, 'invalid_argument', 'Correct'],
    [{ aspect_ratio: '1:1' }, 'invalid_argument', 'Correct'],
    [{ size: '2048x2048' }, 'invalid_argument', 'Correct'],
    [{ seeds: [1, 2] }, 'invalid_argument', 'Correct'],
    [{ resolution: '3MP' }, 'invalid_argument', 'Correct'],
    [{ image: 'long.png' }, 'picture_ratio', 'Crop'],
  ])('refuses %j with %s before anything is spent', async (input, code, next) => {
    await using rooms = await withPicture();
    await rooms.file('long.png', await picture(3010, 600));
    const problem = await refusal(rooms, 'edit_image', { image: 'photo.jpg', prompt: 'make it evening', ...input });
    expect(problem).toMatchObject({ code, actor: 'caller' });
    expect(problem.next).toContain(next);
    expect([rooms.uploaded, rooms.adobe.bodies]).toEqual([[], []]);
  });
});

test('a batch takes each of the three', { tags: 'long' }, async () => {
  await using rooms = await withPicture();
  for (const [tool, more] of [
    ['vary_image', {}],
    ['upscale_image', { factor: 3 }],
    ['edit_image', { prompt: 'make it evening' }],
  ] as const) {
    const items = [{ image: 'photo.jpg', ...more }];
    const { structured } = await rooms.call('submit_batch', { tool, items });
    const done = await rooms.call('job_status', { job: structured?.['batch'], wait_seconds: 60 });
    expect(done.structured).toMatchObject({ batch_state: 'finished', counts: { succeeded: 1 } });
  }
  expect(rooms.adobe.bodies).toHaveLength(3);
});
