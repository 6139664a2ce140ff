import { expect, test } from 'vitest';
import { describeJobs } from '../../src/cli/commands/jobs.ts';
import { resources } from '../../src/resources/registry.ts';
import { ANNA, BEN, TestRooms } from '../support/rooms/test-rooms.ts';

async function usageOf(rooms: TestRooms, caller = ANNA) {
  const resource = resources.find((candidate) => candidate.kind === 'fixed' && candidate.uri === 'firefly://usage');
  if (resource?.kind !== 'fixed') throw new Error('no usage');
  const [contents] = await rooms.clock.run(resource.read(rooms.toolCall(caller)));
  return JSON.parse(contents && 'text' in contents ? contents.text : '{}') as Record<string, unknown>;
}

const DAY_MS = 24 * 3_600_000;

test(
  'firefly://usage shows queue, quota, budget, and what this caller has spent by day and tool',
  { tags: 'long' },
  async () => {
    await using rooms = await TestRooms.open({ dailyBudget: 5 });
    await rooms.finished({ prompt: 'a fox' });
    await rooms.finished({ prompt: 'a hare' });
    await rooms.finished({ prompt: 'an owl' }, BEN);
    rooms.clock.jump(DAY_MS);
    await rooms.finished({ prompt: 'a deer' });
    const mine = await usageOf(rooms);
    expect(mine).toMatchObject({
      queue: { queued: 0, running: 0 },
      quota: { per_minute: 60, used_this_minute: 1, per_day: 9000 },
      budget: { per_24_hours: 5, used: 1, waiting: 0, left: 4 },
      spent: {
        days: [
          { day: '2026-01-02', cost: { operations: 1, requests: 1 } },
          { day: '2026-01-01', cost: { operations: 2, requests: 2 } },
        ],
        tools: [{ tool: 'generate_image', cost: { operations: 3, requests: 3 } }],
      },
    });
    expect(mine['budget']).not.toHaveProperty('free_in_seconds');
    const theirs = await usageOf(rooms, BEN);
    expect(theirs['spent']).toMatchObject({ days: [{ day: '2026-01-01', cost: { operations: 1, requests: 1 } }] });
  },
);

test('job_status without a job shows the budget in text and structured form, and what each job spent', async () => {
  await using rooms = await TestRooms.open({ dailyBudget: 1 });
  await rooms.finished({ prompt: 'a fox' });
  const { text, structured } = await rooms.call('job_status', {});
  expect(structured).toMatchObject({
    budget: { per_24_hours: 1, used: 1, waiting: 0, left: 0, free_in_seconds: expect.any(Number) },
    jobs: [{ cost: { operations: 1, requests: 1 } }],
  });
  expect(text).toMatch(/Budget: 1 of 1 operation used in the last 24 hours, 0 left; more is free in about 24 h\./);
  expect(text).toContain('cost: 1 operation (1 request)');
  const refused = await rooms.call('generate_image', { prompt: 'a hare' }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'budget_exhausted' });
});

test('a running batch is in queue, recent work, quota, budget and cost of the resource, of job_status and of the command jobs', async () => {
  await using rooms = await TestRooms.open({ dailyBudget: 9, perMinute: 2 });
  rooms.adobe.durationMs = 30_000;
  const items = [{ prompt: 'fox' }, { prompt: 'owl' }, { prompt: 'elk' }];
  const batch = (await rooms.call('submit_batch', { items })).structured?.['batch'];
  const { structured: job } = await rooms.call('generate_image', { prompt: 'a hare', wait_seconds: 0 });
  await rooms.clock.pass(8_000);
  const line = { batch, batch_state: 'active', summary: expect.stringMatching(/0 of 3 done, 1 running, 2 waiting/) };
  const own = { job: job?.['job'], state: 'running', cost: { operations: 1, requests: 1 } };
  const budget = { per_24_hours: 9, used: 2, waiting: 0, left: 7 };
  const quota = { per_minute: 2, used_this_minute: 2, used_today: 2 };

  expect(await usageOf(rooms)).toMatchObject({
    queue: { queued: 2, running: 2 },
    recent: { jobs: [own], batches: [{ ...line, cost: { operations: 1, requests: 1 } }] },
    budget,
    quota,
    spent: { tools: [{ tool: 'generate_image', cost: { operations: 2, requests: 2 } }] },
  });

  const { text, structured } = await rooms.call('job_status', {});
  expect(structured).toMatchObject({
    queued: 2,
    running: 2,
    budget,
    quota,
    batches: [{ ...line, cost: { operations: 1, requests: 1 } }],
    jobs: [own],
  });
  expect(text).toContain('2 queued, 2 running.');
  expect(text).toContain('Quota: 2 of 2 requests used this minute, 0 left, the first free again in about');
  expect(text).toContain('Budget: 2 of 9 operations');
  expect(text).toMatch(new RegExp(`- ${String(batch)} active: 0 of 3 done.*cost: 1 operation \\(1 request\\)`));
  expect(text).toMatch(new RegExp(`- ${String(own.job)} .* running: .*cost: 1 operation \\(1 request\\)`));

  const { jobs, batches } = await rooms.services();
  const caller = { ...ANNA, conversation: undefined };
  const now = rooms.clock.now();
  const screen = await describeJobs(
    await jobs.overview(caller, { limit: 20 }),
    await batches.list({ limit: 9 }, caller),
    now,
  );
  expect(screen).toMatch(new RegExp(`${String(batch)} +active .*0 of 3 done.*cost: 1 operation \\(1 request\\)`));
  expect(screen).toMatch(new RegExp(`${String(own.job)} +running .*at Adobe +1 operation \\(1 request\\)\\n`));
  expect(screen).toContain(
    '2 queued, 2 running. Quota: 2 of 2 requests used this minute, 0 left, the first free again in about',
  );
  expect(screen).toContain('Budget: 2 of 9 operations');
});

test('running jobs are shown first, however many wait', async () => {
  await using rooms = await TestRooms.open({ perMinute: 1 });
  rooms.adobe.durationMs = 600_000;
  const running = (await rooms.call('generate_image', { prompt: 'a fox', wait_seconds: 5 })).structured?.['job'];
  const waiting: unknown[] = [];
  for (let n = 0; n < 12; n += 1) {
    waiting.unshift((await rooms.call('generate_image', { prompt: `hare ${n}`, wait_seconds: 0 })).structured?.['job']);
  }
  const { structured } = await rooms.call('job_status', {});
  const jobs = structured?.['jobs'] as { job: string; state: string }[];
  expect(jobs.map(({ job }) => job)).toEqual([running, ...waiting.slice(0, 9)]);
  expect(jobs[0]?.state).toBe('running');
});

test('without a budget none is shown', async () => {
  await using rooms = await TestRooms.open();
  await rooms.finished({ prompt: 'a fox' });
  expect(await usageOf(rooms)).not.toHaveProperty('budget');
  expect((await rooms.call('job_status', {})).text).not.toContain('Budget');
});
