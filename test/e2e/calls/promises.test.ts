import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator, EmulatorOptions } from '../../../src/emulator/index.ts';
import { runProgram } from '../../support/program/command.ts';
import { TestInstallation, type Connected, type Told } from '../../support/program/test-installation.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';

let installation: TestInstallation;
beforeEach(async () => {
  installation = await TestInstallation.create();
});
afterEach(() => installation.end());

async function adobe(options: EmulatorOptions = {}, on = installation): Promise<Emulator> {
  const emulator = await on.emulator({ draw: drawFlat, latencyMs: 100, ...options });
  return emulator;
}

/** One server for the tests of a group. The emulator is reset after each test. */
function sharedServer(): { emulator: () => Emulator; server: () => Connected; folder: () => string } {
  let shared: TestInstallation;
  let emulator: Emulator;
  let server: Connected;
  beforeAll(async () => {
    shared = await TestInstallation.create();
    emulator = await adobe({}, shared);
    server = await shared.client(shared.environment(emulator, { FIREFLY_RPM: '60' }));
  });
  afterEach(async () => {
    emulator.control.reset();
    // The reset has invalidated the token: this call gets another one, so that the next test need not.
    await server.call('list_custom_models');
  });
  afterAll(() => shared.end());
  return { emulator: () => emulator, server: () => server, folder: () => shared.folder };
}

const jobOf = (result: Told): string => String(result.facts['job']);
const stateOf = (result: Told): unknown => result.facts['state'];

async function settled({ call }: Connected, job: string): Promise<Told> {
  for (let look = 0; look < 30; look += 1) {
    const result = await call('job_status', { job, wait_seconds: 5 });
    if (['succeeded', 'failed', 'cancelled', 'submit_unknown', 'expired'].includes(String(stateOf(result))))
      return result;
  }
  throw new Error(`job ${job} did not end`);
}

describe('a picture', () => {
  const shared = sharedServer();

  test('can be made, shown and saved, with exactly the bytes that Adobe sent', async () => {
    const emulator = shared.emulator();
    const { client, call } = shared.server();
    const made = await call('generate_image', { prompt: 'a red chair', count: 2, size: '2304x1792', seeds: [7, 8] });
    expect(made).toMatchObject({ isError: false });
    expect(stateOf(made)).toBe('succeeded');
    // Both on one numbered sheet.
    expect(made.kinds.filter((kind) => kind === 'image')).toHaveLength(1);
    const images = made.facts['images'] as { image: string; seed: number; path: string; width: number }[];
    expect(images.map(({ seed, width }) => [seed, width])).toEqual([
      [7, 2304],
      [8, 2304],
    ]);
    for (const { image: id, path } of images) {
      expect(made.text).toContain(id);
      expect(await sharp(path).metadata()).toMatchObject({ width: 2304, height: 1792, format: 'jpeg' });
    }
    const shown = await client.callTool({ name: 'show_images', arguments: { image: 'last' } });
    expect(shown.content.some(({ type }) => type === 'image')).toBe(true);
    expect(shown.structuredContent).toBeUndefined();
    const saved = await call('save_image', { image: `${jobOf(made)}#1`, name: 'chair' });
    expect(saved.isError).toBe(false);
    const original = await readFile(images[0]?.path ?? '');
    expect(saved.text).toContain('chair.jpg');
    const copy = await readFile(join(shared.folder(), 'out', 'firefly', 'chair.jpg'));
    expect(Buffer.compare(original, copy)).toBe(0);
    const resource = await client.readResource({ uri: `firefly://images/${images[0]?.image}` });
    const [contents] = resource.contents;
    const blob = contents && 'blob' in contents ? Buffer.from(String(contents.blob), 'base64') : Buffer.alloc(0);
    expect(Buffer.compare(original, blob)).toBe(0);
    expect(emulator.control.submits()).toHaveLength(1);
  });

  test('can be made with Image 5 and with a custom model', { tags: 'long' }, async () => {
    const emulator = shared.emulator();
    const { call } = shared.server();
    const five = await call('generate_image', { prompt: 'a blue door', model: 'image5', prompt_reasoner: 'quality' });
    expect(stateOf(five)).toBe('succeeded');
    expect(five.facts['images']).toMatchObject([{ alt_text: expect.stringContaining('a blue door') }]);
    expect(five.text).toContain('Adobe describes it as');
    const models = await call('list_custom_models', {});
    const [model] = models.facts['models'] as { custom_model: string; concept_id?: string }[];
    const prompt = `a lamp ${model?.concept_id ?? ''}`;
    const custom = await call('generate_image', { prompt, custom_model: model?.custom_model, count: 1 });
    expect(stateOf(custom)).toBe('succeeded');
    const headers = emulator.control.submits().map(({ headers: sent }) => sent['x-model-version']);
    expect(headers).toEqual(['image5', expect.stringMatching(/_custom$/)]);
  });

  test('can be read after Adobe’s link has expired', { tags: 'long' }, async () => {
    const { call, client } = shared.server();
    const made = await call('generate_image', { prompt: 'a chair whose link lapses' });
    shared.emulator().control.expireUrls();
    const [image] = made.facts['images'] as { image: string }[];
    const { contents } = await client.readResource({ uri: `firefly://images/${image?.image}` });
    expect(contents).toHaveLength(1);
  });
});

describe('a job', () => {
  const shared = sharedServer();

  test('is finished by the next server after SIGKILL, without a second request', async () => {
    const emulator = await adobe({ latencyMs: 2_500 });
    const environment = installation.environment(emulator);
    const first = installation.pipe(environment);
    const initialize = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
    first.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params: initialize });
    await first.answer(1);
    first.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    const params = { name: 'generate_image', arguments: { prompt: 'a red chair', wait_seconds: 1 } };
    first.send({ jsonrpc: '2.0', id: 2, method: 'tools/call', params });
    const { result } = (await first.answer(2)) as { result: { structuredContent: { job: string } } };
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = await installation.client(environment);
    const done = await settled(second, result.structuredContent.job);
    expect(stateOf(done)).toBe('succeeded');
    expect(emulator.control.submits()).toHaveLength(1);
  });

  test('whose submit response was lost is reported as unknown, and sent again only on demand', async () => {
    const emulator = shared.emulator();
    emulator.control.next({ on: 'submit', action: { kind: 'reset', when: 'after-processing' } });
    const { call } = shared.server();
    const lost = await call('generate_image', { prompt: 'a chair that is lost' });
    expect(lost.isError).toBe(true);
    expect(stateOf(lost)).toBe('submit_unknown');
    expect(lost.text.split('. ')[0]).toMatch(/may have (accepted and )?charged/);
    const again = await call('generate_image', { prompt: 'a chair that is lost' });
    expect(jobOf(again)).toBe(jobOf(lost));
    expect(emulator.control.submits()).toHaveLength(1);
    const refused = await call('resubmit_job', { job: jobOf(lost) });
    expect(refused.isError).toBe(true);
    const resubmitted = await call('resubmit_job', { job: jobOf(lost), accept_possible_charge: true });
    expect(stateOf(resubmitted)).toBe('succeeded');
    expect(resubmitted.facts['replaces']).toBe(jobOf(lost));
    expect(emulator.control.submits()).toHaveLength(2);
  });

  test('is cancelled at Adobe with one PUT', { tags: 'long' }, async () => {
    const emulator = await adobe({ latencyMs: 20_000 });
    const server = await installation.client(installation.environment(emulator));
    const running = await server.call('generate_image', { prompt: 'a red chair', wait_seconds: 2 });
    expect(running.isError).toBe(false);
    await server.call('cancel_job', { job: jobOf(running) });
    expect(stateOf(await settled(server, jobOf(running)))).toBe('cancelled');
    expect(emulator.control.requests('cancel')).toHaveLength(1);
  });

  test(
    'that Adobe refuses for its content fails with content_policy, at the submit or in the result',
    { tags: 'long' },
    async () => {
      const { call } = shared.server();
      for (const prompt of ['[unsafe] thing', '[empty] thing']) {
        const result = await call('generate_image', { prompt });
        expect(result.isError).toBe(true);
        expect(result.facts['error']).toMatchObject({ code: 'content_policy', who_can_act: 'caller' });
      }
    },
  );
});

describe('a server with a faulty configuration', () => {
  test(
    'without credentials lists its tools, and names the missing variables in a paid call',
    { tags: 'long' },
    async () => {
      const { client, call } = await installation.client(installation.environment());
      expect((await client.listTools()).tools.length).toBeGreaterThanOrEqual(8);
      const result = await call('generate_image', { prompt: 'a red chair' });
      expect(result.isError).toBe(true);
      expect(result.facts['error']).toMatchObject({ code: 'credentials_missing', who_can_act: 'operator' });
      expect(result.text).toMatch(/FIREFLY_CLIENT_ID.*--demo/s);
    },
  );

  test(
    'reports a wrong secret, an unreachable upstream and an unusable data folder, and serves on',
    { tags: 'long' },
    async () => {
      const emulator = await adobe();
      const wrong = await installation.client(
        installation.environment(emulator, { FIREFLY_CLIENT_SECRET: 'wrong-secret-value' }),
      );
      const refused = await wrong.call('generate_image', { prompt: 'a red chair' });
      expect(refused.facts['error']).toMatchObject({ code: 'credentials_refused' });
      expect(refused.text + wrong.log.join('')).not.toContain('wrong-secret-value');
      const unreachable = await installation.client(
        installation.environment(emulator, {
          FIREFLY_API_URL: 'http://127.0.0.1:9',
          FIREFLY_IMS_URL: 'http://127.0.0.1:9',
        }),
      );
      expect((await unreachable.call('generate_image', { prompt: 'x' })).facts['error']).toMatchObject({
        code: 'adobe_unreachable',
      });
      // A folder in the place of the store shows when the store is opened, not at the start.
      const home = join(installation.folder, 'unusable');
      await mkdir(join(home, 'firefly.sqlite'), { recursive: true, mode: 0o700 });
      const unusable = await installation.client(installation.environment(emulator, { FIREFLY_HOME: home }));
      expect((await unusable.call('generate_image', { prompt: 'x' })).facts['error']).toMatchObject({
        code: 'home_unusable',
      });
      expect((await unusable.client.listTools()).tools.length).toBeGreaterThanOrEqual(8);
      expect(emulator.control.submits()).toHaveLength(0);
    },
  );

  test(
    'does not start where its data folder is a file or below one, and names the variable',
    { tags: 'long' },
    async () => {
      const home = join(installation.folder, 'file');
      await writeFile(home, '');
      for (const FIREFLY_HOME of [home, join(home, 'home')]) {
        const ended = await runProgram(['stdio'], { cwd: installation.folder, env: { FIREFLY_HOME } });
        expect(ended).toMatchObject({ code: 78, out: '' });
        expect(ended.err).toMatch(/^firefly-mcp: FIREFLY_HOME names .*, which is no folder\. Set FIREFLY_HOME .*\n$/);
      }
    },
  );
});

describe('an unknown id', () => {
  test('is reported as such by every tool that takes one', { tags: 'long' }, async () => {
    const emulator = await adobe();
    const { call } = await installation.client(installation.environment(emulator));
    const job = `job_${'0'.repeat(26)}`;
    expect((await call('job_status', { job })).facts['error']).toMatchObject({ code: 'unknown_job' });
    expect((await call('cancel_job', { job })).facts['error']).toMatchObject({ code: 'unknown_job' });
    expect((await call('save_image', { image: `img_${'0'.repeat(26)}` })).facts['error']).toMatchObject({
      code: 'unknown_image',
    });
    expect((await call('show_images', { image: 'last' })).text).toContain('no picture was made');
  });
});

describe('a call with an invalid argument', () => {
  const shared = sharedServer();

  test.each([
    [{ prompt: '' }, 'prompt'],
    [{ prompt: 'x'.repeat(1025) }, '1024'],
    [{ prompt: 'x', size: '2048x2047' }, '2048x2048'],
    [{ prompt: 'x', size: 'large' }, 'size'],
    [{ prompt: 'x', count: 5 }, 'count'],
    [{ prompt: 'x', count: 2, seeds: [1] }, 'seeds'],
    [{ prompt: 'x', seeds: [1, 1] }, 'seeds'],
    [{ prompt: 'x', model: 'image9' }, 'image4_standard'],
    [{ prompt: 'x', model: 'image5', count: 2 }, 'image4'],
    [{ prompt: 'x', negative_promt: 'y' }, 'negative_prompt'],
  ])('such as %j is refused with what is allowed, and spends nothing', async (input, hint) => {
    const result = await shared.server().call('generate_image', input);
    expect(result.isError).toBe(true);
    expect(result.text).toContain(hint);
    expect(shared.emulator().control.submits()).toHaveLength(0);
  });
});
