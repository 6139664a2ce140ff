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

describe('a word in place of a job', () => {
  test.each(['last', 'all', 'the batch'])('such as "%s" ends nothing, and the newest jobs are named', async (job) => {
    await using rooms = await TestRooms.open({ perMinute: 1 });
    const nothing = await rooms.answer('cancel_job', { job });
    expect(nothing.text).toContain('Next: Call job_status without arguments');
    const jobs = [];
    for (const prompt of ['a loft', 'a cottage']) {
      const { structured } = await rooms.answer('generate_image', { prompt, wait_seconds: 0 });
      jobs.unshift(`${String(structured?.['job'])} \\(generate_image, [a-z_]+\\)`);
    }
    for (const tool of ['cancel_job', 'job_status']) {
      const refused = await rooms.answer(tool, { job });
      expect(refused.structured).toMatchObject({ error: { code: 'unknown_job' } });
      expect(refused.text).toMatch(new RegExp(`The newest are ${jobs.join(', ')}\\. `));
    }
  });
});

describe('an item of a batch', () => {
  test('is named batch_…#n wherever a job is: shown, cancelled alone without cost, taken as an example', async () => {
    await using rooms = await TestRooms.open({ perMinute: 1 });
    const submitted = await rooms.call('submit_batch', {
      tool: 'generate_image',
      prompts: ['a loft', 'a cottage', 'a villa'],
    });
    const batch = String(submitted.structured?.['batch']);
    expect(submitted.text).toContain(`cancel_job ends it, or one item: "${batch}#3".`);
    const cancelled = await rooms.answer('cancel_job', { job: `"${batch}#3"` });
    expect(cancelled.structured).toMatchObject({ state: 'cancelled', cost: { operations: 0, requests: 0 } });
    const again = await rooms.answer('job_status', { job: `${batch}#3`, wait_seconds: 0 });
    expect(again.structured).toMatchObject({ job: cancelled.structured?.['job'], state: 'cancelled' });
    const whole = await rooms.answer('job_status', { job: batch, wait_seconds: 0 });
    expect(whole.structured).toMatchObject({ batch_state: 'active', counts: { cancelled: 1 } });
    const like = await rooms.answer('generate_image', { like: `${batch}#3`, dry_run: true });
    expect(JSON.stringify(like.structured)).toContain('a villa');
    const resent = await rooms.answer('resubmit_job', {
      job: `${batch}#3`,
      accept_possible_charge: true,
      wait_seconds: 0,
    });
    expect(resent.structured).toMatchObject({ state: 'queued', tool: 'generate_image' });
    const listed = await rooms.answer('list_images', { job: `${batch}#2` });
    expect(listed.isError).toBe(false);
  });

  test('that is not there is told with those that are, of a foreign batch nothing', async () => {
    await using rooms = await TestRooms.open({ perMinute: 1 });
    const submitted = await rooms.call('submit_batch', { tool: 'generate_image', prompts: ['a loft', 'a villa'] });
    const batch = String(submitted.structured?.['batch']);
    for (const place of ['0', '3', 'x', '']) {
      const { text } = await rooms.answer('cancel_job', { job: `${batch}#${place}` });
      expect(text).toContain(`Its items are "${batch}#1" to "${batch}#2"`);
    }
    const whole = await rooms.answer('generate_image', { like: batch });
    expect(whole.text).toContain(`Name one of its items: "${batch}#1".`);
    const { text } = await rooms.answer('cancel_job', { job: 'batch_00000000000000000000000000#1' });
    expect(text).toContain('There is no such batch.');
  });
});
