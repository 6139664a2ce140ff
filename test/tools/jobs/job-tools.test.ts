import { describe, expect, test } from 'vitest';
import { JobResult, JobStatusResult } from '../../../src/render/schemas.ts';
import type { Question } from '../../../src/tools/definition/consent.ts';
import { resubmitJob } from '../../../src/tools/jobs/resubmit-job.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';
import { TestRooms } from '../../support/rooms/test-rooms.ts';

const factsOf = (rendered: { structured: unknown }) => JobResult.parse(rendered.structured);

async function unfinished(rooms: TestRooms, prompt = 'slow'): Promise<string> {
  rooms.adobe.durationMs = 60_000;
  const result = await rooms.call('generate_image', { prompt, wait_seconds: 5 });
  return factsOf(result).job ?? expect.unreachable('no job');
}

describe('job_status', () => {
  test('without a job shows the numbers of queued and running jobs, recent jobs and the quota', async () => {
    await using rooms = await TestRooms.open({ perMinute: 2 });
    const job = await unfinished(rooms, 'one');
    await rooms.call('generate_image', { prompt: 'two', wait_seconds: 0 });
    await rooms.call('generate_image', { prompt: 'three', wait_seconds: 3 });
    const result = await rooms.call('job_status', {});
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
    expect(result.text).toContain('2 of 2 requests used this minute, 0 left, the first free again in about');
    expect(result.isError).toBe(false);
  });

  test('without any job says how to make the first', async () => {
    await using rooms = await TestRooms.open();
    expect((await rooms.call('job_status', {})).text).toContain('generate_image makes one');
  });

  test('of a failed job is no error result, and holds the error of the job', async () => {
    await using rooms = await TestRooms.open();
    rooms.adobe.statusScript.push({
      kind: 'failed',
      problem: { code: 'content_policy', message: 'Refused.', actor: 'caller', next: 'Reword it.' },
    });
    const failed = await rooms.call('generate_image', { prompt: 'x' });
    expect(failed).toMatchObject({ isError: true, structured: { state: 'failed', next: 'Reword it.' } });
    const { job } = factsOf(failed);
    const status = await rooms.call('job_status', { job });
    expect(status).toMatchObject({ isError: false, structured: { error: { code: 'content_policy' } } });
  });

  test('of a job that was given up shows the pictures that were made after all, free', async () => {
    await using rooms = await TestRooms.open();
    rooms.adobe.statusScript.push({
      kind: 'timed_out',
      problem: { code: 'timeout', message: 'Too slow.', actor: 'us', next: 'Ask job_status.' },
    });
    const failed = await rooms.call('generate_image', { prompt: 'x' });
    expect(failed).toMatchObject({ isError: true, structured: { state: 'failed' } });
    const { job } = factsOf(failed);
    await rooms.clock.pass(60_000);
    const status = await rooms.call('job_status', { job });
    expect(factsOf(status)).toMatchObject({ state: 'succeeded', images: [{}] });
    expect(rooms.adobe.submits).toHaveLength(1);
  });
});

describe('cancel_job', () => {
  test('of a queued job costs nothing', async () => {
    await using rooms = await TestRooms.open({ perMinute: 1 });
    await unfinished(rooms, 'first');
    const { job } = factsOf(await rooms.call('generate_image', { prompt: 'second', wait_seconds: 1 }));
    const result = await rooms.call('cancel_job', { job });
    expect(factsOf(result)).toMatchObject({ state: 'cancelled', cost: { operations: 0, requests: 0 } });
    expect(result.text).toContain('Adobe took no request for it, and nothing was spent.');
    expect(result.isError).toBe(false);
    expect(rooms.adobe.submits).toHaveLength(1);
  });

  test('of a running job says that Adobe may charge for it', async () => {
    await using rooms = await TestRooms.open();
    const job = await unfinished(rooms);
    const result = await rooms.call('cancel_job', { job });
    expect(factsOf(result)).toMatchObject({ state: 'cancelled', cost: { operations: 1, requests: 1 } });
    expect(result.text).toContain('may still be charged');
    expect(rooms.adobe.cancels).toHaveLength(1);
    const again = await rooms.call('cancel_job', { job });
    expect(again).toMatchObject({ isError: false, structured: { state: 'cancelled' } });
  });

  test('of a finished job shows its pictures and says that it is too late', async () => {
    await using rooms = await TestRooms.open();
    const { job } = factsOf(await rooms.finished({ prompt: 'x' }));
    const result = await rooms.call('cancel_job', { job });
    expect(result.isError).toBe(true);
    expect(factsOf(result)).toMatchObject({
      state: 'succeeded',
      summary: expect.stringMatching(/^Too late/) as string,
    });
    expect(factsOf(result).images).toHaveLength(1);
    await expect(rooms.call('cancel_job', { job: 'job_nope' })).rejects.toMatchObject({ code: 'unknown_job' });
  });
});

describe('resubmit_job', () => {
  test('needs accept_possible_charge: true', async () => {
    await using rooms = await TestRooms.open();
    rooms.adobe.script.push('lost');
    const { job } = factsOf(await rooms.call('generate_image', { prompt: 'x' }));
    for (const input of [{ job }, { job, accept_possible_charge: false }, { job, accept_possible_charge: 'yes' }]) {
      await expect(rooms.call('resubmit_job', input)).rejects.toThrow();
    }
    expect(rooms.adobe.submits).toHaveLength(1);
    const result = await rooms.call('resubmit_job', { job, accept_possible_charge: true, wait_seconds: 600 });
    expect(factsOf(result)).toMatchObject({ replaces: job, prompt: 'x' });
    expect(result.text).toContain(`Replaces ${job}.`);
    expect(rooms.adobe.submits).toHaveLength(2);
  });

  test.each([
    ['Adobe gave up on', { kind: 'timed_out', problem: { ...A_PROBLEM, code: 'timeout' } }, true],
    ['Adobe refused at once', { kind: 'refused', problem: A_PROBLEM }, false],
  ] as const)('says of a job that %s whether the first request may have been charged', async (_how, ending, isTold) => {
    await using rooms = await TestRooms.open();
    if (ending.kind === 'refused') rooms.adobe.script.push(ending);
    else rooms.adobe.statusScript.push(ending);
    const { job } = factsOf(await rooms.finished({ prompt: 'x' }));
    const settings = { ...rooms.settings, confirmOver: 0 };
    const asked: string[] = [];
    const ask = async ({ text, box }: Question) => {
      asked.push(text, box);
      return 'dismissed' as const;
    };
    const call = { ...rooms.toolCall(), settings, ask };
    const refused = resubmitJob.parse({ job, accept_possible_charge: true }).run(call);
    const first = 'Adobe may have charged for the first request already, and would charge twice.';
    await expect(refused).rejects.toMatchObject({
      message: isTold ? expect.stringContaining(first) : expect.not.stringContaining(first),
    });
    expect(asked.map((words) => /twice/.test(words))).toEqual([isTold, isTold]);
  });

  test('is refused for a job that has its pictures', async () => {
    await using rooms = await TestRooms.open();
    const { job } = factsOf(await rooms.finished({ prompt: 'x' }));
    const call = rooms.call('resubmit_job', { job, accept_possible_charge: true });
    await expect(call).rejects.toMatchObject({
      code: 'not_resubmittable',
      message: expect.stringMatching(/; this one has succeeded\.$/) as string,
      next: expect.stringContaining('new_job: true') as string,
    });
    const keyed = factsOf(await rooms.finished({ prompt: 'y', idempotency_key: 'k' }));
    await expect(rooms.call('resubmit_job', { job: keyed.job, accept_possible_charge: true })).rejects.toMatchObject({
      next: expect.stringContaining('a new idempotency_key') as string,
    });
  });
});

describe('what job_status says of many jobs', () => {
  test('tells that there are older ones which it does not list, and what has cost nothing so far', async () => {
    await using rooms = await TestRooms.open({ perMinute: 1 });
    for (let n = 1; n <= 12; n += 1) await rooms.call('generate_image', { prompt: `the sea ${n}`, wait_seconds: 0 });
    const { structured, text } = await rooms.call('job_status', {});
    const { jobs = [], older } = JobStatusResult.parse(structured);
    expect([jobs.length, older]).toEqual([10, true]);
    expect(text).toContain('and older jobs: list_images shows their pictures');
    expect(text).toContain('cost: nothing yet');
  });
});
