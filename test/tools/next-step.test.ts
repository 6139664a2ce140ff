import { describe, expect, test } from 'vitest';
import { JobResult } from '../../src/render/schemas.ts';
import { plain } from '../images/pictures.ts';
import { ANNA, TestRooms } from '../support/rooms/test-rooms.ts';

async function withPhoto() {
  const rooms = await TestRooms.open();
  await rooms.file('photo.png', await plain(600, 400).png().toBuffer());
  return rooms;
}
const made = async (rooms: TestRooms, tool: string, input: object) =>
  JobResult.parse((await rooms.finished(input, ANNA, tool)).structured);

describe('the next step after pictures', () => {
  test('leads to a file where none was asked for, and not where it is written', async () => {
    await using rooms = await withPhoto();
    expect((await made(rooms, 'generate_image', { prompt: 'a cup' })).next).toContain('save_image copies an original');
    const saved = await made(rooms, 'generate_image', { prompt: 'a bowl', save_as: 'bowl.jpg' });
    expect(saved.saved).toHaveLength(1);
    expect(saved.next).not.toContain('save_image');
    for (const way of ['show_images', 'fill_image', 'edit_image', 'expand_image']) expect(saved.next).toContain(way);
  });

  test('has the call that shows each of them by its number, and the source after them', async () => {
    await using rooms = await withPhoto();
    const {
      images = [],
      made_from: [source] = [],
      next = '',
    } = await made(rooms, 'vary_image', {
      image: 'photo.png',
      count: 2,
    });
    const listed = /with images (\[[^\]]*\]) all of them on one sheet, the source last/.exec(next)?.[1] ?? '[]';
    expect(JSON.parse(listed)).toEqual([...images.map(({ image }) => image), source]);
    const one = await made(rooms, 'vary_image', { image: 'photo.png', seeds: [7] });
    expect(one.next).toContain(`["${source}", "${one.images?.[0]?.image}"] before and after on one sheet`);
  });

  test('says of an edit of the whole which size becomes which, and of an enlarged picture how large it prints', async () => {
    await using rooms = await withPhoto();
    const dry = { image: 'photo.png', dry_run: true };
    expect((await rooms.call('edit_image', { ...dry, prompt: 'evening' })).text).toContain('in place of 600x400');
    expect((await rooms.call('upscale_image', { ...dry, factor: 4 })).text).toContain(
      'At 300 dpi it prints at 20.3 x 13.5 cm',
    );
  });
});
