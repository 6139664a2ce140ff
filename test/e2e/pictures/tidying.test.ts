import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientOptions } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Emulator } from '../../../src/emulator/index.ts';
import { plain } from '../../images/pictures.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';
import { TestInstallation, type Connected } from '../../support/program/test-installation.ts';

let installation: TestInstallation;
let adobe: Emulator;
/** A client that cannot ask its user. */
let server: Connected;
const HALF = { shape: 'rectangle', x: 0, y: 0, width: 50, height: 100 };

beforeAll(async () => {
  installation = await TestInstallation.create();
  adobe = await installation.emulator({ draw: drawFlat, latencyMs: 20, rpm: 600 });
  await writeFile(join(installation.folder, 'photo.png'), await plain(640, 480).png().toBuffer());
  server = await installation.client(installation.environment(adobe, { FIREFLY_RPM: '600' }));
});
afterAll(() => installation.end());

interface Row {
  readonly image: string;
  readonly kind: string;
  readonly cost?: { readonly operations: number };
  readonly saved?: readonly string[];
  readonly deleted?: readonly string[];
  readonly mask?: string;
  readonly made_from?: readonly string[];
}
const rows = async (input: Record<string, unknown> = {}) =>
  (await server.call('list_images', { limit: 50, ...input })).facts['images'] as readonly Row[];
const ids = async (input: Record<string, unknown> = {}) => (await rows(input)).map(({ image }) => image);
const remove = (input: Record<string, unknown>) => server.call('delete_images', input);
const empty = () => remove({ kind: 'all', confirm: true });

interface Made {
  readonly job: string;
  readonly images: readonly string[];
}
async function make(tool: string, input: Record<string, unknown>): Promise<Made> {
  const { facts, text } = await server.call(tool, { wait_seconds: 60, ...input });
  expect(facts['state'], text).toBe('succeeded');
  return { job: String(facts['job']), images: (facts['images'] as readonly Row[]).map(({ image }) => image) };
}
const draw = (prompt: string, input: Record<string, unknown> = {}) => make('generate_image', { prompt, ...input });
/** An edit: a composite, what Adobe painted for it, and a mask. */
const fill = () => make('fill_image', { image: 'photo.png', prompt: 'a lamp', mask_shapes: [HALF], new_job: true });

describe('delete_images by the filters of list_images', () => {
  test('deletes what the list shows, and nothing else', { tags: 'long' }, async () => {
    await empty();
    const fox = await draw('a fox in snow', { count: 2, seeds: [42, 43] });
    await draw('a hare');
    await fill();
    for (const [filter, found] of [
      [{ before: fox.images[1], job: fox.job }, 1],
      [{ seed: 43 }, 1],
      [{ text: 'HARE', since: 'today' }, 1],
      [{ kind: 'mask', made_from: 'photo.png' }, 1],
      [{ tool: 'fill_image', kind: 'generated' }, 1],
      [{ kind: 'import', until: 'now' }, 1],
    ] as const) {
      const [before, wanted] = [await ids({ kind: 'all' }), await ids(filter)];
      expect(wanted, JSON.stringify(filter)).toHaveLength(found);
      expect((await remove({ ...filter, confirm: true })).facts, JSON.stringify(filter)).toMatchObject({
        images: wanted,
      });
      // With a composite goes what Adobe painted for it.
      const painted = 'tool' in filter ? 1 : 0;
      expect(await ids({ kind: 'all' })).toHaveLength(before.length - found - painted);
    }
    expect(await ids({ kind: 'all' })).toEqual([]);
    await access(join(installation.folder, 'photo.png'));
  });

  test('throws away what Adobe painted and keeps the composites', { tags: 'long' }, async () => {
    await empty();
    const edit = await fill();
    const painted = await rows({ kind: 'painted' });
    expect(painted).toMatchObject([{ kind: 'painted' }]);
    const asked = await remove({ kind: 'painted', since: 'today' });
    expect(asked.text).toContain('would delete 1 picture by Adobe for good');
    const gone = await remove({ kind: 'painted', since: 'today', confirm: true });
    expect(gone.facts).toMatchObject({ deleted: 1, images: [painted[0]?.image] });
    expect(await ids({ kind: 'painted' })).toEqual([]);
    expect(await ids({ kind: 'generated' })).toEqual(edit.images);
    expect((await server.call('show_images', { image: `${edit.job}#1` })).isError).toBe(false);
  });

  test('keeps what except names', async () => {
    await empty();
    const { job, images } = await draw('an owl', { count: 4 });
    const input = { job, except: [`${job}#2`] };
    expect((await remove(input)).text).toContain('would delete 3 pictures for good');
    expect((await remove({ ...input, confirm: true })).facts).toMatchObject({ deleted: 3 });
    expect(await ids()).toEqual([images[1]]);
    expect((await remove({ job, except: [`${job}#1`], confirm: true })).facts).toMatchObject({
      error: { code: 'unknown_image' },
    });
  });

  test.each([
    [{}, 'Nothing says which'],
    [{ kind: '' }, 'Nothing says which'],
    [{ except: ['last'] }, 'Nothing says which'],
    [{ images: ['last'], since: 'today' }, 'both given'],
    [{ images: ['last'], except: ['last'] }, 'both given'],
    [{ image: 'last', kind: 'mask' }, 'both given'],
  ])('refuses %j and says the way on', async (input, why) => {
    const refused = await remove({ ...input, confirm: true });
    expect(refused.facts).toMatchObject({ error: { code: 'invalid_argument' } });
    expect(refused.text).toContain(why);
    expect(refused.text).toMatch(/Next: .*images.*kind.*since.*list_images/);
  });
});

describe('the question before a deletion', () => {
  test(
    'counts by kind, and says what stays in folders, what goes along and what refers to them',
    { tags: 'long' },
    async () => {
      await empty();
      const edit = await fill();
      const plainly = await draw('a stork', { count: 2 });
      await server.call('save_image', { image: plainly.images[0], name: 'stork.png' });
      const varied = await make('vary_image', { image: plainly.images[1] });
      const { text } = await remove({ since: 'today', except: varied.images });
      expect(text).toContain('would delete 3 pictures, 1 mask for good');
      expect(text).toContain('Of 1 of them what Adobe painted goes, too.');
      expect(text).toContain('1 of them is saved in a folder, and that file stays');
      const lost = /2 pictures are saved in no folder: (img_\w+), (img_\w+)\./.exec(text)?.slice(1) ?? [];
      expect(new Set(lost)).toEqual(new Set([...edit.images, plainly.images[1]]));
      expect(text).toContain('1 picture was made from them and stays');
      const masks = await ids({ kind: 'mask' });
      expect((await remove({ kind: 'generated', except: varied.images })).text).toContain(
        '1 mask was used for them alone and stays',
      );
      const kept = await remove({ job: edit.job, except: masks });
      expect(kept.text).toContain('1 mask was used for it alone and stays');
      // What is saved nowhere is named before all else.
      expect(text.indexOf(String(edit.images[0]))).toBeLessThan(text.indexOf(String(plainly.images[0])));
      const gone = await remove({ since: 'today', except: varied.images, confirm: true });
      expect(gone.text).toContain('Deleted 3 pictures, 1 mask for good');
      const file = join(installation.folder, 'out', 'firefly', 'stork.png');
      expect(gone.facts).toMatchObject({ deleted: 4, files_left: [file] });
      expect(gone.text).toContain(file);
      await access(file);
    },
  );

  test('names the job that needs a picture', { tags: 'long' }, async () => {
    await empty();
    const { images } = await draw('a kite');
    adobe.control.setLatency(60_000);
    const running = await server.call('vary_image', { image: images[0], wait_seconds: 0 });
    try {
      const stays = await remove({ text: 'kite', confirm: true });
      expect(stays.facts).toMatchObject({ deleted: 0, kept: images, needed_by: [running.facts['job']] });
      expect(stays.text).toContain(`${String(running.facts['job'])} needs`);
    } finally {
      await server.call('cancel_job', { job: running.facts['job'] });
      adobe.control.setLatency(20);
      await server.call('job_status', { job: running.facts['job'], wait_seconds: 60 });
    }
  });

  test('with confirm: true deletes what it named, though more matches by then, and says so', async () => {
    await empty();
    const doomed = await draw('a crane', { count: 2 });
    const input = { text: 'crane', since: '2h' };
    expect((await remove(input)).text).toContain('would delete 2 pictures for good');
    const late = await draw('a crane', { new_job: true });
    const gone = await remove({ ...input, confirm: true });
    expect(gone.facts).toMatchObject({ deleted: 2, not_asked: 1 });
    expect((gone.facts['images'] as readonly string[]).toSorted()).toEqual([...doomed.images].toSorted());
    expect(gone.text).toContain('1 picture that matches too stays: no one was asked about it');
    expect(await ids(input)).toEqual(late.images);
    // The next call begins anew.
    expect((await remove({ ...input, confirm: true })).facts).toMatchObject({ deleted: 1 });
  });

  test('is asked anew where a handle names another picture by the yes', { tags: 'long' }, async () => {
    await empty();
    await draw('a wren');
    expect((await remove({ images: ['last'] })).text).toContain('"a wren"');
    await draw('a finch');
    const again = await remove({ images: ['last'], confirm: true });
    expect(again.facts).toMatchObject({ error: { code: 'confirmation_required' } });
    expect(again.text).toContain('"a finch"');
    expect(await ids()).toHaveLength(2);
    expect((await remove({ images: ['last'], confirm: true })).facts).toMatchObject({ deleted: 1 });
    expect((await server.call('list_images', {})).text).toContain('"a wren"');
  });

  test.each([
    ['2026-07-28', { pin: '2026-07-28' }],
    ['2025', 'legacy'],
  ] as const)(
    'of era %s deletes what the person has read, though more matches by the answer',
    { tags: 'long' },
    async (_era, mode) => {
      await empty();
      const doomed = await draw('a heron');
      const asked: string[] = [];
      let late: Made | undefined;
      const environment = installation.environment(adobe, { FIREFLY_RPM: '600' });
      const prepare = (client: Connected['client']) =>
        client.setRequestHandler('elicitation/create', async ({ params }) => {
          asked.push(params.message);
          late ??= await draw('a heron', { new_job: true });
          return { action: 'accept', content: { delete: true } };
        });
      const era: NonNullable<ClientOptions['versionNegotiation']>['mode'] = mode;
      const setup = { capabilities: { elicitation: { form: {} } }, prepare };
      const asking = await installation.client(environment, ['stdio'], era, setup);
      const gone = await asking.call('delete_images', { text: 'heron' });
      expect(asked).toEqual([expect.stringMatching(/^Delete 1 picture for good\?/)]);
      expect(gone.facts).toMatchObject({ deleted: 1, images: doomed.images });
      expect(await ids({ text: 'heron' })).toEqual(late?.images);
      await asking.client.close();
    },
  );
});

describe('list_images', () => {
  test('says what each picture cost, the sum, and where its file is', { tags: 'long' }, async () => {
    await empty();
    const owls = await draw('an owl', { count: 2, save_as: 'owls/owl.png' });
    await fill();
    const saved = await server.call('save_image', { image: owls.images[0], name: 'best.png' });
    const list = await server.call('list_images', {});
    const [edit, mask, second, first] = list.facts['images'] as readonly Row[];
    expect([edit, mask, second, first].map((row) => row?.cost?.operations)).toEqual([1, undefined, 1, 1]);
    expect(list.facts).toMatchObject({ cost: { operations: 3 }, saved_in: join(installation.folder, 'out') });
    expect(list.text).toContain('Cost of these: 3 operations.');
    expect(first?.saved).toEqual([join('owls', 'owl.png'), join('firefly', 'best.png')]);
    expect(second?.saved).toHaveLength(1);
    expect(edit?.saved).toBeUndefined();
    expect(list.text).toContain(`saved as "${join('owls', 'owl.png')}", "${join('firefly', 'best.png')}"`);
    // What Adobe painted was paid for with its composite.
    expect((await server.call('list_images', { kind: 'all' })).facts).toMatchObject({ cost: { operations: 3 } });
    await rm((saved.facts['saved'] as readonly { path: string }[])[0]?.path ?? '');
    expect((await rows({ text: 'owl' })).at(-1)?.saved).toEqual([join('owls', 'owl.png')]);
  });

  test('names no deleted mask or source as if it were there', { tags: 'long' }, async () => {
    await empty();
    const edit = await fill();
    const [mask] = await ids({ kind: 'mask' });
    const [source] = await ids({ kind: 'import' });
    expect(await rows({ kind: 'generated' })).toMatchObject([{ mask, made_from: [source] }]);
    await remove({ kind: 'mask', confirm: true });
    const without = await server.call('list_images', {});
    expect(without.facts['images']).toMatchObject([{ image: edit.images[0], deleted: ['mask'], made_from: [source] }]);
    expect(JSON.stringify(without)).not.toContain(mask);
    expect(without.text).toContain('mask deleted');
    await remove({ kind: 'import', confirm: true });
    const bare = await server.call('list_images', {});
    expect(bare.facts['images']).toMatchObject([{ deleted: ['"photo.png"', 'mask'] }]);
    expect(JSON.stringify(bare)).not.toContain(source);
    expect(bare.text).toContain('"photo.png" deleted, mask deleted');
  });
});

describe('the numbers of a sheet', () => {
  const sheet = async (images: readonly unknown[]) => (await server.call('show_images', { images })).text;

  test('are those of the job, and the original has a letter', { tags: 'long' }, async () => {
    const { job } = await make('vary_image', { image: 'photo.png', count: 3 });
    const items = [1, 2, 3].map((number) => `${job}#${number}`);
    for (const images of [
      ['photo.png', ...items],
      [...items, 'photo.png'],
    ]) {
      const text = await sheet(images);
      for (const number of [1, 2, 3])
        expect(text).toMatch(new RegExp(`^${number}: img_\\w+ \\(${job}#${number}\\)`, 'm'));
      expect(text).toMatch(/^A: img_\w+, import, "photo.png"/m);
      expect(text).toMatch(/^1: .*, made from A$/m);
      expect(text).toContain(`numbered in their upper left corners as in ${job}, the others with letters:`);
    }
  });

  test('of a composite beside what Adobe painted, and before and after', { tags: 'long' }, async () => {
    const edit = await fill();
    const [painted] = await ids({ kind: 'painted', job: edit.job });
    const text = await sheet(['photo.png', edit.images[0], painted]);
    expect(text).toMatch(/^A: img_\w+, import/m);
    expect(text).toMatch(new RegExp(`^1: ${edit.images[0]} `, 'm'));
    expect(text).toMatch(new RegExp(`^B: ${painted} .*painted`, 'm'));
  });

  test('of pictures of several jobs are letters, of files alone numbers', async () => {
    const [fox, hare] = [await draw('a fox'), await draw('a hare')];
    const text = await sheet([fox.images[0], hare.images[0]]);
    expect(text).toMatch(new RegExp(`^A: ${fox.images[0]} `, 'm'));
    expect(text).toMatch(new RegExp(`^B: ${hare.images[0]} `, 'm'));
    await writeFile(join(installation.folder, 'red.png'), await plain(64, 64).png().toBuffer());
    expect(await sheet(['photo.png', 'red.png'])).toMatch(/^1: .*"photo.png"[^]*^2: .*"red.png"/m);
  });
});

describe('places in the queue', () => {
  test('count, and a job that is next says that it is next to be sent', { tags: 'long' }, async () => {
    const environment = installation.environment(adobe, {
      FIREFLY_RPM: '1',
      FIREFLY_HOME: join(installation.folder, 'slow'),
    });
    const slow = await installation.client(environment);
    const told = [];
    for (const prompt of ['one', 'two', 'three', 'four']) {
      told.push(await slow.call('generate_image', { prompt, wait_seconds: 0 }));
    }
    expect(told[0]?.text).toMatch(/^Not finished yet: (queued, next to be sent|being sent|running)/);
    const waiting = await slow.call('job_status', {});
    const places = Array.from(waiting.text.matchAll(/queued, position (\d)/g), ([, place]) => place);
    expect(places).toEqual(['3', '2', '1']);
    for (const { facts } of told.slice(1)) await slow.call('cancel_job', { job: facts['job'] });
    await slow.client.close();
  });
});
