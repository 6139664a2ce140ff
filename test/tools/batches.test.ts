import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BatchResult } from '../../src/render/batch-schemas.ts';
import { Problem } from '../../src/shared/errors.ts';
import { A_PROBLEM, onePixel } from '../support/doubles/scripted-adobe.ts';
import { plain } from '../images/pictures.ts';
import { ANNA, BEN, TestRooms } from '../support/rooms/test-rooms.ts';

let desk: TestRooms;
beforeEach(async () => {
  desk = await TestRooms.open();
});
afterEach(() => desk[Symbol.asyncDispose]());

/** What is told of a batch whose files are all written. */
async function settled(batch: unknown) {
  for (let look = 0; look < 10; look += 1) {
    await desk.call('job_status', { job: batch, wait_seconds: 60 });
    const { batches } = await desk.rooms();
    if ((await batches.get(String(batch), ANNA)).settled) return desk.call('job_status', { job: batch });
  }
  throw new Error('the batch did not settle');
}

/** What is said to a batch that is not taken. */
async function refused(input: unknown): Promise<Problem> {
  const answer = await desk.call('submit_batch', input).catch((error: unknown) => error);
  if (answer instanceof Problem) return answer;
  throw new Error(`it was taken: ${JSON.stringify(answer)}`);
}

describe('submit_batch', () => {
  it('answers at once, makes every item, saves under predictable names, with a manifest', async () => {
    const items = [{ prompt: 'fox' }, { id: 'hero', prompt: 'owl', count: 2 }, { prompt: 'fox' }];
    const { structured } = await desk.call('submit_batch', { items, folder: 'set' });
    expect(structured).toMatchObject({ batch_state: 'active', items: 3 });
    expect(structured?.['ends_in_seconds']).toBeTypeOf('number');
    expect(desk.adobe.submits.length).toBeLessThan(3);
    const done = await settled(structured?.['batch']);
    expect(done.structured).toMatchObject({ batch_state: 'finished', counts: { succeeded: 3 }, paid_requests: 3 });
    const files = await readdir(join(desk.settings.outputFolder, 'set'));
    expect(files.sort()).toEqual(['0001.png', '0003.png', 'hero-1.png', 'hero-2.png', 'manifest.csv', 'manifest.json']);
    const manifest = JSON.parse(await readFile(join(desk.settings.outputFolder, 'set', 'manifest.json'), 'utf8')) as {
      items: { item: string; state: string; images: { file: string }[] }[];
    };
    expect(manifest.items.map(({ item, images }) => [item, images.map(({ file }) => file)])).toEqual([
      ['item 1', ['0001.png']],
      ['hero', ['hero-1.png', 'hero-2.png']],
      ['item 3', ['0003.png']],
    ]);
  });

  it('refuses the whole batch with every line that is wrong, and records and spends nothing', async () => {
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
    const file = await desk.file('bad.jsonl', Buffer.from(lines.join('\n')));
    const { code, message } = await refused({ file });
    expect(code).toBe('invalid_batch');
    expect([...message.matchAll(/^line (\d+):/gm)].map(([, line]) => line)).toEqual(['2', '4', '5', '6', '7', '9']);
    expect(message).toContain('6 of 8 items cannot be made');
    const { batches } = await desk.rooms();
    expect(await batches.list({ limit: 10 }, ANNA)).toEqual([]);
    expect(desk.adobe.submits).toEqual([]);
  });

  it('twenty faults are listed, the rest counted', async () => {
    const items = Array.from({ length: 30 }, () => ({ prompt: '' }));
    const { message } = await refused({ items });
    expect(message.match(/^item \d+:/gm)).toHaveLength(20);
    expect(message).toContain('There are 10 more.');
  });

  it('submitted again is the same batch', async () => {
    const items = [{ prompt: 'fox' }];
    const first = await desk.call('submit_batch', { items });
    const second = await desk.call('submit_batch', { items });
    expect(second.structured).toMatchObject({ batch: first.structured?.['batch'], attached: true });
    const third = await desk.call('submit_batch', { items, new_job: true });
    expect(third.structured?.['batch']).not.toBe(first.structured?.['batch']);
  });

  it('is of its own although its items repeat a call that is unfinished', async () => {
    const { structured } = await desk.call('generate_image', { prompt: 'fox', wait_seconds: 0 });
    const batch = await desk.call('submit_batch', { items: [{ prompt: 'fox' }] });
    const status = await desk.call('job_status', { job: batch.structured?.['batch'], wait_seconds: 60 });
    expect(JSON.stringify(status.structured)).not.toContain(String(structured?.['job']));
    const message = expect.stringContaining('new_job is for single calls') as string;
    for (const name of ['new_job', 'again']) {
      expect(await refused({ items: [{ prompt: 'fox', [name]: true }] })).toMatchObject({ message });
    }
  });

  it('leaves out repeated items only where asked to', async () => {
    const items = [{ prompt: 'fox' }, { prompt: 'fox' }];
    const { structured } = await desk.call('submit_batch', { items, dedupe: true });
    expect(structured).toMatchObject({ items: 1, warnings: [expect.stringContaining('1 item left out')] });
  });

  it('uploads a picture once, however many items name it', async () => {
    await desk.file('face.png', await plain(640, 640).png().toBuffer());
    const shapes = [{ shape: 'rectangle', x: 0, y: 0, width: 50, height: 50 }];
    const items = ['office', 'garden', 'harbour'].map((prompt) => ({ image: 'face.png', mask_shapes: shapes, prompt }));
    const { structured } = await desk.call('submit_batch', { tool: 'fill_image', items });
    await settled(structured?.['batch']);
    expect(desk.adobe.submits).toHaveLength(3);
    expect(desk.uploaded).toHaveLength(2);
  });

  it('asks before it spends more than is allowed without asking', async () => {
    desk.settings = { ...desk.settings, confirmOver: 2 };
    const items = ['a', 'b', 'c'].map((prompt) => ({ prompt }));
    expect(await refused({ items })).toMatchObject({ code: 'confirmation_required' });
    expect((await desk.call('submit_batch', { items, confirm: true })).isError).toBe(false);
  });

  it('takes no file and names no folder for callers from afar', async () => {
    desk.settings = { ...desk.settings, serverPaths: false };
    expect(await refused({ items: [{ prompt: 'x' }], folder: 'x' })).toMatchObject({ code: 'no_server_paths' });
  });

  it('never overwrites what others put there, and recognises what it wrote itself', async () => {
    const items = [{ prompt: 'fox' }];
    const { batches } = await desk.rooms();
    const { structured } = await desk.call('submit_batch', { items, folder: 'set' });
    const folder = String(structured?.['folder']);
    await writeFile(join(folder, '0001.png'), onePixel(77));
    await writeFile(join(folder, 'manifest.csv'), 'mine');
    const batch = String(structured?.['batch']);
    await settled(batch);
    await desk.clock.run(batches.writeOutput(batch, ANNA));
    await desk.clock.run(batches.writeOutput(batch, ANNA));
    const files = ['0001-2.png', '0001.png', 'manifest-2.csv', 'manifest-2.json', 'manifest.csv'];
    expect((await readdir(folder)).sort()).toEqual(files);
    expect(await readFile(join(folder, 'manifest.csv'), 'utf8')).toBe('mine');
  });
});

describe('a batch in a conversation', () => {
  it('links its pictures, and resubmit_job tries again what failed, not what may have been charged', async () => {
    desk.adobe.script.push({ kind: 'refused', problem: A_PROBLEM }, 'lost');
    const items = ['a', 'b', 'c', 'd'].map((prompt) => ({ prompt }));
    const { structured } = await desk.call('submit_batch', { items });
    const job = structured?.['batch'];
    const first = await settled(job);
    expect(first.structured).toMatchObject({ counts: { succeeded: 2, failed: 1, unknown: 1 } });
    const pictures = BatchResult.parse(first.structured).images ?? [];
    expect(first.links.map(({ uri }) => uri)).toEqual(pictures.map(({ uri }) => uri));
    for (const { image, path } of pictures) for (const fact of [image, path]) expect(first.text).toContain(fact);
    expect(first.links).toHaveLength(2);
    const again = { job, accept_possible_charge: true };
    desk.settings = { ...desk.settings, confirmOver: 0 };
    await expect(desk.call('resubmit_job', again)).rejects.toMatchObject({ code: 'confirmation_required' });
    await desk.call('resubmit_job', { ...again, confirm: true });
    expect((await settled(job)).structured).toMatchObject({ counts: { succeeded: 3, unknown: 1 }, paid_requests: 4 });
    await expect(desk.call('resubmit_job', { job, accept_possible_charge: true }, BEN)).rejects.toMatchObject({
      code: 'unknown_batch',
    });
  });

  it('that is larger than the budget says so in its answer, and waits', async () => {
    await desk[Symbol.asyncDispose]();
    desk = await TestRooms.open({ dailyBudget: 2 });
    const items = ['a', 'b', 'c'].map((prompt) => ({ prompt }));
    const { structured } = await desk.call('submit_batch', { items });
    expect(structured).toMatchObject({
      warnings: [expect.stringContaining('budget of 2 paid requests has room for 2 of 3')],
    });
    expect(Number(structured?.['ends_in_seconds'])).toBeGreaterThan(86_000);
  });

  it('from a file that was changed is refused, and made where the user wants it', async () => {
    await desk.file('list.jsonl', Buffer.from('{"prompt":"fox"}\n{"prompt":"owl"}'));
    await desk.call('submit_batch', { file: 'list.jsonl' });
    await desk.file('list.jsonl', Buffer.from('{"prompt":"fox"}\n{"prompt":"elk"}'));
    expect(await refused({ file: 'list.jsonl' })).toMatchObject({
      code: 'batch_changed',
      message: expect.stringContaining('1 of its 2 items'),
    });
    expect((await desk.call('submit_batch', { file: 'list.jsonl', new_job: true })).isError).toBe(false);
  });
});

describe('job_status and cancel_job', () => {
  it('show and end a batch, also in the overview, and only for its owner', async () => {
    const items = Array.from({ length: 100 }, (_, n) => ({ prompt: `fox ${n}` }));
    const { structured } = await desk.call('submit_batch', { items });
    const job = structured?.['batch'];
    expect((await desk.call('job_status', {})).text).toContain(`${String(job)} active`);
    const cancelled = await desk.call('cancel_job', { job });
    expect(cancelled.structured).toMatchObject({ batch_state: 'cancelled' });
    const again = await desk.call('cancel_job', { job });
    expect(again.structured).toMatchObject({ batch_state: 'cancelled' });
    await expect(desk.call('job_status', { job }, BEN)).rejects.toMatchObject({ code: 'unknown_batch' });
  });
});
