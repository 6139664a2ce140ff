import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BatchResult } from '../../../src/render/batch-schemas.ts';
import { Problem } from '../../../src/shared/errors.ts';
import { A_PROBLEM, onePixel } from '../../support/doubles/scripted-adobe.ts';
import { plain } from '../../images/pictures.ts';
import { afar } from '../../support/callers.ts';
import { ANNA, BEN, TestRooms } from '../../support/rooms/test-rooms.ts';

let rooms: TestRooms;
beforeEach(async () => {
  rooms = await TestRooms.open();
});
afterEach(() => rooms[Symbol.asyncDispose]());

/** What is told of a batch whose files are all written. */
async function settled(batch: unknown) {
  for (let polls = 0; polls < 10; polls += 1) {
    await rooms.call('job_status', { job: batch, wait_seconds: 60 });
    const { batches } = await rooms.services();
    if ((await batches.get(String(batch), ANNA)).settled) return rooms.call('job_status', { job: batch });
  }
  throw new Error('the batch did not settle');
}

/** What is said to a batch that is not taken. */
async function refused(input: unknown, caller = rooms.caller): Promise<Problem> {
  const answer = await rooms.call('submit_batch', input, caller).catch((error: unknown) => error);
  if (answer instanceof Problem) return answer;
  throw new Error(`it was taken: ${JSON.stringify(answer)}`);
}

describe('submit_batch', () => {
  test('answers at once, makes every item and saves it under a predictable name, with a manifest', async () => {
    const items = [{ prompt: 'fox' }, { id: 'hero', prompt: 'owl', count: 2 }, { prompt: 'fox' }];
    const { structured } = await rooms.call('submit_batch', { items, folder: 'set' });
    expect(structured).toMatchObject({
      batch_state: 'active',
      items: 3,
      will_cost: { operations: 4, requests: 3, estimate: false },
    });
    expect(structured?.['ends_in_seconds']).toBeTypeOf('number');
    expect(rooms.adobe.submits.length).toBeLessThan(3);
    const done = await settled(structured?.['batch']);
    expect(done.structured).toMatchObject({
      batch_state: 'finished',
      counts: { succeeded: 3 },
      cost: { operations: 4, requests: 3 },
    });
    const files = await readdir(join(rooms.settings.outputFolder, 'set'));
    expect(files.sort()).toEqual(['0001.png', '0003.png', 'hero-1.png', 'hero-2.png', 'manifest.csv', 'manifest.json']);
    const manifest = JSON.parse(await readFile(join(rooms.settings.outputFolder, 'set', 'manifest.json'), 'utf8')) as {
      items: { item: string; state: string; images: { file: string }[] }[];
    };
    expect(manifest.items.map(({ item, images }) => [item, images.map(({ file }) => file)])).toEqual([
      ['item 1', ['0001.png']],
      ['hero', ['hero-1.png', 'hero-2.png']],
      ['item 3', ['0003.png']],
    ]);
  });

  test('refuses a batch with every faulty line, and records and spends nothing', async () => {
    const lines = [
      '{"prompt":"fine"}',
      '{"prompt":"x","size":"17x17"}',
      '',
      'no json',
      '{"promt":"x"}',
      '{"prompt":"x","wait_seconds":3}',
      '{"prompt":"x","style_image":"missing.png"}',
      '{"id":"a","prompt":"x"}',
      '{"id":"a","prompt":"y"}',
    ];
    const file = await rooms.file('bad.jsonl', Buffer.from(lines.join('\n')));
    const { code, message } = await refused({ file });
    expect(code).toBe('invalid_batch');
    expect([...message.matchAll(/^line (\d+):/gm)].map(([, line]) => line)).toEqual(['2', '4', '5', '6', '7', '9']);
    expect(message).toContain('6 of 8 items cannot be made');
    const { batches } = await rooms.services();
    expect(await batches.list({ limit: 10 }, ANNA)).toEqual([]);
    expect(rooms.adobe.submits).toEqual([]);
  });

  test('lists twenty faults, and counts the others', async () => {
    const items = Array.from({ length: 30 }, () => ({ prompt: '' }));
    const { message } = await refused({ items });
    expect(message.match(/^item \d+:/gm)).toHaveLength(20);
    expect(message).toContain('There are 10 more.');
  });

  test('returns the batch that exists when it is submitted again', async () => {
    const items = [{ prompt: 'fox' }];
    const first = await rooms.call('submit_batch', { items });
    const second = await rooms.call('submit_batch', { items });
    expect(second.structured).toMatchObject({ batch: first.structured?.['batch'], attached: true });
    const third = await rooms.call('submit_batch', { items, new_job: true });
    expect(third.structured?.['batch']).not.toBe(first.structured?.['batch']);
  });

  test('makes jobs of its own although its items repeat an unfinished call', async () => {
    const { structured } = await rooms.call('generate_image', { prompt: 'fox', wait_seconds: 0 });
    const batch = await rooms.call('submit_batch', { items: [{ prompt: 'fox' }] });
    const status = await rooms.call('job_status', { job: batch.structured?.['batch'], wait_seconds: 60 });
    expect(JSON.stringify(status.structured)).not.toContain(String(structured?.['job']));
    const message = expect.stringContaining('new_job is for single calls') as string;
    for (const name of ['new_job', 'again']) {
      expect(await refused({ items: [{ prompt: 'fox', [name]: true }] })).toMatchObject({ message });
    }
  });

  test('leaves out repeated items with dedupe only', async () => {
    const items = [{ prompt: 'fox' }, { prompt: 'fox' }];
    const { structured } = await rooms.call('submit_batch', { items, dedupe: true });
    expect(structured).toMatchObject({ items: 1, warnings: [expect.stringContaining('1 item left out')] });
  });

  test('uploads a picture once, however many items name it', async () => {
    await rooms.file('face.png', await plain(640, 640).png().toBuffer());
    const shapes = [{ shape: 'rectangle', x: 0, y: 0, width: 50, height: 50 }];
    const items = ['office', 'garden', 'harbour'].map((prompt) => ({ image: 'face.png', mask_shapes: shapes, prompt }));
    const { structured } = await rooms.call('submit_batch', { tool: 'fill_image', items });
    await settled(structured?.['batch']);
    expect(rooms.adobe.submits).toHaveLength(3);
    expect(rooms.uploaded).toHaveLength(2);
  });

  test('asks for confirmation above the limit of spending', async () => {
    rooms.settings = { ...rooms.settings, confirmOver: 2 };
    const items = ['a', 'b', 'c'].map((prompt) => ({ prompt }));
    expect(await refused({ items })).toMatchObject({ code: 'confirmation_required' });
    expect((await rooms.call('submit_batch', { items, confirm: true })).isError).toBe(false);
  });

  test('refuses a folder from callers on other machines', async () => {
    expect(await refused({ items: [{ prompt: 'x' }], folder: 'x' }, afar('anna'))).toMatchObject({
      code: 'no_server_paths',
    });
  });

  test('never overwrites foreign files, and recognises its own', async () => {
    const items = [{ prompt: 'fox' }];
    const { batches } = await rooms.services();
    const { structured } = await rooms.call('submit_batch', { items, folder: 'set' });
    const folder = String(structured?.['folder']);
    await writeFile(join(folder, '0001.png'), onePixel(77));
    await writeFile(join(folder, 'manifest.csv'), 'mine');
    const batch = String(structured?.['batch']);
    await settled(batch);
    await rooms.clock.run(batches.writeOutput(batch, ANNA));
    await rooms.clock.run(batches.writeOutput(batch, ANNA));
    const files = ['0001-2.png', '0001.png', 'manifest-2.csv', 'manifest-2.json', 'manifest.csv'];
    expect((await readdir(folder)).sort()).toEqual(files);
    expect(await readFile(join(folder, 'manifest.csv'), 'utf8')).toBe('mine');
  });
});

describe('a batch', () => {
  test('names its pictures, and resubmit_job repeats its failed items but none of unknown outcome', async () => {
    rooms.adobe.script.push({ kind: 'refused', problem: A_PROBLEM }, 'lost');
    const items = ['a', 'b', 'c', 'd'].map((prompt) => ({ prompt }));
    const { structured } = await rooms.call('submit_batch', { items });
    const job = structured?.['batch'];
    const first = await settled(job);
    expect(first.structured).toMatchObject({ counts: { succeeded: 2, failed: 1, unknown: 1 } });
    const pictures = BatchResult.parse(first.structured).images ?? [];
    expect(first.links.map(({ uri }) => uri)).toEqual(pictures.map(({ uri }) => uri));
    for (const { image, path } of pictures) for (const fact of [image, path]) expect(first.text).toContain(fact);
    expect(first.links).toHaveLength(2);
    const again = { job, accept_possible_charge: true };
    rooms.settings = { ...rooms.settings, confirmOver: 0 };
    await expect(rooms.call('resubmit_job', again)).rejects.toMatchObject({ code: 'confirmation_required' });
    const sent = await rooms.call('resubmit_job', { ...again, confirm: true });
    expect(sent.structured).toMatchObject({ warnings: ['1 failed item is sent again.'] });
    expect((await settled(job)).structured).toMatchObject({
      counts: { succeeded: 3, unknown: 1 },
      cost: { operations: 4, requests: 4 },
    });
    const nothing = await rooms.call('resubmit_job', again);
    expect(nothing.text).toContain('Note: Nothing was sent again: no item has failed.');
    expect(rooms.adobe.submits).toHaveLength(5);
    await expect(rooms.call('resubmit_job', again, BEN)).rejects.toMatchObject({
      code: 'unknown_batch',
    });
  });

  test('that is larger than the budget says so, and waits for it', async () => {
    await rooms[Symbol.asyncDispose]();
    rooms = await TestRooms.open({ dailyBudget: 2 });
    const items = ['a', 'b', 'c'].map((prompt) => ({ prompt }));
    const { structured } = await rooms.call('submit_batch', { items });
    expect(structured).toMatchObject({
      warnings: [expect.stringContaining('budget of 2 operations has room for 2 of 3')],
    });
    expect(Number(structured?.['ends_in_seconds'])).toBeGreaterThan(86_000);
  });

  test('from a changed file is refused, unless new_job is true', async () => {
    await rooms.file('list.jsonl', Buffer.from('{"prompt":"fox"}\n{"prompt":"owl"}'));
    await rooms.call('submit_batch', { file: 'list.jsonl' });
    await rooms.file('list.jsonl', Buffer.from('{"prompt":"fox"}\n{"prompt":"elk"}'));
    expect(await refused({ file: 'list.jsonl' })).toMatchObject({
      code: 'batch_changed',
      message: expect.stringContaining('1 of its 2 items'),
    });
    expect((await rooms.call('submit_batch', { file: 'list.jsonl', new_job: true })).isError).toBe(false);
  });
});

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
