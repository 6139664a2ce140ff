import { describe, expect, test } from 'vitest';
import { TestRooms } from '../../support/rooms/test-rooms.ts';

describe('what is common to a batch', () => {
  test('yields to what an item says, to what that stands for, and to the earlier job that it is like', async () => {
    const small = { size: '2304x1792', negative_prompt: 'snow' };
    await using rooms = await TestRooms.open();
    const first = await rooms.finished({ prompt: 'a fox', ...small, count: 1 });
    const { structured } = await rooms.call('submit_batch', {
      common: { aspect_ratio: '1:1', negative_prompt: 'rain', content_class: 'art' },
      items: [
        { like: first.structured?.['job'], prompt: 'a hare' },
        { prompt: 'a hen' },
        { prompt: 'a cow', size: '2688x1536' },
      ],
    });
    const { batches } = await rooms.services();
    const batch = String(structured?.['batch']);
    for (let polls = 0; polls < 60 && !(await batches.get(batch, rooms.caller)).settled; polls += 1)
      await rooms.call('job_status', { job: batch, wait_seconds: 30 });
    const [, hare, hen, cow] = rooms.adobe.bodies;
    expect(hare).toMatchObject({
      prompt: 'a hare',
      size: { width: 2304, height: 1792 },
      negativePrompt: 'snow',
      contentClass: 'art',
      seeds: [first.structured?.['images']].flat().map((image) => (image as { seed: number }).seed),
    });
    expect(hen).toMatchObject({ size: { width: 2048, height: 2048 }, negativePrompt: 'rain', contentClass: 'art' });
    expect(cow).toMatchObject({ size: { width: 2688, height: 1536 }, negativePrompt: 'rain' });
  });
});

test('an argument that every object has is as unknown to an item as any other', async () => {
  await using rooms = await TestRooms.open();
  for (const name of ['constructor', 'toString', 'valueOf', '__proto__']) {
    const file = await rooms.file('bad.jsonl', Buffer.from(`{"prompt":"fine"}\n{"prompt":"x","${name}":{"count":4}}`));
    const { text } = await rooms.answer('submit_batch', { file, common: { size: '2048x2048' } });
    expect(text).toContain(`line 2: generate_image has no argument "${name}".`);
    expect(text).toContain('Code: invalid_batch.');
  }
});
