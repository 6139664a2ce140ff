import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
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
  test(
    'answers at once, makes every item and saves it under a predictable name, with a manifest',
    { tags: 'long' },
    async () => {
      const items = [{ prompt: 'fox' }, { id: 'hero', prompt: 'owl', count: 2 }, { prompt: 'fox' }];
      const { structured } = await rooms.call('submit_batch', { items, save_to: 'set' });
      expect(structured).toMatchObject({
        batch_state: 'active',
        total: 3,
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
      expect(files.sort()).toEqual([
        '0001.png',
        '0003.png',
        'hero-1.png',
        'hero-2.png',
        'manifest.csv',
        'manifest.json',
      ]);
      const manifest = JSON.parse(
        await readFile(join(rooms.settings.outputFolder, 'set', 'manifest.json'), 'utf8'),
      ) as {
        items: { item: string; state: string; images: { file: string }[] }[];
      };
      expect(manifest.items.map(({ item, images }) => [item, images.map(({ file }) => file)])).toEqual([
        ['item 1', ['0001.png']],
        ['hero', ['hero-1.png', 'hero-2.png']],
        ['item 3', ['0003.png']],
      ]);
    },
  );

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
    const items = Array.from({ length: 30 }, (_, n) => ({ prompt: 'fox', [`odd${n}`]: n }));
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
    expect(structured).toMatchObject({ total: 1, warnings: [expect.stringContaining('1 item left out')] });
  });

  test('uploads a picture once, however many items name it', { tags: 'long' }, async () => {
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
    expect(await refused({ items: [{ prompt: 'x' }], save_to: 'x' }, afar('anna'))).toMatchObject({
      code: 'no_server_paths',
    });
  });

  test('never overwrites foreign files, and recognises its own', async () => {
    const items = [{ prompt: 'fox' }];
    const { batches } = await rooms.services();
    const { structured } = await rooms.call('submit_batch', { items, save_to: 'set' });
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
  test(
    'names its pictures, and resubmit_job repeats its failed items but none of unknown outcome',
    { tags: 'long' },
    async () => {
      rooms.adobe.script.push({ kind: 'refused', problem: A_PROBLEM }, 'lost');
      const items = ['a', 'b', 'c', 'd'].map((prompt) => ({ prompt }));
      const { structured } = await rooms.call('submit_batch', { items });
      const job = structured?.['batch'];
      const first = await settled(job);
      expect(first.structured).toMatchObject({ counts: { succeeded: 2, failed: 1, unknown: 1 } });
      const rows = BatchResult.parse(first.structured).items ?? [];
      expect(rows.map(({ n, source, state, cost }) => [n, source, state, cost])).toEqual([
        [1, 'a', 'failed', 0],
        [2, 'b', 'submit_unknown', 1],
        [3, 'c', undefined, 1],
        [4, 'd', undefined, 1],
      ]);
      const pictures = rows.flatMap(({ image }) => image ?? []);
      expect(first.links.map(({ uri }) => uri)).toEqual(pictures.map((image) => `firefly://images/${image}`));
      expect(first.links).toHaveLength(2);
      for (const image of pictures) expect(first.text).toContain(image);
      expect(first.pictures).toHaveLength(1);
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
    },
  );

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

describe('what a person makes a batch of', () => {
  const PERSON = { tool: 'expand_image', common: { aspect_ratio: '16:9', prompt: 'an office around {file}' } };

  async function portraits(...names: readonly string[]): Promise<void> {
    await mkdir(join(rooms.root, 'people/second'), { recursive: true });
    for (const [n, name] of names.entries()) {
      await rooms.file(
        join('people', name),
        await plain(640 + n, 640)
          .png()
          .toBuffer(),
      );
    }
  }

  test('is a folder of pictures: each is an item, in the order of its names, and what is none is named', async () => {
    await portraits('bea.png', 'ada.png', '.hidden.png', 'second/cyd.png');
    await rooms.file('people/notes.txt', Buffer.from('ada first'));
    await rooms.file('people/raw.heic', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'));
    await symlink('ada.png', join(rooms.root, 'people/link.png'));
    const checked = await rooms.call('submit_batch', { ...PERSON, folder: 'people', dry_run: true });
    expect(checked.structured).toMatchObject({
      total: 2,
      will_cost: { operations: 2 },
      items: [
        { n: 1, id: 'ada', source: 'ada.png', cost: 1 },
        { n: 2, id: 'bea', source: 'bea.png', cost: 1 },
      ],
    });
    for (const answer of [checked, await rooms.call('submit_batch', { ...PERSON, folder: 'people' })]) {
      expect(answer.text).toContain('raw.heic was left out: it is a HEIC picture');
      expect(answer.text).toContain(
        'Left out: notes.txt (no pictures); .hidden.png (hidden); link.png (links); second (folders;',
      );
    }
    expect(rooms.adobe.submits).toHaveLength(0);
  });

  test(
    'is told with its number, cost and time before it starts, and afterwards item by item on one sheet',
    { tags: 'long' },
    async () => {
      await portraits('ada.png', 'bea.png');
      rooms.pictures.push(await plain(900, 600).png().toBuffer(), await plain(900, 600).jpeg().toBuffer());
      const begun = await rooms.call('submit_batch', { ...PERSON, folder: 'people/' });
      expect(begun.text).toMatch(
        /^Batch batch_\w+, active: 2 items will cost 2 operations \(2 requests\) in all\. .*done in/,
      );
      const { structured, pictures, text } = await settled(begun.structured?.['batch']);
      const { items = [], folder = '', manifests } = BatchResult.parse(structured);
      expect(items).toMatchObject([
        { n: 1, id: 'ada', source: 'ada.png', file: expect.stringMatching(/^ada\.(png|jpg)$/), cost: 1 },
        { n: 2, id: 'bea', source: 'bea.png', file: expect.stringMatching(/^bea\.(png|jpg)$/), cost: 1 },
      ]);
      expect(manifests).toHaveLength(2);
      expect(folder).toBe(join(rooms.settings.outputFolder, 'firefly', 'people'));
      for (const { file = '' } of items) expect(await readdir(folder)).toContain(file);
      expect(pictures).toHaveLength(1);
      expect(text).toContain(`2. bea.png: ${items[1]?.image} → ${items[1]?.file}`);
      expect(rooms.adobe.submits.map(({ prompt }) => prompt)).toEqual(['an office around ada', 'an office around bea']);
      const shown = await rooms.call('show_images', { image: `${String(structured?.['batch'])}#2` });
      expect(shown.text).toContain(items[1]?.image);
      await expect(rooms.call('show_images', { image: `${String(structured?.['batch'])}#3` })).rejects.toMatchObject({
        code: 'unknown_image',
      });
      await expect(
        rooms.call('show_images', { image: `${String(structured?.['batch'])}#2` }, BEN),
      ).rejects.toMatchObject({
        code: 'unknown_image',
      });
    },
  );

  test('is the same batch when it is submitted again, and refused once a picture of it has changed', async () => {
    await portraits('ada.png', 'bea.png');
    const first = await rooms.call('submit_batch', { ...PERSON, folder: 'people' });
    const again = await rooms.call('submit_batch', { ...PERSON, folder: join(rooms.root, 'people') });
    expect(again.structured).toMatchObject({ batch: first.structured?.['batch'], attached: true });
    await rooms.file('people/cyd.png', await plain(700, 700).png().toBuffer());
    expect(await refused({ ...PERSON, folder: 'people' })).toMatchObject({
      code: 'batch_changed',
      message: expect.stringContaining('2 of its 3 items'),
    });
  });

  test.each([
    ['people/*.PNG', ['ada.png', 'bea.png']],
    ['people/**', ['ada.png', 'bea.png', 'cyd.png']],
    ['people/**/c*.{png,jpg}', ['cyd.png']],
    ['people/?ea.png', ['bea.png']],
    ['people/ada.png', ['ada.png']],
    ['~/people/b*', ['bea.png']],
  ])('is what the pattern %s names', async (folder, expected) => {
    await portraits('ada.png', 'bea.png', 'second/cyd.png');
    rooms.home = rooms.root;
    const { structured } = await rooms.call('submit_batch', { ...PERSON, folder, dry_run: true });
    expect(BatchResult.parse(structured).items?.map(({ source }) => source)).toEqual(expected);
  });

  test.each([
    ['outside of the roots', '../..', 'outside_roots'],
    ['behind a link that leads out', 'elsewhere', 'outside_roots'],
    ['that does not exist', 'peopel', 'file_not_found'],
    ['without pictures', 'empty', 'invalid_argument'],
  ])('is no folder %s', async (_what, folder, code) => {
    await mkdir(join(rooms.root, 'empty'), { recursive: true });
    await symlink(rooms.folder, join(rooms.root, 'elsewhere'));
    expect(await refused({ ...PERSON, folder })).toMatchObject({ code });
    expect(await refused({ ...PERSON, folder: `${folder}/*.png` })).toMatchObject({ code });
  });

  test('is no folder of a server that its caller is not on', async () => {
    await portraits('ada.png');
    expect(await refused({ ...PERSON, folder: 'people' }, afar('anna'))).toMatchObject({ code: 'outside_roots' });
  });

  test('is at most 500 pictures', async () => {
    await mkdir(join(rooms.root, 'many'), { recursive: true });
    await Promise.all(Array.from({ length: 501 }, (_, n) => writeFile(join(rooms.root, 'many', `${n}.png`), '')));
    expect(await refused({ ...PERSON, folder: 'many' })).toMatchObject({
      message: 'many has 501 pictures, more than 500.',
    });
  });

  test('is a list of prompts, with arguments in common, which an item of its own beats', async () => {
    const common = { aspect_ratio: '16:9', count: 2 };
    const sizes = async (given: object) => {
      const { structured } = await rooms.call('submit_batch', { ...given, common, dry_run: true });
      return BatchResult.parse(structured).items?.map(({ source, size, cost }) => [source, size, cost]);
    };
    expect(await sizes({ prompts: ['a red teapot', 'a blue teapot'] })).toEqual([
      ['a red teapot', '2688x1536', 2],
      ['a blue teapot', '2688x1536', 2],
    ]);
    expect(await sizes({ items: [{ prompt: 'a cup', aspect_ratio: '1:1' }], common: JSON.stringify(common) })).toEqual([
      ['a cup', '2048x2048', 2],
    ]);
  });

  test('says once what is wrong in the arguments of all items', async () => {
    const { message } = await refused({ prompts: ['a', 'b', 'c'], common: { wait_seconds: 3 } });
    expect(message).toBe('3 of 3 items cannot be made.\neach of them: wait_seconds is for single calls: leave it out.');
  });

  test.each([
    [{}, /needs something to make/],
    [{ prompts: ['an office'], folder: 'people' }, /prompts and folder are given.*one prompt on every picture/],
    [{ prompts: ['a'], items: [{ prompt: 'b' }] }, /items and prompts are given/],
  ])('is one thing only: %j', async (given, said) => {
    const { message, next } = await refused(given);
    expect(`${message} ${next}`).toMatch(said);
    expect(rooms.adobe.submits).toEqual([]);
  });

  test('takes the former name of the folder for copies beside items', async () => {
    const { structured } = await rooms.call('submit_batch', { items: [{ prompt: 'fox' }], folder: 'set' });
    expect(structured).toMatchObject({ folder: join(rooms.settings.outputFolder, 'set') });
  });
});
