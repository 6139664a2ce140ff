import { describe, expect, test } from 'vitest';
import { JobResult } from '../../../src/render/schemas.ts';
import { LOCAL } from '../../../src/shared/caller.ts';
import { plain } from '../../images/pictures.ts';
import { video } from '../../images/videos.ts';
import { ANNA, TestRooms } from '../../support/rooms/test-rooms.ts';

/** Anna over HTTP in the 2026-07-28 protocol, which has no conversations. */
const ALONE = { ...ANNA, conversation: undefined };
const EDIT = { image: 'last', aspect_ratio: '16:9' };

async function withPicture(): Promise<{ rooms: TestRooms; image: string }> {
  const rooms = await TestRooms.open();
  const bytes = await plain(640, 480).jpeg().toBuffer();
  rooms.pictures.push(bytes, bytes, bytes, bytes);
  const made = await rooms.finished({ prompt: 'a dog on the beach' });
  return { rooms, image: JobResult.parse(made.structured).images?.[0]?.image ?? '' };
}

describe('"last" in a paid call without a conversation', () => {
  test(
    'is taken within a quarter of an hour, and named first of all by handle and prompt',
    { tags: 'long' },
    async () => {
      const { rooms: opened, image } = await withPicture();
      await using rooms = opened;
      await rooms.clock.pass(14 * 60_000);
      const { text, structured } = await rooms.call('expand_image', EDIT, ALONE);
      const naming = `"last" is ${image} (prompt "a dog on the beach").`;
      expect(text.startsWith(naming)).toBe(true);
      expect(String(structured?.['summary']).startsWith(naming)).toBe(true);
      expect(structured).toMatchObject({ made_from: [image], state: 'succeeded' });
    },
  );

  test(
    'is refused when it is older, with its handle, and nothing is sent; the handle goes on',
    { tags: 'long' },
    async () => {
      const { rooms: opened, image } = await withPicture();
      await using rooms = opened;
      await rooms.clock.pass(16 * 60_000);
      const submits = rooms.adobe.submits.length;
      for (const [tool, input] of [
        ['expand_image', EDIT],
        ['generate_image', { prompt: 'x', style_image: 'last' }],
        ['fill_image', { image: 'last', mask_shapes: [{ shape: 'rectangle', x: 0, y: 0, width: 50, height: 50 }] }],
      ] as const) {
        const refused = await rooms.answer(tool, input, ALONE);
        expect(refused.isError).toBe(true);
        expect(refused.structured).toMatchObject({
          error: { code: 'ambiguous_image', next: expect.stringContaining(image) },
        });
        expect(refused.text).toContain('"a dog on the beach"');
      }
      expect(rooms.adobe.submits).toHaveLength(submits);
      expect((await rooms.call('expand_image', { ...EDIT, image }, ALONE)).structured).toMatchObject({
        state: 'succeeded',
      });
    },
  );

  test('is neither limited nor explained in a conversation, or where a tool is free', { tags: 'long' }, async () => {
    const { rooms: opened, image } = await withPicture();
    await using rooms = opened;
    await rooms.clock.pass(60 * 60_000);
    const { text } = await rooms.call('expand_image', EDIT, ANNA);
    expect(text).not.toContain('"last" is');
    expect((await rooms.call('show_images', { image }, { ...ALONE, can: LOCAL.can })).text).toContain(image);
  });
});

describe('"last" in a conversation', () => {
  const LEFT = { shape: 'rectangle', x: 0, y: 0, width: 50, height: 100 };
  const idsOf = (structured: unknown) => (JobResult.parse(structured).images ?? []).map(({ image }) => image);
  /** The handle that "last" names; in an argument for masks, the mask. */
  const lastOf = async (rooms: TestRooms) =>
    /img_\w+/.exec((await rooms.call('show_images', { image: 'last' })).text)?.[0];

  async function withPhotograph() {
    const rooms = await TestRooms.open();
    await rooms.file('photo.png', await plain(800, 600).png().toBuffer());
    return rooms;
  }

  test('after several variations is the last of them, and stays so while another job is under way or fails', async () => {
    await using rooms = await withPhotograph();
    const four = idsOf((await rooms.finished({ prompt: 'four dogs', count: 4 })).structured);
    expect(await lastOf(rooms)).toBe(four[3]);
    rooms.adobe.durationMs = 600_000;
    await rooms.call('generate_image', { prompt: 'slow', wait_seconds: 0 });
    expect(await lastOf(rooms)).toBe(four[3]);
  });

  test('after a batch is the picture of it that was made last', { tags: 'long' }, async () => {
    await using rooms = await withPhotograph();
    await rooms.finished({ prompt: 'before' });
    const begun = await rooms.call('submit_batch', { prompts: ['one', 'two', 'three'] });
    const { batches } = await rooms.services();
    const batch = String(begun.structured?.['batch']);
    for (let polls = 0; polls < 60 && !(await batches.get(batch, rooms.caller)).settled; polls += 1)
      await rooms.call('job_status', { job: batch, wait_seconds: 30 });
    const made = await rooms.call('list_images', { job: batch });
    const [newest] = ((made.structured?.['images'] ?? []) as { image: string }[]).map(({ image }) => image);
    expect(made.structured?.['images']).toHaveLength(3);
    expect(await lastOf(rooms)).toBe(newest);
  });

  test(
    'after an edit is the composite, never what Adobe painted, nor the mask or the file that it was made with',
    { tags: 'long' },
    async () => {
      await using rooms = await withPhotograph();
      rooms.pictures.push(await plain(1152, 896).jpeg().toBuffer());
      const edit = { image: 'photo.png', mask_shapes: [LEFT], prompt: 'a meadow' };
      const filled = await rooms.finished(edit, rooms.caller, 'fill_image');
      const [composite] = JobResult.parse(filled.structured).images ?? [];
      expect(composite?.edit?.adobe_picture).toMatch(/^img_/);
      expect(await lastOf(rooms)).toBe(composite?.image);
    },
  );

  test('after make_mask is still the picture; as a mask it is the newest mask', { tags: 'long' }, async () => {
    await using rooms = await withPhotograph();
    rooms.pictures.push(await plain(800, 600).jpeg().toBuffer());
    const [picture] = idsOf((await rooms.finished({ prompt: 'a dog' })).structured);
    const mask = await rooms.call('make_mask', { image: 'last', shapes: [LEFT] });
    expect(mask.structured).toMatchObject({ made_for: picture });
    expect(await lastOf(rooms)).toBe(picture);
    const dry = await rooms.call('fill_image', { image: 'last', mask: 'last', prompt: 'snow', dry_run: true });
    expect(dry.structured).toMatchObject({ made_from: [picture], mask: mask.structured?.['mask'] });
  });

  test('after a video is the video, which tools for stills refuse by name before anything is spent', async () => {
    await using rooms = await withPhotograph();
    await rooms.finished({ prompt: 'a still before it' });
    rooms.pictures.push(video({ width: 1280, height: 720 }));
    const [clip] = idsOf((await rooms.finished({ prompt: 'a fox runs' }, rooms.caller, 'generate_video')).structured);
    expect(await lastOf(rooms)).toBe(clip);
    const submits = rooms.adobe.submits.length;
    const refused = await rooms.answer('vary_image', { image: 'last' });
    expect(refused.structured).toMatchObject({ error: { code: 'still_wanted' } });
    expect(refused.text).toContain(clip);
    expect(rooms.adobe.submits).toHaveLength(submits);
  });

  test('that was deleted is the one before it', async () => {
    await using rooms = await withPhotograph();
    const [first] = idsOf((await rooms.finished({ prompt: 'first' })).structured);
    const [second] = idsOf((await rooms.finished({ prompt: 'second' })).structured);
    await rooms.call('delete_images', { images: [second], confirm: true });
    expect(await lastOf(rooms)).toBe(first);
  });
});

describe('"last" as a mask', () => {
  const shapesAt = (x: number) => [{ shape: 'rectangle', x, y: 10, width: 20, height: 20 }];

  test('is what was drawn last, also where that had been drawn before, and is not a mask that was only named', async () => {
    const { rooms: opened, image } = await withPicture();
    await using rooms = opened;
    const maskOf = async (tool: string, input: object) => {
      const { structured } = await rooms.call(tool, { image, ...input });
      return String(structured?.['mask']);
    };
    const fill = (input: object) => maskOf('fill_image', { prompt: 'a ball', dry_run: true, ...input });
    const first = await fill({ mask_shapes: shapesAt(10) });
    const second = await maskOf('make_mask', { shapes: shapesAt(50) });
    expect(await fill({ mask: 'last' })).toBe(second);
    // Drawn again, and taken again: one mask, and the newest.
    expect(await fill({ mask_shapes: shapesAt(10) })).toBe(first);
    expect(await fill({ mask: 'last' })).toBe(first);
    expect(await fill({ mask: second })).toBe(second);
    expect(await fill({ mask: 'last' })).toBe(first);
    const { structured } = await rooms.call('list_images', { kind: 'mask' });
    expect(structured?.['images']).toMatchObject([{ image: first }, { image: second }]);
  });
});
