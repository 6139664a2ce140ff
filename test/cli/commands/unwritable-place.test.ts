import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import type { Emulator } from '../../../src/emulator/index.ts';
import { OutsideWork } from '../../support/clocks/outside-work.ts';
import { SimulatedClock } from '../../support/clocks/simulated-clock.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';
import { TestInstallation } from '../../support/program/test-installation.ts';
import { fakeTerminal } from '../fake-terminal.ts';

let installation: TestInstallation;
let clock: SimulatedClock;
let emulator: Emulator;
beforeEach(async () => {
  installation = await TestInstallation.create();
  const outside = new OutsideWork();
  installation.onEnd(async () => outside.close());
  clock = new SimulatedClock({ start: Date.now(), outside });
  emulator = await installation.emulator({ draw: drawFlat, clock, latencyMs: 4_000 });
});
afterEach(() => installation.end());

function begin(args: readonly string[], extra: Record<string, string> = {}) {
  const { folder } = installation;
  const env = installation.environment(emulator, { FIREFLY_LOG_LEVEL: 'error', ...extra });
  const terminal = fakeTerminal(args, { env, cwd: folder, home: folder, clock });
  return { terminal, ended: clock.run(main(terminal), Infinity).then((code) => ({ code, ...terminal.output })) };
}
const run = (args: readonly string[], extra?: Record<string, string>) => begin(args, extra).ended;
const at = (...names: readonly string[]) => join(installation.folder, ...names);
const sent = () => emulator.control.submits();
/** What the program has left beside its own data. */
const left = () =>
  readdirSync(installation.folder, { recursive: true }).filter((name) => !String(name).startsWith('home'));

const CALL = ['call', 'generate_image', '--prompt', 'a fox', '--model', 'image3', '--size', '1024x1024'];
const BATCH = ['batch', 'two.jsonl', '--common', '{"model": "image3", "size": "1024x1024"}'];
/** Every way in which the command line says where pictures go, into `place` in the output folder or as a folder. */
const WAYS: Readonly<Record<string, (place: string) => readonly string[]>> = {
  'call --save': (place) => [...CALL, '--save', `${place}/fox.png`],
  'call --save_as': (place) => [...CALL, '--save_as', `${place}/fox.png`],
  'call --save_as --dry_run': (place) => [...CALL, '--save_as', `${place}/fox.png`, '--dry_run'],
  'call submit_batch': (place) => ['call', 'submit_batch', '--prompts', '["a", "b"]', '--save_to', place],
  'batch --name': (place) => [...BATCH, '--name', `${place}/{n}`],
  'batch --out': (place) => [...BATCH, '--out', `out/${place}`],
  'batch --dry-run': (place) => [...BATCH, '--out', `out/${place}`, '--dry-run'],
};

describe('a place where no file can be made', () => {
  beforeEach(async () => {
    await writeFile(at('two.jsonl'), '{"prompt": "a"}\n{"prompt": "b"}\n');
    await mkdir(at('out'));
  });

  test.each(Object.entries(WAYS))('is refused by %s before anything is paid or stored', async (_way, args) => {
    await writeFile(at('out', 'taken'), 'a file where a folder is wanted');
    const before = left();
    for (const place of ['taken', 'taken/below']) {
      const { code, out, err } = await run(args(place));
      expect(code).toBe(1);
      expect(out + err).toContain(`A file is in the way of the folder ${at('out', 'taken')}`);
    }
    expect(sent()).toEqual([]);
    expect(left()).toEqual(before);
    expect((await run(['jobs'])).out).not.toMatch(/^(job|batch)_/m);
  });

  // No user can make anything there, root included.
  test.runIf(existsSync('/proc/self'))('is noticed also where its rights do not tell', async () => {
    const { code, err } = await run(WAYS['call --save']!('new'), { FIREFLY_OUTPUT_DIR: '/proc/self/task' });
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringMatching(/the folder \/proc\/\d+\/task/) });
    expect(sent()).toEqual([]);
  });

  test('is no place that is only missing: nothing is made before the picture is', async () => {
    const before = left();
    expect(await run(WAYS['call --save_as --dry_run']!('new/deep'))).toMatchObject({ code: 0 });
    expect(await run(WAYS['batch --dry-run']!('new/deep'))).toMatchObject({ code: 0 });
    expect(left()).toEqual(before);
    const { code, out } = await run(WAYS['call --save']!('new/deep'));
    expect({ code, saved: out.includes(at('out', 'new', 'deep', 'fox.png')) }).toEqual({ code: 0, saved: true });
    expect(readdirSync(at('out', 'new', 'deep'))).toEqual(['fox.png']);
  });

  test('that became one while the picture was made keeps the picture, and the answer says how to save it', async () => {
    const { ended } = begin(WAYS['call --save']!('set'));
    await clock.until(() => sent().length > 0);
    await writeFile(at('out', 'set'), 'a file where a folder is wanted');
    const { code, out, err } = await ended;
    expect(code).toBe(1);
    const { images } = JSON.parse(out) as { images: readonly { image: string; path: string }[] };
    expect(existsSync(images[0]?.path ?? '')).toBe(true);
    const [, way = ''] =
      /The pictures are kept; "firefly-mcp (call save_image [^"]+) NAME" saves them\./.exec(err) ?? [];
    expect(await run([...way.split(' '), 'kept/fox.png'])).toMatchObject({ code: 0 });
    expect(readdirSync(at('out', 'kept'))).toEqual(['fox.png']);
    expect(sent()).toHaveLength(1);
  });

  test('pays no failed item of a batch again', async () => {
    emulator.control.next({ on: 'submit', action: { kind: 'status', status: 400, body: {} } }, 2);
    expect(await run([...BATCH, '--out', 'out/set'])).toMatchObject({ code: 1 });
    expect(sent()).toHaveLength(2);
    await rename(at('out', 'set'), at('out', 'moved'));
    await writeFile(at('out', 'set'), 'a file where a folder is wanted');
    const { code, err } = await run([...BATCH, '--retry-failed']);
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('A file is in the way') });
    expect(sent()).toHaveLength(2);
    await rm(at('out', 'set'));
    expect(await run([...BATCH, '--retry-failed'])).toMatchObject({ code: 0 });
    expect(sent()).toHaveLength(4);
  });
});
