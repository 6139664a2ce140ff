import { expect, test } from 'vitest';
import { TestRooms } from '../../support/rooms/test-rooms.ts';

test('a batch file with an item whose prompt is there twice is refused, before anything is spent', async () => {
  await using rooms = await TestRooms.open();
  const lines = ['{"prompt":"fox"}', '{"prompt":"a red owl","prompt":"a blue owl"}', 'no json'];
  const file = await rooms.file('twice.jsonl', Buffer.from(lines.join('\n')));
  const { text, isError } = await rooms.answer('submit_batch', { file });
  expect(isError).toBe(true);
  expect(text).toContain('Code: invalid_batch.');
  expect([...text.matchAll(/^line (\d+):/gm)].map(([, line]) => line)).toEqual(['2', '3']);
  expect(text).toContain('line 2: The key "prompt" is there twice; only its last value would count. Leave one out.');
  expect(rooms.adobe.submits).toEqual([]);
});
