import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/emulator/index.ts';
import { plain } from '../images/pictures.ts';
import { overhearClient } from '../support/artefacts.ts';
import { canary } from '../support/canaries.ts';
import { MAIN, TestInstallation, type Connected } from '../support/program/test-installation.ts';

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
  adobe = await startEmulator({ clientSecret: canary('secret'), latencyMs: 50, rpm: 600 });
  installation.onEnd(() => adobe.close());
  await writeFile(join(installation.folder, 'photo.png'), await plain(640, 480).png().toBuffer());
  // A place whose day is never the one of UTC from ten o'clock on.
  const environment = installation.environment(adobe, { FIREFLY_RPM: '600', TZ: 'Pacific/Kiritimati' });
  server = await installation.client(environment);
  asking = new Client(
    { name: 'asking', version: '1' },
    { versionNegotiation: { mode: 'auto' }, capabilities: { elicitation: { form: {} } } },
  );
  asking.setRequestHandler('elicitation/create', async ({ params }) => {
    const form = 'requestedSchema' in params ? params.requestedSchema : { properties: {} };
    asked.push({ message: params.message, properties: form.properties });
    const given = await answer();
    return given === 'decline' ? { action: 'decline' } : { action: 'accept', content: { delete: given === 'accept' } };
  });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [MAIN, 'stdio'],
    env: environment,
    cwd: installation.folder,
    stderr: 'ignore',
  });
  await asking.connect(transport);
  overhearClient(transport);
  installation.onEnd(() => asking.close());
});
afterAll(() => installation.end());

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
  test('finds pictures by day of the machine, words, seed, tool, job, batch and source file', async () => {
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
  });
});

describe('delete_images', () => {
  test('needs confirm: true from a client that cannot ask, and names what would go', async () => {
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

  test('asks with a box of its own, and deletes nothing without a tick, whatever the arguments say', async () => {
    const { images } = await made('a crane');
    for (const given of ['unticked', 'decline'] as const) {
      asked.length = 0;
      answer = async () => given;
      expect(await removed({ images, confirm: true })).toMatchObject({
        structuredContent: { error: { code: 'confirmation_required' } },
      });
      expect(asked).toMatchObject([
        { message: `Delete 1 picture for good? ${images[0]} "a crane"`, properties: { delete: { default: false } } },
      ]);
    }
    // Declined once, it is refused for some minutes without another question.
    answer = async () => 'accept';
    expect(await removed({ images })).toMatchObject({ isError: true });
    expect(asked).toHaveLength(1);
    expect(await handles({ text: 'crane' })).toEqual(images);
  });

  test('asks again where more pictures match by the time of the answer, and leaves the newest of the rest as last', async () => {
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
    expect(asked.map(({ message }) => /^Delete (\d+) pictures/.exec(message)?.[1])).toEqual([
      String(before.length),
      String(before.length + 1),
    ]);
    expect(gone.structuredContent).toMatchObject({ deleted: before.length + 1 });
    expect(await handles()).toEqual([]);
    expect(await listed({ kind: 'import' })).toHaveLength(1);
    expect((await server.call('show_images', { image: kept.images[0] })).text).toContain('There is no such picture.');
    const first = await made('a robin');
    const second = await made('a finch');
    await server.call('delete_images', { job: second.job, confirm: true });
    expect((await server.call('show_images', {})).text).toContain(first.images[0]);
  });

  test('keeps what an unfinished job and an open batch need, and names it', async () => {
    const { images } = await made('a kite');
    adobe.control.setLatency(60_000);
    const running = await server.call('vary_image', { image: images[0], wait_seconds: 0 });
    const stays = await server.call('delete_images', { images, confirm: true });
    expect(stays.facts).toMatchObject({ deleted: 0, kept: images });
    expect(stays.text).toContain(`Kept 1 picture that an unfinished job, batch or edit needs: ${images[0]}.`);
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
