import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BEN, TestRooms } from '../../support/rooms/test-rooms.ts';

let rooms: TestRooms;
beforeEach(async () => {
  rooms = await TestRooms.open();
});
afterEach(() => rooms[Symbol.asyncDispose]());

describe('job_status and cancel_job', () => {
  test('show and cancel a batch, for its owner only', async () => {
    const items = Array.from({ length: 100 }, (_, n) => ({ prompt: `fox ${n}` }));
    const { structured } = await rooms.call('submit_batch', { items });
    const job = structured?.['batch'];
    expect((await rooms.call('job_status', {})).text).toContain(`${String(job)} active`);
    const cancelled = await rooms.call('cancel_job', { job });
    expect(cancelled.structured).toMatchObject({ batch_state: 'cancelled' });
    const again = await rooms.call('cancel_job', { job });
    expect(again.structured).toMatchObject({ batch_state: 'cancelled' });
    await expect(rooms.call('job_status', { job }, BEN)).rejects.toMatchObject({ code: 'unknown_batch' });
  });
});
