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
  const { structured } = await rooms.call('submit_batch', { items, folder: 'set' });
  const { batches } = await rooms.services();
  const batch = String(structured?.['batch']);
  for (let polls = 0; polls < 60; polls += 1) {
    await rooms.call('job_status', { job: batch, wait_seconds: 60 });
    if ((await batches.get(batch, rooms.caller)).settled) break;
  }
  return rooms.call('job_status', { job: batch });
}

test('answers stay small', { timeout: 60_000 }, async () => {
  const one = bytesOf(await rooms.finished({ prompt: PROMPT }));
  const four = bytesOf(await rooms.finished({ prompt: PROMPT, count: 4 }));
  const forty = bytesOf(await batchOf(40));
  const fifty = bytesOf(await rooms.call('list_images', { limit: 45 }));
  console.log(JSON.stringify({ one, four, forty, fifty }));
  expect(1).toBe(1);
});
