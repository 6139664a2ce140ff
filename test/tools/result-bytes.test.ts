import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Rendered } from '../../src/render/rendered.ts';
import { TestRooms } from '../support/rooms/test-rooms.ts';

let rooms: TestRooms;
beforeAll(async () => {
  rooms = await TestRooms.open();
});
afterAll(() => rooms[Symbol.asyncDispose]());

const PROMPT = 'a red fox in the snow at dusk, soft light, shallow depth of field';

/** Bytes of an answer without its previews: text, and structured content. */
function bytesOf({ text, structured }: Rendered): { text: number; structured: number } {
  return { text: Buffer.byteLength(text), structured: Buffer.byteLength(JSON.stringify(structured)) };
}

async function batchOf(count: number): Promise<Rendered> {
  const items = Array.from({ length: count }, (_, n) => ({ prompt: `${PROMPT}, number ${n}` }));
  const { structured } = await rooms.call('submit_batch', { items, save_to: 'set' });
  const { batches } = await rooms.services();
  const batch = String(structured?.['batch']);
  for (let polls = 0; polls < 60; polls += 1) {
    await rooms.call('job_status', { job: batch, wait_seconds: 60 });
    if ((await batches.get(batch, rooms.caller)).settled) break;
  }
  return rooms.call('job_status', { job: batch });
}

/** Most bytes of text and structured content, a little above what they are. A list tells of each picture what it cost, and its files. */
const MOST = {
  'one picture': [700, 950],
  'four pictures': [1_550, 2_050],
  'a list of fifty': [10_900, 16_500],
  'a batch of forty': [3_900, 6_200],
} as const;

test('answers take few bytes: a line for each picture, and no fact twice', { tags: 'long' }, async () => {
  const answers = {
    'one picture': await rooms.finished({ prompt: PROMPT }),
    'four pictures': await rooms.finished({ prompt: PROMPT, count: 4 }),
    'a batch of forty': await batchOf(40),
    'a list of fifty': await rooms.finished({ prompt: PROMPT, count: 4, new_job: true }).then(async () => {
      await rooms.finished({ prompt: PROMPT, new_job: true });
      return rooms.call('list_images', { limit: 50 });
    }),
  };
  for (const [what, most] of Object.entries(MOST)) {
    const { text, structured } = bytesOf(answers[what as keyof typeof MOST]);
    console.info(`${what}: ${text} bytes of text, ${structured} of structured content`);
    expect(text, what).toBeLessThanOrEqual(most[0]);
    expect(structured, what).toBeLessThanOrEqual(most[1]);
  }
});
