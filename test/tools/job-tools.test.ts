import { describe, expect, test } from 'vitest';
import { JobResult, JobStatusResult } from '../../src/render/schemas.ts';
import { TestRooms } from '../support/rooms/test-rooms.ts';

const factsOf = (rendered: { structured: unknown }) => JobResult.parse(rendered.structured);

async function unfinished(desk: TestRooms, prompt = 'slow'): Promise<string> {
  desk.adobe.durationMs = 60_000;
  const result = await desk.call('generate_image', { prompt, wait_seconds: 5 });
  return factsOf(result).job ?? expect.unreachable('no job');
}

describe('job_status', () => {
  test('without a job tells what is queued, running and recent, with the quota', async () => {
    await using desk = await TestRooms.open({ perMinute: 2 });
    const job = await unfinished(desk, 'one');
    await desk.call('generate_image', { prompt: 'two', wait_seconds: 0 });
    await desk.call('generate_image', { prompt: 'three', wait_seconds: 3 });
    const result = await desk.call('job_status', {});
    const facts = JobStatusResult.parse(result.structured);
    expect(facts).toMatchObject({
      queued: 1,
      running: 2,
      quota: { per_minute: 2, used_this_minute: 2, per_day: 9000 },
    });
    expect(facts.jobs).toHaveLength(3);
    expect(facts.jobs).toContainEqual(expect.objectContaining({ job, prompt: 'one', images: [] }));
    for (const line of facts.jobs ?? [])
      expect(result.text).toContain(`${line.job} (${line.created_at}) ${line.state}`);
    expect(result.text).toContain('2 of 2 paid requests this minute');
    expect(result.isError).toBe(false);
  });

  test('with nothing done yet says how to begin', async () => {
    await using desk = await TestRooms.open();
    expect((await desk.call('job_status', {})).text).toContain('generate_image makes one');
  });

  test('of a failed job is an answer, not an error, and tells the error', async () => {
    await using desk = await TestRooms.open();
    desk.adobe.statusScript.push({
      kind: 'failed',
      problem: { code: 'content_policy', message: 'Refused.', actor: 'caller', next: 'Reword it.' },
    });
    const failed = await desk.call('generate_image', { prompt: 'x' });
    expect(failed).toMatchObject({ isError: true, structured: { state: 'failed', next: 'Reword it.' } });
    const { job } = factsOf(failed);
    const status = await desk.call('job_status', { job });
    expect(status).toMatchObject({ isError: false, structured: { error: { code: 'content_policy' } } });
  });
});

describe('cancel_job', () => {
  test('in the queue is free', async () => {
    await using desk = await TestRooms.open({ perMinute: 1 });
    await unfinished(desk, 'first');
    const { job } = factsOf(await desk.call('generate_image', { prompt: 'second', wait_seconds: 1 }));
    const result = await desk.call('cancel_job', { job });
    expect(factsOf(result)).toMatchObject({ state: 'cancelled', paid_requests: 0 });
    expect(result.text).toContain('Adobe took no request for it, and nothing was spent.');
    expect(result.isError).toBe(false);
    expect(desk.adobe.submits).toHaveLength(1);
  });

  test('at Adobe may be charged, and says so', async () => {
    await using desk = await TestRooms.open();
    const job = await unfinished(desk);
    const result = await desk.call('cancel_job', { job });
    expect(factsOf(result)).toMatchObject({ state: 'cancelled', paid_requests: 1 });
    expect(result.text).toContain('may still be charged');
    expect(desk.adobe.cancels).toHaveLength(1);
    const again = await desk.call('cancel_job', { job });
    expect(again).toMatchObject({ isError: false, structured: { state: 'cancelled' } });
  });

  test('after the end shows the pictures and says that it is too late', async () => {
    await using desk = await TestRooms.open();
    const { job } = factsOf(await desk.finished({ prompt: 'x' }));
    const result = await desk.call('cancel_job', { job });
    expect(result.isError).toBe(true);
    expect(factsOf(result)).toMatchObject({
      state: 'succeeded',
      summary: expect.stringMatching(/^Too late/) as string,
    });
    expect(factsOf(result).images).toHaveLength(1);
    await expect(desk.call('cancel_job', { job: 'job_nope' })).rejects.toMatchObject({ code: 'unknown_job' });
  });
});

describe('resubmit_job', () => {
  test('needs the word that a second charge is acceptable', async () => {
    await using desk = await TestRooms.open();
    desk.adobe.script.push('lost');
    const { job } = factsOf(await desk.call('generate_image', { prompt: 'x' }));
    for (const input of [{ job }, { job, accept_possible_charge: false }, { job, accept_possible_charge: 'true' }]) {
      await expect(desk.call('resubmit_job', input)).rejects.toThrow();
    }
    expect(desk.adobe.submits).toHaveLength(1);
    const result = await desk.call('resubmit_job', { job, accept_possible_charge: true, wait_seconds: 600 });
    expect(factsOf(result)).toMatchObject({ replaces: job, prompt: 'x' });
    expect(result.text).toContain(`Replaces ${job}.`);
    expect(desk.adobe.submits).toHaveLength(2);
  });

  test('is refused for a job that has its pictures', async () => {
    await using desk = await TestRooms.open();
    const { job } = factsOf(await desk.finished({ prompt: 'x' }));
    const call = desk.call('resubmit_job', { job, accept_possible_charge: true });
    await expect(call).rejects.toMatchObject({ code: 'not_resubmittable' });
  });
});
