import { describe, expect, test } from 'vitest';
import { plain } from '../../images/pictures.ts';
import { TestRooms } from '../../support/rooms/test-rooms.ts';

const PROMPT =
  'A lighthouse on a cliff at dusk, with long exposure waves, a wide sky and warm light in one window of the house.';

describe('a list of fifty pictures', () => {
  test('has one line for each, no path, URI or link, and stays short in both forms', { tags: 'long' }, async () => {
    await using rooms = await TestRooms.open();
    const bytes = await plain(64, 48).jpeg().toBuffer();
    for (let job = 0; job < 13; job++) {
      rooms.pictures.push(bytes, bytes, bytes, bytes);
      await rooms.finished({ prompt: `${job} ${PROMPT}`, count: 4 });
    }
    const { text, structured, links, pictures } = await rooms.call('list_images', { limit: 50 });
    expect(text.split('\n').filter((line) => line.startsWith('- img_'))).toHaveLength(50);
    // "Pictures, newest first:", the lines, what they cost, the next page, the next step.
    expect(text.split('\n')).toHaveLength(54);
    expect([links, pictures]).toEqual([[], []]);
    const json = JSON.stringify(structured);
    for (const form of [text, json]) {
      expect(form).not.toContain('firefly://');
      expect(form).not.toContain(rooms.folder);
      expect(form).toContain('seed');
    }
    expect(Buffer.byteLength(text)).toBeLessThan(14_000);
    expect(Buffer.byteLength(json)).toBeLessThan(18_000);
  });
});
