import { describe, expect, test } from 'vitest';
import { DryRunResult } from '../../src/render/jobs/dry-run.ts';
import { BatchResult } from '../../src/render/batch-schemas.ts';
import { paidTools } from '../../src/tools/registry.ts';
import { missingCredentials } from '../catalogue/states/answer-state.ts';
import { ANNA, TestRooms } from '../support/rooms/test-rooms.ts';
import { paidInput } from './paid-inputs.ts';

/** Everything that these rooms have spent, sent or recorded as work. */
async function traces(rooms: TestRooms) {
  const { jobs, batches } = await rooms.services();
  return {
    jobs: await jobs.list({ limit: 9 }, ANNA),
    batches: await batches.list({ limit: 9 }, ANNA),
    submits: rooms.adobe.submits,
    uploaded: rooms.uploaded,
  };
}
const NOTHING = { jobs: [], batches: [], submits: [], uploaded: [] };

/** A body in which every upload has one id, and seeds of ours are the word that a dry run has for them. */
const withoutUploads = (body: unknown): unknown =>
  JSON.parse(
    JSON.stringify(body)
      .replace(/"uploadId":"[^"]*"/g, '"uploadId":"x"')
      .replace(/"seeds":\[\d+\]/, '"seeds":"random"'),
  );

const refusalOf = (rooms: TestRooms, tool: string, input: object) =>
  rooms.answer(tool, input).then(({ isError, structured }) => ({ isError, error: structured?.['error'] }));

describe.each(paidTools.map(({ name }) => name))('a dry run of %s', (tool) => {
  test('tells request, size, cost and time, and spends, sends and records nothing', async () => {
    await using rooms = await TestRooms.open();
    const input = await paidInput(tool, rooms);
    const { structured, text, isError } = await rooms.call(tool, { ...input, dry_run: true });
    expect(isError).toBe(false);
    const { request, ...facts } = DryRunResult.parse(structured);
    // The default size of a video has 720 lines.
    const operations = tool === 'generate_video' ? 5 : 1;
    expect(facts).toMatchObject({ dry_run: true, tool, count: 1, will_cost: { operations, requests: 1 } });
    expect(facts.starts_in_seconds).toBe(0);
    expect(request?.path).toMatch(/^\/v[34]\/(images|videos)\//);
    expect(text).not.toContain(JSON.stringify(request?.body));
    expect(text).toMatch(
      /^Checked only: nothing was sent or spent\. .* \d operations? \(1 request(, estimate)?\) and be sent at once\./,
    );
    expect(await traces(rooms)).toEqual(NOTHING);
  });

  test('asks for what the call then asks for', { tags: 'long' }, async () => {
    await using rooms = await TestRooms.open();
    const input = await paidInput(tool, rooms);
    const dry = DryRunResult.parse((await rooms.call(tool, { ...input, dry_run: true })).structured);
    const made = await rooms.finished(input, ANNA, tool);
    expect(made.structured).toMatchObject({ cost: dry.will_cost, count: dry.count });
    expect(made.structured?.['size']).toBe(dry.size);
    expect(withoutUploads(dry.request?.body)).toEqual(withoutUploads(rooms.adobe.bodies[0]));
  });

  test('is refused for all that the call is refused for', { tags: 'long' }, async () => {
    await using rooms = await TestRooms.open({ dailyBudget: 0 });
    const input = { ...(await paidInput(tool, rooms)), dry_run: true };
    expect(await refusalOf(rooms, tool, input)).toMatchObject({ isError: true, error: { code: 'budget_exhausted' } });
    rooms.adobe.prepareScript.push(await missingCredentials());
    expect(await refusalOf(rooms, tool, input)).toMatchObject({ error: { code: 'credentials_missing' } });
    const misspelt = await refusalOf(rooms, tool, { ...input, surely_unknown: 1 });
    expect(misspelt).toMatchObject({ isError: true, error: { code: 'invalid_argument' } });
    expect(await traces(rooms)).toEqual(NOTHING);
  });
});

describe('a dry run', () => {
  test('tells the file that save_as would write, and what is cut off and scaled', async () => {
    await using rooms = await TestRooms.open();
    const input = { prompt: 'a cup', dry_run: true };
    const { text, structured } = await rooms.call('generate_image', { ...input, save_as: 'x.jpg 900x300' });
    const told = /Would be saved as .*firefly.x\.jpg, cut to 2048x683 of 2048x2048, scaled from 2048x683 to 900x300\./;
    expect(text).toMatch(told);
    expect(`Would be saved as ${String(structured?.['save_as'])}.`).toMatch(told);
    const whole = await rooms.call('generate_image', { ...input, save_as: 'assets/hero.png' });
    expect(whole.text).toMatch(/Would be saved as .*assets.hero\.png\.\n/);
    expect((await rooms.call('generate_image', input)).text).not.toContain('Would be saved');
  });

  test('asks nobody for consent, since it spends nothing', async () => {
    await using rooms = await TestRooms.open({ settings: { confirmOver: 0 } });
    expect(await rooms.call('generate_image', { prompt: 'a fox', dry_run: true })).toMatchObject({ isError: false });
  });

  test('says that the call would attach to the job of an identical one, and cost nothing', async () => {
    await using rooms = await TestRooms.open();
    rooms.adobe.durationMs = 120_000;
    const { structured } = await rooms.answer('generate_image', { prompt: 'a fox', wait_seconds: 5 });
    const dry = await rooms.answer('generate_image', { prompt: 'a fox', dry_run: true });
    expect(dry.text).toContain(`would attach to ${String(structured?.['job'])}`);
    expect(dry.structured).toMatchObject({ will_cost: { operations: 0, requests: 0 } });
    expect(rooms.adobe.submits).toHaveLength(1);
  });

  test('says when the call would be sent, behind what waits, and when it would be done', async () => {
    await using rooms = await TestRooms.open({ perMinute: 1 });
    await rooms.finished({ prompt: 'the first one' });
    const dry = DryRunResult.parse((await rooms.call('generate_image', { prompt: 'a fox', dry_run: true })).structured);
    expect(dry.starts_in_seconds).toBeGreaterThan(30);
    expect(dry.ends_in_seconds).toBeGreaterThan(dry.starts_in_seconds ?? Infinity);
  });

  test('shows no signature of a URL', async () => {
    await using rooms = await TestRooms.open();
    const url = 'https://bucket.s3.amazonaws.com/a.png?X-Amz-Signature=abc';
    const { text, structured } = await rooms.call('generate_image', { prompt: 'a', style_image: url, dry_run: true });
    expect(JSON.stringify(structured)).toContain('"url":"https://bucket.s3.amazonaws.com/a.png"');
    expect(text + JSON.stringify(structured)).not.toContain('X-Amz');
  });

  test('of a batch checks every item, and tells cost and time of all', async () => {
    await using rooms = await TestRooms.open();
    const image = (await paidInput('fill_image', rooms))['image'];
    const items = [
      { id: 'hero', image, size: '2048x2048' },
      { image, aspect_ratio: '1:1', count: 2 },
    ];
    const dry = await rooms.call('submit_batch', { tool: 'expand_image', items, dry_run: true });
    const facts = BatchResult.parse(dry.structured);
    expect(facts).toMatchObject({ dry_run: true, total: 2, will_cost: { operations: 3, requests: 2 } });
    expect(facts.items).toMatchObject([
      { n: 1, id: 'hero', source: 'photo.jpg', size: '2048x2048', cost: 1 },
      { n: 2, id: 'photo', source: 'photo.jpg', count: 2, cost: 2 },
    ]);
    expect(facts.batch).toBeUndefined();
    expect(dry.text).toContain('1. hero (photo.jpg): 1 picture of 2048x2048');
    expect(await traces(rooms)).toEqual(NOTHING);
  });

  test('of a batch of videos counts videos', async () => {
    await using rooms = await TestRooms.open();
    const items = [{ prompt: 'a fox runs', size: '540x540' }];
    const { text } = await rooms.call('submit_batch', { tool: 'generate_video', items, dry_run: true });
    expect(text).toMatch(/: 1 video of 540x540$/m);
    expect(text).not.toContain('picture');
  });

  test('of a batch names every fault, and is not to be given for a single item', async () => {
    await using rooms = await TestRooms.open();
    const items = [{ prompt: 'a fox', dry_run: true }, { prompt: '' }];
    const { error } = await refusalOf(rooms, 'submit_batch', { items, dry_run: true });
    expect(JSON.stringify(error)).toMatch(/item 1: dry_run is for single calls.*item 2/);
  });

  test('of a batch that was submitted before shows that batch', async () => {
    await using rooms = await TestRooms.open();
    const items = [{ prompt: 'a fox' }];
    const { structured } = await rooms.call('submit_batch', { items });
    const dry = await rooms.call('submit_batch', { items, dry_run: true });
    expect(dry.structured).toMatchObject({ batch: structured?.['batch'], attached: true });
  });
});

test('a dry run where the quota permits nothing says so', async () => {
  await using rooms = await TestRooms.open({ perMinute: 0 });
  const { text, structured } = await rooms.call('generate_image', { prompt: 'a fox', dry_run: true });
  expect(text).toContain('the quota permits no request');
  expect(structured?.['starts_in_seconds']).toBeUndefined();
});
