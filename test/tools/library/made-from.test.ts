import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import sharp, { type OverlayOptions } from 'sharp';
import { BatchResult } from '../../../src/render/batch-schemas.ts';
import { ImagesResult } from '../../../src/render/library-schemas.ts';
import { JobResult } from '../../../src/render/schemas.ts';
import { plain } from '../../images/pictures.ts';
import { TestRooms } from '../../support/rooms/test-rooms.ts';

let rooms: TestRooms;
beforeAll(async () => {
  rooms = await TestRooms.open();
  await rooms.file('style.png', await plain(600, 600).png().toBuffer());
  await rooms.file('photo.jpg', await plain(801, 600).jpeg().toBuffer());
  const half: OverlayOptions = {
    input: { create: { width: 400, height: 600, channels: 3, background: '#fff' } },
    left: 0,
    top: 0,
  };
  const black = sharp({ create: { width: 801, height: 600, channels: 3, background: '#000' } });
  await rooms.file('left.png', await black.composite([half]).png().toBuffer());
});
afterAll(() => rooms[Symbol.asyncDispose]());

describe('what a picture was made from is told with what each was for', () => {
  test('style and structure, by the names of their files, in an answer, a list and beside the picture', async () => {
    const made = await rooms.finished({ prompt: 'a mountain', style_image: 'style.png', structure_image: 'photo.jpg' });
    const { made_from: from = [], roles, images = [] } = JobResult.parse(made.structured);
    expect(roles).toEqual([
      { role: 'style', image: from[0], file: 'style.png' },
      { role: 'structure', image: from[1], file: 'photo.jpg' },
    ]);
    const words = `from style: "style.png" (${from[0]}), structure: "photo.jpg" (${from[1]})`;
    expect(made.text).toContain(`Made ${words}.`);
    const listed = await rooms.call('list_images', { limit: 1 });
    expect(ImagesResult.parse(listed.structured).images).toMatchObject([{ made_from: from, roles }]);
    expect(listed.text).toContain(words);
    const shown = await rooms.call('show_images', { image: String(images[0]?.image) });
    expect(shown.text).toContain(`- ${from[0]}, "style.png", import, 600x600 (style)`);
    expect(shown.text).toContain(`- ${from[1]}, "photo.jpg", import, 801x600 (structure)`);
  });

  test('one picture that is both, once in made_from and with both roles', async () => {
    const both = { prompt: 'a hill', style_image: 'style.png', structure_image: 'style.png' };
    const { structured, text } = await rooms.finished(both);
    const { made_from: from = [], roles = [] } = JobResult.parse(structured);
    expect(from).toHaveLength(1);
    expect(roles.map(({ role }) => role)).toEqual(['style', 'structure']);
    expect(text).toContain(`Made from style: "style.png" (${from[0]}), structure: "style.png" (${from[0]}).`);
  });

  test('a copy of a file, by the name that the call gave, though both are one picture', async () => {
    await rooms.file('portrait.png', await plain(600, 600).png().toBuffer());
    const given = { prompt: 'a lake', style_image: 'portrait.png' };
    const made = await rooms.finished(given);
    const { made_from: from = [], images = [] } = JobResult.parse(made.structured);
    expect(made.text).toContain(`Made from style: "portrait.png" (${from[0]}).`);
    const listed = await rooms.call('list_images', { limit: 1 });
    expect(ImagesResult.parse(listed.structured).images).toMatchObject([{ source_files: ['portrait.png'] }]);
    const shown = await rooms.call('show_images', { image: String(images[0]?.image) });
    expect(shown.text).toContain(`- ${from[0]}, "portrait.png", import, 600x600 (style)`);
  });

  test(
    'masks of a copy of a file, drawn alone or within a call, by the name that the call gave',
    { tags: 'long' },
    async () => {
      await rooms.file('first.jpg', await plain(803, 600).jpeg().toBuffer());
      await rooms.file('second.jpg', await plain(803, 600).jpeg().toBuffer());
      const left = [{ shape: 'rectangle', x: 0, y: 0, width: 50, height: 100 }];
      const right = [{ shape: 'rectangle', x: 60, y: 0, width: 40, height: 100 }];
      await rooms.call('make_mask', { image: 'first.jpg', shapes: left });
      await rooms.call('make_mask', { image: 'second.jpg', shapes: left });
      for (const image of ['first.jpg', 'second.jpg']) {
        await rooms.finished({ image, mask_shapes: right }, rooms.caller, 'fill_image');
      }
      const listed = await rooms.call('list_images', { made_from: 'second.jpg', kind: 'mask' });
      const { images = [] } = ImagesResult.parse(listed.structured);
      expect(images.map(({ source_files: files }) => files)).toEqual([['second.jpg'], ['second.jpg']]);
    },
  );

  test('a mask that was given as a file, by the name of that file', { tags: 'long' }, async () => {
    const filled = await rooms.finished({ image: 'photo.jpg', mask: 'left.png' }, rooms.caller, 'fill_image');
    const { mask, roles, made_from: from = [] } = JobResult.parse(filled.structured);
    expect(roles).toEqual([
      { role: 'image', image: from[0], file: 'photo.jpg' },
      { role: 'mask', image: mask, file: 'left.png' },
    ]);
    expect(filled.text).toContain(`Made from "photo.jpg" (${from[0]}), mask: "left.png" (${mask}).`);
  });

  test('object, background and mask of a composite; nothing where handles tell as much', async () => {
    const scene = { image: 'style.png', background: 'photo.jpg', mask: 'left.png', method: 'precise' };
    const dry = await rooms.call('composite_image', { ...scene, dry_run: true });
    expect(dry.structured?.['roles']).toMatchObject([
      { role: 'object', file: 'style.png' },
      { role: 'background', file: 'photo.jpg' },
      { role: 'mask', file: 'left.png' },
    ]);
    const { images = [] } = JobResult.parse((await rooms.finished({ prompt: 'a lake' })).structured);
    const varied = await rooms.finished({ image: images[0]?.image }, rooms.caller, 'vary_image');
    expect(varied.structured).toMatchObject({ made_from: [images[0]?.image] });
    expect(varied.structured).not.toHaveProperty('roles');
    expect(varied.text).toContain(`Made from ${images[0]?.image}.`);
  });
});

describe('items of a batch with one style', () => {
  test('are named by their prompts, and a composite tells its blend', async () => {
    const common = { style_image: 'style.png' };
    const given = { tool: 'generate_image', prompts: ['a loft by the sea', 'a villa in a wood'], common };
    const { structured } = await rooms.call('submit_batch', given);
    const ended = await rooms.call('job_status', { job: String(structured?.['batch']), wait_seconds: 20 });
    const { items = [] } = BatchResult.parse(ended.structured);
    expect(items.map(({ source }) => source)).toEqual(given.prompts);
    const scene = { image: 'style.png', background: 'photo.jpg', mask: 'left.png', method: 'precise', dry_run: true };
    expect((await rooms.call('composite_image', scene)).text).toContain('Blend 0.5: 0 fits the colours');
  });
});

describe('pictures are found by the file that they were made from', () => {
  test('with all later steps and what they cost together', async () => {
    await using own = await TestRooms.open();
    await own.file('portrait.png', await plain(640, 600).png().toBuffer());
    const handleOf = (made: { structured: unknown }) => String(JobResult.parse(made.structured).images?.[0]?.image);
    const first = handleOf(await own.finished({ prompt: 'a den', style_image: 'portrait.png' }));
    const second = handleOf(await own.finished({ image: first }, own.caller, 'vary_image'));
    const third = handleOf(await own.finished({ image: second }, own.caller, 'vary_image'));
    await own.finished({ prompt: 'a lake' });
    const { structured, text } = await own.call('list_images', { made_from: 'portrait.png' });
    expect(ImagesResult.parse(structured)).toMatchObject({
      images: [
        { image: third, made_from: [second] },
        { image: second, made_from: [first] },
        { image: first, source_files: ['portrait.png'] },
      ],
      cost: { operations: 3 },
    });
    expect(text).toContain('Pictures made from "portrait.png", directly or in several steps, newest first:');
    const later = await own.call('list_images', { made_from: first });
    expect(ImagesResult.parse(later.structured).images?.map(({ image }) => image)).toEqual([third, second]);
    expect(later.text).toContain(`Pictures made from ${first}, directly or in several steps, newest first:`);
  });

  test('by text and made_from, whatever the case, and by no part of a name', async () => {
    await using own = await TestRooms.open();
    const bytes = await plain(640, 600).png().toBuffer();
    await own.file('room.png', bytes);
    await own.file('photo.png', bytes);
    const handleOf = (made: { structured: unknown }) => JobResult.parse(made.structured).images?.[0]?.image;
    const first = handleOf(await own.finished({ prompt: 'a den', style_image: 'room.png' }));
    const second = handleOf(await own.finished({ prompt: 'a loft', style_image: 'photo.png' }));
    const found = async (input: Record<string, unknown>) => {
      const { structured } = await own.call('list_images', input);
      return ImagesResult.parse(structured).images?.map(({ image }) => image);
    };
    expect(await found({ text: 'ROOM.png' })).toEqual([second, first]);
    // The import has one name, so that all of its pictures are found by that.
    expect(await found({ text: 'photo.png' })).toEqual([second]);
    expect(await found({ made_from: 'pictures/photo.png' })).toEqual([second]);
    expect(await found({ made_from: '"room.png"' })).toEqual([second, first]);
    expect(await found({ made_from: 'oom.png' })).toEqual([]);
    expect(await found({ made_from: 'loft' })).toEqual([]);
    const gone = await own.answer('list_images', { made_from: 'img_00000000000000000000000000' });
    expect(gone.structured).toMatchObject({ error: { code: 'unknown_image' } });
  });
});
