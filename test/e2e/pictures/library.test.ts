import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Client } from '@modelcontextprotocol/client';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Emulator } from '../../../src/emulator/index.ts';
import { noisy, plain } from '../../images/pictures.ts';
import { TestInstallation, type Connected } from '../../support/program/test-installation.ts';

let installation: TestInstallation;
let adobe: Emulator;
/** A client that cannot ask its user. */
let server: Connected;
/** A client whose user can be asked. */
let asking: Client;
/** What the user reads, and how the user answers. */
const asked: { readonly message: string; readonly properties: Record<string, unknown> }[] = [];
let answer: () => Promise<'accept' | 'unticked' | 'decline'> = async () => 'accept';

beforeAll(async () => {
  installation = await TestInstallation.create();
  adobe = await installation.emulator({ latencyMs: 50, rpm: 600 });
  await writeFile(join(installation.folder, 'photo.png'), await plain(640, 480).png().toBuffer());
  // A place whose day is never the one of UTC from ten o'clock on.
  const environment = installation.environment(adobe, { FIREFLY_RPM: '600', TZ: 'Pacific/Kiritimati' });
  server = await installation.client(environment);
  const capabilities = { elicitation: { form: {} } };
  asking = (await installation.client(environment, ['stdio'], 'auto', { capabilities, prepare: answerForms })).client;
});
afterAll(() => installation.end());

function answerForms(client: Client): void {
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    const form = 'requestedSchema' in params ? params.requestedSchema : { properties: {} };
    asked.push({ message: params.message, properties: form.properties });
    const given = await answer();
    return given === 'decline' ? { action: 'decline' } : { action: 'accept', content: { delete: given === 'accept' } };
  });
}

/** A PNG with an (empty) box of Content Credentials after its header. */
function withCredentials(png: Buffer): Buffer {
  const typed = Buffer.from('caBXc2pa');
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(typed.length - 4);
  check.writeUInt32BE(crc32(typed));
  return Buffer.concat([png.subarray(0, 33), length, typed, check, png.subarray(33)]);
}

interface Listed {
  readonly image: string;
  readonly seed?: number;
  readonly file?: string;
  readonly source_files?: readonly string[];
}
const listed = async (input: Record<string, unknown> = {}) =>
  (await server.call('list_images', input)).facts['images'] as readonly Listed[];
const handles = async (input: Record<string, unknown> = {}) => (await listed(input)).map(({ image }) => image);
async function made(prompt: string, more: Record<string, unknown> = {}) {
  const { facts } = await server.call('generate_image', { prompt, wait_seconds: 60, ...more });
  return { job: String(facts['job']), images: (facts['images'] as Listed[]).map(({ image }) => image) };
}
const removed = (input: Record<string, unknown>) => asking.callTool({ name: 'delete_images', arguments: input });

describe('list_images', () => {
  test(
    'finds pictures by day of the machine, words, seed, tool, job, batch and source file',
    { tags: 'long' },
    async () => {
      const fox = await made('a fox in snow', { count: 2, seeds: [42, 43] });
      const heron = await made('a heron');
      const mask = await server.call('make_mask', {
        image: 'photo.png',
        shapes: [{ shape: 'rectangle', x: 0, y: 0, width: 50, height: 100 }],
      });
      const batch = await server.call('submit_batch', { items: [{ prompt: 'a badger' }, { prompt: 'an otter' }] });
      await server.call('job_status', { job: batch.facts['batch'], wait_seconds: 60 });
      const today = await server.call('list_images', { since: 'today' });
      expect(today.facts['images']).toHaveLength(6);
      expect(today.facts['period']).toMatch(/^from \d{4}-\d\d-\d\d 00:00\+14:00 \(time of this machine\)$/);
      expect(today.text).toContain(String(today.facts['period']));
      expect(await handles({ until: 'yesterday' })).toEqual([]);
      expect(await handles({ since: '5 min ago', until: 'now' })).toHaveLength(6);
      expect(await handles({ seed: 42 })).toEqual([fox.images[0]]);
      expect(await handles({ text: 'HERON' })).toEqual(heron.images);
      expect(await handles({ prompt: 'heron' })).toEqual(heron.images);
      expect((await handles({ job: fox.job })).toSorted()).toEqual([...fox.images].toSorted());
      expect(await handles({ job: batch.facts['batch'] })).toHaveLength(2);
      expect(await handles({ tool: 'make_mask' })).toEqual([mask.facts['mask']]);
      expect(await listed({ tool: 'make_mask' })).toMatchObject([{ source_files: ['photo.png'] }]);
      expect(await listed({ kind: 'import', text: 'photo' })).toMatchObject([{ file: 'photo.png' }]);
      expect((await server.call('list_images', { kind: 'import' })).text).toContain('import, "photo.png", 640x480 PNG');
      const wrong = await server.call('list_images', { since: '2026-02-30' });
      expect(wrong).toMatchObject({ isError: true, facts: { error: { code: 'invalid_argument' } } });
    },
  );
});

describe('show_images', () => {
  const sheetOf = async (images: readonly string[]) => {
    const { content } = await server.client.callTool({ name: 'show_images', arguments: { images: [...images] } });
    const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('');
    const data = content.map((block) => (block.type === 'image' ? block.data : '')).join('');
    const { width, height } =
      data === '' ? { width: 0, height: 0 } : await sharp(Buffer.from(data, 'base64')).metadata();
    return { text, data, width, height };
  };

  test(
    'shows nine pictures on one numbered sheet under 100 kB, masks and files of the user among them',
    { tags: 'long' },
    async () => {
      const noise = await noisy(1200, 900).jpeg().toBuffer();
      await writeFile(join(installation.folder, 'noise.jpg'), noise);
      await writeFile(join(installation.folder, 'red.png'), await plain(300, 600).png().toBuffer());
      const shape = { shape: 'ellipse', x: 10, y: 10, width: 50, height: 50 };
      const { facts } = await server.call('make_mask', { image: 'noise.jpg', shapes: [shape] });
      const { images } = await made('a heath', { count: 4 });
      const nine = [...images, 'noise.jpg', 'red.png', String(facts['mask']), 'photo.png', 'noise.jpg'];
      const { text, data, width, height } = await sheetOf(nine);
      expect(data.length).toBeLessThanOrEqual(100_000);
      expect(data.length).toBeGreaterThan(5_000);
      expect({ width, height }).toEqual({ width: height, height: width });
      expect(text).toContain(`1: ${images[0]}`);
      expect(text).toMatch(/^B: img_\w+, import, "red.png", 300x600 PNG$/m);
      expect(text).toMatch(/^C: img_\w+, mask, 1200x900 PNG, made from A$/m);
      expect(text.match(/^[1-4A-E]: /gm)).toHaveLength(9);
      // Equal bytes have one handle.
      expect(/^A: (img_\w+)/m.exec(text)?.[1]).toBe(/^E: (img_\w+)/m.exec(text)?.[1]);
      const two = await sheetOf(images.slice(0, 2));
      expect(two.width).toBeGreaterThan(two.height);
      expect((await server.call('show_images', { images: [...nine, 'last'] })).isError).toBe(true);
    },
  );

  test('shows a file of the user before anything is made of it, and imports it once', { tags: 'long' }, async () => {
    const before = adobe.control.requests().length;
    const { text, kinds } = await server.call('show_images', { image: 'photo.png' });
    expect(text).toContain('640x480 PNG');
    expect(kinds).toContain('image');
    expect(adobe.control.requests()).toHaveLength(before);
    expect(await handles({ kind: 'import', text: 'photo.png' })).toHaveLength(1);
    const missing = await server.call('show_images', { image: 'none.png' });
    expect(missing.isError).toBe(true);
  });
});

describe('save_image', () => {
  const savedBy = async (input: Record<string, unknown>) => {
    const answer = await server.call('save_image', input);
    return { ...answer, files: (answer.facts['saved'] ?? []) as readonly { path: string; converted?: string }[] };
  };
  const measured = async (path: string | undefined) => {
    const { format, width, height, hasAlpha } = await sharp(path ?? '').metadata();
    return { format, width, height, hasAlpha };
  };
  const out = (...names: readonly string[]) => join(installation.folder, 'out', ...names);

  test(
    'writes the format of the ending, exactly there, and says what the copy lost; the original is never re-encoded',
    { tags: 'long' },
    async () => {
      const { images } = await made('a teapot');
      const [image] = images;
      const original = await savedBy({ image, name: 'tea.jpeg' });
      expect(original.files).toMatchObject([{ path: out('firefly', 'tea.jpeg') }]);
      expect(original.text).toContain('Saved, byte for byte:');
      const bytes = await readFile(original.files[0]?.path ?? '');
      const png = await savedBy({ image, name: 'assets/hero.png' });
      expect(png.files).toMatchObject([{ path: out('assets', 'hero.png'), converted: 'PNG in place of JPEG' }]);
      expect(png.text).toContain('a converted copy, PNG in place of JPEG');
      expect(await measured(png.files[0]?.path)).toMatchObject({ format: 'png', width: 2048, height: 2048 });
      const pixels = (given: Buffer) => sharp(given).raw().toBuffer();
      expect((await pixels(await readFile(png.files[0]?.path ?? ''))).equals(await pixels(bytes))).toBe(true);
      const again = await savedBy({ image, name: 'assets/hero.png' });
      expect(again.files).toMatchObject([{ path: out('assets', 'hero-2.png') }]);
      for (const name of ['../hero.png', '/etc/hero.png', 'assets/../../hero.png']) {
        expect(await savedBy({ image, name })).toMatchObject({ isError: true, files: [] });
      }
    },
  );

  test('writes a size that Firefly does not make, cut and never stretched, and parts', { tags: 'long' }, async () => {
    const { images } = await made('a wide teapot', { size: '2688x1536' });
    const [image] = images;
    const square = await savedBy({ image, name: 'square.webp', size: '1000x1000' });
    expect(square.files[0]?.converted).toBe(
      'cut to 1536x1536 of 2688x1536, scaled from 1536x1536 to 1000x1000, WebP in place of JPEG, at quality 92',
    );
    expect(await measured(square.files[0]?.path)).toMatchObject({ format: 'webp', width: 1000, height: 1000 });
    const wide = await savedBy({ image, size: '1344x' });
    expect(await measured(wide.files[0]?.path)).toMatchObject({ format: 'jpeg', width: 1344, height: 768 });
    const part = await savedBy({ image, crop: '50%, 0, 50%, 100%' });
    expect(part.files[0]?.converted).toBe('cut to 1344x1536 of 2688x1536, at quality 92');
    const large = await savedBy({ image, size: '6000x' });
    expect(large.files[0]?.converted).toMatch(/^enlarged from 2688x1536 to 6000x/);
    for (const wrong of [{ size: 'big' }, { size: '60000x60000' }, { crop: '90%,0,20%,100%' }, { crop: 'left' }]) {
      expect(await savedBy({ image, ...wrong })).toMatchObject({ isError: true, files: [] });
    }
  });

  test('says that transparency and Content Credentials are gone', { tags: 'long' }, async () => {
    const clear = sharp({
      create: { width: 60, height: 40, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } },
    });
    await writeFile(join(installation.folder, 'clear.png'), withCredentials(await clear.png().toBuffer()));
    const shown = await server.call('make_mask', { image: 'clear.png', from: 'alpha' });
    const [source] = await handles({ kind: 'import', text: 'clear' });
    expect(shown.isError).toBe(false);
    const jpeg = await savedBy({ image: source, name: 'flat.jpg' });
    expect(jpeg.files[0]?.converted).toBe(
      'JPEG in place of PNG, white where it was transparent, at quality 92, without Content Credentials',
    );
    const [r, g, b] = await sharp(jpeg.files[0]?.path ?? '')
      .raw()
      .toBuffer();
    expect([r, g, b]).toEqual([255, 255, 255]);
  });
});

describe('delete_images', () => {
  test('needs confirm: true from a client that cannot ask, and names what would go', { tags: 'long' }, async () => {
    const { images } = await made('a stork', { count: 2 });
    const refused = await server.call('delete_images', { images });
    expect(refused).toMatchObject({ isError: true, facts: { error: { code: 'confirmation_required' } } });
    expect(refused.text).toContain('would delete 2 pictures for good');
    for (const image of images) expect(refused.text).toContain(`${image} "a stork"`);
    expect(await handles({ text: 'stork' })).toHaveLength(2);
    const gone = await server.call('delete_images', { images, confirm: true });
    expect(gone.facts).toMatchObject({ deleted: 2, images });
    expect(await handles({ text: 'stork' })).toEqual([]);
    expect(await server.call('delete_images', { images, confirm: true })).toMatchObject({
      facts: { error: { code: 'unknown_image' } },
    });
  });

  test(
    'asks with a box of its own, and deletes nothing without a tick, whatever the arguments say',
    { tags: 'long' },
    async () => {
      const { images } = await made('a crane');
      for (const given of ['unticked', 'decline'] as const) {
        asked.length = 0;
        answer = async () => given;
        expect(await removed({ images, confirm: true })).toMatchObject({
          structuredContent: { error: { code: 'confirmation_required' } },
        });
        expect(asked).toMatchObject([
          {
            message: `Delete 1 picture for good? ${images[0]} "a crane". 1 picture is saved in no folder.`,
            properties: { delete: { default: false } },
          },
        ]);
      }
      // Declined once, it is refused for some minutes without another question.
      answer = async () => 'accept';
      expect(await removed({ images })).toMatchObject({ isError: true });
      expect(asked).toHaveLength(1);
      expect(await handles({ text: 'crane' })).toEqual(images);
    },
  );

  test(
    'deletes what was asked about where more pictures match by the time of the answer, and leaves the newest of the rest as last',
    { tags: 'long' },
    async () => {
      asked.length = 0;
      const kept = await made('a wren');
      const doomed = await made('an owl');
      let late: Awaited<ReturnType<typeof made>> | undefined;
      answer = async () => {
        late ??= await made('an owl', { new_job: true });
        return 'accept';
      };
      const since = '10 min ago';
      expect(await handles({ text: 'owl', since })).toEqual(doomed.images);
      const before = await handles({ since });
      const gone = await removed({ since, until: 'now' });
      expect(asked).toHaveLength(1);
      expect(gone.structuredContent).toMatchObject({ deleted: before.length, not_asked: 1 });
      expect(await handles()).toEqual(late?.images);
      await removed({ since });
      expect(await handles()).toEqual([]);
      // Files of the user are no pictures that were made.
      expect((await listed({ kind: 'import' })).length).toBeGreaterThan(0);
      expect((await server.call('show_images', { image: kept.images[0] })).text).toContain('There is no such picture.');
      const first = await made('a robin');
      const second = await made('a finch');
      await server.call('delete_images', { job: second.job, confirm: true });
      expect((await server.call('show_images', {})).text).toContain(first.images[0]);
    },
  );

  test('keeps what an unfinished job and an open batch need, and names it', { tags: 'long' }, async () => {
    const { images } = await made('a kite');
    adobe.control.setLatency(60_000);
    const running = await server.call('vary_image', { image: images[0], wait_seconds: 0 });
    const stays = await server.call('delete_images', { images, confirm: true });
    expect(stays.facts).toMatchObject({ deleted: 0, kept: images });
    expect(stays.text).toContain(
      `1 picture stays, since ${String(running.facts['job'])} needs it. Kept: ${images[0]}.`,
    );
    await server.call('cancel_job', { job: running.facts['job'] });
    adobe.control.setLatency(50);
    await server.call('job_status', { job: running.facts['job'], wait_seconds: 60 });
    expect((await server.call('delete_images', { images, confirm: true })).facts).toMatchObject({ deleted: 1 });
  });

  test.each([[{}], [{ images: ['last'], since: 'today' }]])('refuses %j, which does not say what', async (input) => {
    expect(await server.call('delete_images', { ...input, confirm: true })).toMatchObject({
      facts: { error: { code: 'invalid_argument' } },
    });
  });
});
