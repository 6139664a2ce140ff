import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { imagePreview } from '../../../src/resources/image-preview.ts';
import { plain, noisy } from '../../images/pictures.ts';
import { video } from '../../images/videos.ts';
import { ANNA, TestRooms } from '../../support/rooms/test-rooms.ts';
import { factsOf, pixelOf, PICTURE_URL, refusal, sentBody, UPLOAD_ID, uploadOf } from '../edit/edited-pictures.ts';

const CLIP = video({ width: 1280, height: 720 });

/** Rooms with a landscape picture and one twice as high as wide. */
async function rooms(settings: Partial<TestRooms['settings']> = {}) {
  const opened = await TestRooms.open({ settings });
  opened.pictures.push(CLIP);
  await opened.file('wide.jpg', await plain(800, 600).jpeg().toBuffer());
  await opened.file('high.png', await noisy(300, 600).png().toBuffer());
  return opened;
}
const body = (opened: TestRooms) => sentBody(opened, 'GenerateVideoRequestV3');
const make = (opened: TestRooms, input: object) => opened.finished(input, ANNA, 'generate_video');
const conditionsOf = (opened: TestRooms) =>
  (body(opened)['image'] as { conditions: { source: { uploadId: string }; placement: object }[] }).conditions;

describe('generate_video', () => {
  test('from words sends one size as a list, one seed and the settings, and says size and price', async () => {
    await using opened = await rooms();
    const facts = factsOf(
      await make(opened, {
        prompt: 'a fox runs',
        seeds: [7],
        camera_motion: 'camera pan left',
        prompt_style: 'line art',
        shot_angle: 'eye_level shot',
        shot_size: 'extreme close-up',
      }),
    );
    expect(body(opened)).toEqual({
      prompt: 'a fox runs',
      sizes: [{ width: 1280, height: 720 }],
      seeds: [7],
      videoSettings: {
        cameraMotion: 'camera pan left',
        promptStyle: 'line art',
        shotAngle: 'eye_level shot',
        shotSize: 'extreme close-up',
      },
    });
    expect(facts).toMatchObject({ summary: 'Made 1 video.', model: 'video1_standard', size: '1280x720', count: 1 });
    expect(facts.cost).toMatchObject({ operations: 5, requests: 1 });
    expect(facts.images).toMatchObject([{ mime_type: 'video/mp4', width: 1280, height: 720, seconds: 5 }]);
    expect(facts.warnings).toEqual([
      'The video has 1280x720 pixels, the default. size chooses another one, at another price.',
    ]);
  });

  test('gives frames the ratio of the video, by their middle, and says so', { tags: 'long' }, async () => {
    await using opened = await rooms();
    const facts = factsOf(await make(opened, { first_frame: 'wide.jpg', last_frame: 'high.png', size: '960x540' }));
    const conditions = conditionsOf(opened);
    expect(conditions.map(({ placement }) => placement)).toEqual([{ position: 0 }, { position: 1 }]);
    for (const condition of conditions) {
      expect(await sharp(uploadOf(opened, condition).bytes).metadata()).toMatchObject({ width: 960, height: 540 });
    }
    expect(facts.made_from).toHaveLength(2);
    expect(facts.warnings).toEqual([
      'first_frame: The copy for Adobe is cropped to its middle, 800x450 of 800x600, for 960x540; expand_image to that shape first keeps all of it.',
      'last_frame: The copy for Adobe is cropped to its middle, 300x169 of 300x600, for 960x540; expand_image to that shape first keeps all of it.',
      'Adobe made 1280x720 in place of the 960x540 that were asked for.',
      expect.stringMatching(/^img_\w+ is shown by the picture that it begins with, img_\w+\.$/),
    ]);
  });

  test('crops without stretching: a circle stays one', async () => {
    await using opened = await rooms();
    const pixels = Buffer.alloc(1_000_000 * 3, 255);
    for (let at = 0; at < 1_000_000; at += 1) {
      if (Math.hypot((at % 1000) - 500, Math.floor(at / 1000) - 500) < 200) pixels.fill(0, at * 3 + 1, at * 3 + 3);
    }
    const raw = { width: 1000, height: 1000, channels: 3 } as const;
    await opened.file('circle.png', await sharp(pixels, { raw }).png().toBuffer());
    await make(opened, { first_frame: 'circle.png', size: '960x540' });
    const { bytes } = uploadOf(opened, conditionsOf(opened)[0]);
    const red = async (x: number, y: number) => ((await pixelOf(bytes, x, y))[1] ?? 0) < 128;
    // The whole width is kept, so the radius is 192 pixels either way.
    expect([await red(480 - 188, 270), await red(480, 270 - 188)]).toEqual([true, true]);
    expect([await red(480 - 196, 270), await red(480, 270 - 196)]).toEqual([false, false]);
  });

  test.each([
    [{ first_frame: 'high.png' }, '720x1280'],
    [{ last_frame: 'wide.jpg' }, '720x720'],
    [{ first_frame: 'wide.jpg', size: '1080x1920' }, '1080x1920'],
    [{ first_frame: PICTURE_URL }, '1280x720'],
    [{ last_frame: UPLOAD_ID, prompt: 'a fox' }, '1280x720'],
  ])('of %j has %s', async (input, size) => {
    await using opened = await rooms();
    expect(factsOf(await make(opened, input)).size).toBe(size);
    expect(body(opened)['sizes']).toEqual([{ width: Number(size.split('x')[0]), height: Number(size.split('x')[1]) }]);
  });

  test('takes one picture as both frames, uploaded once', async () => {
    await using opened = await rooms();
    await make(opened, { first_frame: 'wide.jpg', last_frame: 'wide.jpg' });
    const [first, last] = conditionsOf(opened);
    expect(first?.source).toEqual(last?.source);
    expect(opened.uploaded).toHaveLength(1);
  });

  test(
    'is shown by its first frame, also as a resource, and by its facts where there is none',
    { tags: 'long' },
    async () => {
      await using opened = await rooms();
      const result = await make(opened, { first_frame: 'wide.jpg', last_frame: 'high.png' });
      const { images: [shown = expect.unreachable()] = [], made_from: [first = ''] = [] } = factsOf(result);
      expect(result.pictures).toHaveLength(1);
      expect(result.text).toContain(`${shown.image} is shown by the picture that it begins with, ${first}.`);
      const seen = await opened.call('show_images', { image: shown.image });
      expect(seen.pictures).toHaveLength(1);
      expect(seen.text).toContain(`by the picture that it begins with, ${first}.`);
      const [preview] = await imagePreview.read(shown.image, opened.toolCall());
      expect(preview).toMatchObject({ mimeType: 'image/jpeg' });
      opened.pictures.push(CLIP);
      expect((await make(opened, { last_frame: 'high.png' })).pictures).toEqual([]);
    },
  );

  test('of a demo, and on its way, is called a video', async () => {
    await using opened = await rooms({ demo: true });
    const asked = { prompt: 'a fox runs', wait_seconds: 100 };
    const { text, structured } = await opened.answer('generate_video', asked);
    const note = 'Placeholder video, a recording of the emulator: it does not follow the prompt';
    expect(text).toContain(`Demo: ${note}`);
    expect(structured?.['demo_note']).toContain(note);
    opened.pictures.push(CLIP);
    await make(opened, { prompt: 'a hare runs' });
    const told = opened.progress.map(({ message }) => message).join('; ');
    expect(`${told}; ${text}`).not.toMatch(/saving picture|\bpictures?\b.*made/);
  });

  test('whose size is no size is told a size of videos as the example', async () => {
    await using opened = await rooms();
    const { message } = await refusal(opened, 'generate_video', { prompt: 'x', size: 'HD' });
    expect(message).toBe('size is not of the form "1920x1080".');
  });

  test('is refused by what needs a still, and is taken by what does not', async () => {
    await using opened = await rooms();
    const [shown] = factsOf(await make(opened, { prompt: 'a fox runs' })).images ?? [];
    for (const input of [{ first_frame: shown?.image }, { last_frame: 'last', prompt: 'a fox' }]) {
      expect(await refusal(opened, 'generate_video', input)).toMatchObject({ code: 'still_wanted' });
    }
    expect(opened.adobe.bodies).toHaveLength(1);
  });

  test.each([
    [{}, 'invalid_argument', 'first_frame or last_frame'],
    [{ prompt: ' ' }, 'invalid_argument', 'words'],
    [{ prompt: 'x'.repeat(4_001) }, 'invalid_argument', 'Shorten it by 1'],
    [{ prompt: 'x', size: '1920x1088' }, 'invalid_argument', '1920x1080'],
    [{ prompt: 'x', size: '2048x2048' }, 'invalid_argument', '1080x1080'],
    [{ prompt: 'x', seeds: [1, 2] }, 'invalid_argument', 'Correct'],
    [{ prompt: 'x', seeds: [-1] }, 'invalid_argument', 'whole numbers'],
    [{ prompt: 'x', count: 2 }, 'invalid_argument', 'Correct'],
    [{ prompt: 'x', camera_motion: 'pan' }, 'invalid_argument', 'Correct'],
    [{ prompt: 'x', shot_angle: 'eyes' }, 'invalid_argument', 'Correct'],
    [{ prompt: 'x', first_frame: 'gone.png' }, 'file_not_found', ''],
    [{ prompt: 'x', first_frame: 'last' }, 'unknown_image', ''],
    [{ prompt: 'x', last_frame: 'https://example.com/a.png' }, 'url_not_allowed', ''],
  ])('refuses %j with %s before anything is spent', async (input, code, next) => {
    await using opened = await rooms();
    const problem = await refusal(opened, 'generate_video', input);
    expect(problem).toMatchObject({ code, actor: 'caller' });
    expect(`${problem.message} ${problem.next}`).toContain(next);
    expect([opened.uploaded, opened.adobe.bodies]).toEqual([[], []]);
  });

  test('is made by a batch, and listed as a video', async () => {
    await using opened = await rooms();
    const { structured } = await opened.call('submit_batch', { tool: 'generate_video', items: [{ prompt: 'a fox' }] });
    const done = await opened.call('job_status', { job: structured?.['batch'], wait_seconds: 60 });
    expect(done.structured).toMatchObject({ batch_state: 'finished', counts: { succeeded: 1 } });
    const listed = await opened.call('list_images', { job: structured?.['batch'] });
    expect(listed.structured).toMatchObject({ images: [{ mime_type: 'video/mp4' }] });
  });

  test('tells in a dry run what it would send, make and cost, and spends nothing', async () => {
    await using opened = await rooms();
    const { text, structured } = await opened.call('generate_video', {
      first_frame: 'wide.jpg',
      size: '1080x1920',
      dry_run: true,
    });
    expect(structured).toMatchObject({ size: '1080x1920', will_cost: { operations: 10, requests: 1 } });
    expect(text).toContain('Result: 1 video of 1080x1920');
    expect([opened.uploaded, opened.adobe.bodies]).toEqual([[], []]);
  });
});
