import { describe, expect, test } from 'vitest';
import { plain } from '../../../images/pictures.ts';
import { ANNA, TestRooms } from '../../../support/rooms/test-rooms.ts';
import { refusal, RIGHT_HALF, sentBody } from '../edited-pictures.ts';

async function withPhoto() {
  const rooms = await TestRooms.open({ settings: { preview: 'none' } });
  await rooms.file('photo.jpg', await plain(800, 600).jpeg().toBuffer());
  return rooms;
}

describe('a prompt that orders to remove something', () => {
  test.each([
    'remove',
    'Remove the lamp',
    'please remove the person on the left',
    'Erase it',
    'delete the car',
    'take out the trash can',
    'Entferne die Lampe',
    'supprimer la voiture',
    'elimina la lámpara',
    'убери лампу',
    '削除してください',
  ])('is refused, and nothing is sent: %j', async (prompt) => {
    await using rooms = await withPhoto();
    const problem = await refusal(rooms, 'fill_image', { image: 'photo.jpg', prompt, mask_shapes: [RIGHT_HALF] });
    expect(problem).toMatchObject({ code: 'invalid_argument' });
    expect(problem.next).toMatch(/leave prompt out; .* describe only that/);
    expect([rooms.uploaded, rooms.adobe.submits]).toEqual([[], []]);
  });

  test.each([
    'a removed wall',
    'a delete key of a keyboard',
    'an eraser',
    'remover of stains, a bottle',
    'Löschpapier',
  ])('is not taken for one where it names a thing: %j', async (prompt) => {
    await using rooms = await withPhoto();
    await rooms.finished({ image: 'photo.jpg', prompt, mask_shapes: [RIGHT_HALF] }, ANNA, 'fill_image');
    expect(sentBody(rooms, 'FillImageRequestV3')).toMatchObject({ prompt });
  });
});
