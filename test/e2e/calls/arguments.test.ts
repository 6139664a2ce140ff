import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Emulator } from '../../../src/emulator/index.ts';
import { plain } from '../../images/pictures.ts';
import { runProgram } from '../../support/program/command.ts';
import { TestInstallation, type Piped } from '../../support/program/test-installation.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';

const NFC = 'caf\u00e9.png';
const NFD = 'cafe\u0301.png';

let installation: TestInstallation;
let emulator: Emulator;
let env: Record<string, string>;
let server: Piped;
let id = 1;
beforeAll(async () => {
  installation = await TestInstallation.create();
  emulator = await installation.emulator({ draw: drawFlat, latencyMs: 50, rpm: 60 });
  env = installation.environment(emulator, { FIREFLY_RPM: '60' });
  const picture = await plain(640, 480).png().toBuffer();
  for (const name of ['my photo.png', NFD]) await writeFile(join(installation.folder, name), picture);
  server = installation.pipe(env);
  server.send({
    jsonrpc: '2.0',
    id,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'host', version: '1' } },
  });
  await server.answer(id);
  server.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
});
afterAll(() => installation.end());

interface Answer {
  readonly result?: { readonly isError?: boolean; readonly structuredContent?: Record<string, unknown> };
  readonly error?: { readonly code: number; readonly message: string };
}

/** A call with its parameters exactly as a host wrote them. */
async function called(name: string, given: unknown): Promise<Answer> {
  id += 1;
  server.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: given } });
  return server.answer(id);
}

const submits = () => emulator.control.submits().length;

describe('arguments as hosts write them', () => {
  test.each([
    ['null', null],
    ['empty text', ''],
    ['an empty object as text', '{}'],
    ['null for every argument', { limit: null, kind: null, made_from: null }],
    ['a number as text', { limit: '2' }],
    ['a choice in capitals', { kind: 'All' }],
    ['with the keys of n8n', { toolCallId: '1', sessionId: '2', action: 'sendMessage', chatInput: '', tool: 'x' }],
    ['with the keys of other hosts', { wait_for_previous: true, _sessionID: 'a', random_string: 'b', _meta: {} }],
  ])('that are %s are taken', { tags: 'long' }, async (_what, given) => {
    const { result, error } = await called('list_images', given);
    expect({ error, isError: result?.isError ?? false }).toEqual({ error: undefined, isError: false });
  });

  test.each([
    ['a list', [1]],
    ['a number', 7],
    ['text that is no object', 'all of them'],
  ])('that are %s are refused in plain words, and not as an empty object', async (_what, given) => {
    const { error } = await called('list_images', given);
    expect(error).toMatchObject({
      code: -32602,
      message: expect.stringMatching(/The arguments of a tool are an object, not /) as string,
    });
  });

  test.each([[{}], [null], [7]])('of a tool whose name is %j are refused in plain words', async (name) => {
    const { error } = await called(name as string, {});
    expect(error).toMatchObject({ code: -32602, message: 'A call has the name of its tool, a text, as "name".' });
  });

  test('make the picture that the plain form makes', async () => {
    const plainForm = { prompt: 'a fox', seeds: [7], count: 1, model: 'image3', new_job: true, wait_seconds: 0 };
    const sent = {
      ...plainForm,
      seeds: '[7]',
      count: '1',
      model: 'Image 3',
      new_job: 'True',
      locale: null,
      confirm: '',
    };
    for (const input of [plainForm, { ...sent, wait_seconds: '0' }]) {
      const before = submits();
      expect(await called('generate_image', input)).toMatchObject({
        result: { structuredContent: { prompt: 'a fox' } },
      });
      await expect.poll(submits).toBe(before + 1);
    }
    const [first, second] = emulator.control.submits().slice(-2);
    expect(second?.body).toEqual(first?.body);
  });

  test('of base64 without "data:" before it name a picture, however long they are', async () => {
    const bytes = await plain(900, 700).png({ compressionLevel: 0 }).toBuffer();
    const shapes = [{ shape: 'rectangle', x: 25, y: 25, width: 50, height: 50 }];
    for (const image of [bytes.toString('base64'), (await plain(64, 64).jpeg().toBuffer()).toString('base64')]) {
      const { result } = await called('make_mask', { image, shapes });
      expect(result?.structuredContent).toMatchObject({ open_percent: 25 });
    }
  });

  test.each(['"my photo.png"', '@my photo.png', 'my\\ photo.png', 'my%20photo.png', '~/my photo.png', NFC])(
    'name a picture by %j',
    { tags: 'long' },
    async (image) => {
      const shapes = '[{"shape": "rectangle", "x": "25", "y": 25, "width": 50, "height": 50}]';
      const { result } = await called('make_mask', { image, shapes });
      expect(result?.structuredContent).toMatchObject({ open_percent: 25 });
    },
  );

  test('of which one is there twice are refused with its name before anything is paid', { tags: 'long' }, async () => {
    const before = submits();
    for (const [given, key] of [
      ['{"prompt":"a fox","count":1,"prompt":"an owl"}', 'prompt'],
      ['{"prompt":"a fox","count":1,"co\\u0075nt":4}', 'count'],
      [JSON.stringify('{"prompt":"a fox","prompt":"an owl"}'), 'prompt'],
    ]) {
      id += 1;
      const call = `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"generate_image","arguments":${given}}}`;
      server.child.stdin?.write(`${call}\n`);
      expect(await server.answer(id)).toMatchObject({
        error: { code: -32602, message: expect.stringContaining(`The key "${key}" is there twice`) as string },
      });
    }
    expect(submits()).toBe(before);
  });

  test('that were spoilt on their way are refused before anything is paid', async () => {
    const before = submits();
    for (const prompt of ['caf\ufffd', 'null', 'undefined', '[object Object]']) {
      const { result } = await called('generate_image', { prompt });
      expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: 'invalid_argument' } } });
    }
    expect(submits()).toBe(before);
  });
});

describe('the command line', () => {
  const run = (...args: string[]) => runProgram(args, { cwd: installation.folder, env });

  test('takes lists as JSON, and reads numbers as tools do', { tags: 'long' }, async () => {
    const shapes = '[{"shape":"ellipse","x":0,"y":0,"width":100,"height":100}]';
    const { code, out, err } = await run(
      'call',
      'make_mask',
      '--image=~/my photo.png',
      '--shapes',
      shapes,
      '--grow',
      '-3',
    );
    expect(code, out + err).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      images: [{ width: 640, mime_type: 'image/png' }],
      open_percent: expect.any(Number) as number,
    });
    const refused = await run('call', 'list_images', '--limit', 'many');
    expect(refused.code).toBe(1);
    expect(refused.out).toContain('must be a number');
  });

  test('keeps the commas of a prompt, so that one is not paid for as two', async () => {
    const prompts = (...args: string[]) => run('call', 'submit_batch', ...args, '--dry-run');
    const one = await prompts('--prompts', 'a red fox, running');
    expect(JSON.parse(one.out), one.err).toMatchObject({ total: 1, will_cost: { operations: 1 } });
    const two = await prompts('--prompts=a red fox, running', '--prompt', 'an owl, asleep');
    expect(JSON.parse(two.out), two.err).toMatchObject({ total: 2, will_cost: { operations: 2 } });
    const printed = await prompts('--prompts', "['a fox', 'an owl']");
    expect({ code: printed.code, err: printed.err }).toEqual({
      code: 2,
      err: expect.stringContaining('--prompts begins as a list, and is no JSON.') as string,
    });
  });

  test('refuses a file in Latin-1 and bytes that are no text, before anything is paid', { tags: 'long' }, async () => {
    const before = submits();
    await writeFile(join(installation.folder, 'latin1.jsonl'), Buffer.from('{"prompt": "caf\xe9"}\n', 'latin1'));
    const file = await run('batch', 'latin1.jsonl');
    expect({ code: file.code, err: file.err }).toEqual({
      code: 1,
      err: expect.stringContaining('This file is not UTF-8 (line 1).') as string,
    });
    const typed = await run('call', 'generate_image', '--prompt', 'caf\ufffd');
    expect({ code: typed.code, err: typed.err }).toEqual({
      code: 2,
      err: expect.stringContaining('not UTF-8') as string,
    });
    expect(submits()).toBe(before);
  });

  test('names the pictures of a folder that are left out', { tags: 'long' }, async () => {
    const folder = join(installation.folder, 'mixed');
    await mkdir(folder);
    await writeFile(join(folder, 'a.png'), await plain(640, 480).png().toBuffer());
    await writeFile(join(folder, 'b.heic'), Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'));
    await writeFile(join(folder, 'c.jfif'), await plain(640, 480).jpeg().toBuffer());
    await writeFile(join(folder, 'notes.txt'), 'the first one is best');
    const arguments_ =
      '{"prompt": "sky", "mask_shapes": [{"shape": "rectangle", "x": 0, "y": 0, "width": 50, "height": 50}]}';
    const { code, out, err } = await run('batch', '--folder=~/mixed', '--json', arguments_, '--no-wait');
    expect(code, out + err).toBe(0);
    expect(err).toContain('b.heic was left out: it is a HEIC picture, as iPhones make them');
    expect(err).toContain('c.jfif was left out: it is a JPEG, but its name does not end in jpg.');
    expect(err).toContain('Left out: notes.txt (no pictures).');
  });
});
