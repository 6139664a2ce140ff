import { describe, expect, test } from 'vitest';
import { JobResult } from '../../src/render/schemas.ts';
import { LOCAL } from '../../src/shared/caller.ts';
import { plain } from '../images/pictures.ts';
import { ANNA, TestRooms } from '../support/rooms/test-rooms.ts';

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
