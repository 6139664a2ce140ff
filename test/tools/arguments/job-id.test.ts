import { describe, expect, test } from 'vitest';
import { TestRooms } from '../../support/rooms/test-rooms.ts';

describe('a job', () => {
  test('is named by its id with blanks or quotes, by its link, and by its picture', async () => {
    await using rooms = await TestRooms.open();
    const made = await rooms.finished({ prompt: 'a lighthouse' });
    const job = String(made.structured?.['job']);
    for (const text of [` ${job}\n`, `"${job}"`, `firefly://jobs/${job}`, `firefly://jobs/${job} `, `${job}#1`]) {
      const shown = await rooms.answer('job_status', { job: text });
      expect([text, shown.structured?.['job'], shown.isError]).toEqual([text, job, false]);
    }
    for (const tool of ['cancel_job', 'resubmit_job']) {
      const input = { job: `firefly://jobs/${job}`, ...(tool === 'resubmit_job' && { accept_possible_charge: true }) };
      const { structured } = await rooms.answer(tool, input);
      expect(JSON.stringify(structured)).not.toContain('unknown_job');
      expect(JSON.stringify(structured)).not.toContain('invalid_argument');
    }
  });
});
