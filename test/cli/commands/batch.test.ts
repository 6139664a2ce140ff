import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { startEmulator, type Emulator } from '../../../src/emulator/index.ts';
import { TestInstallation } from '../../support/program/test-installation.ts';
import { OutsideWork } from '../../support/clocks/outside-work.ts';
import { SimulatedClock } from '../../support/clocks/simulated-clock.ts';
import { fakeTerminal } from '../fake-terminal.ts';

const DAY = 24 * 3_600_000;

/** Drawn in no time. */
const SMALL = { model: 'image3', size: '1024x1024' };

let stage: TestInstallation;
let clock: SimulatedClock;
let emulator: Emulator;
let extra: Record<string, string>;
beforeEach(async () => {
  stage = await TestInstallation.create();
  const outside = new OutsideWork();
  stage.onEnd(async () => outside.close());
  clock = new SimulatedClock({ start: Date.now(), outside });
  emulator = await startEmulator({ clock, latencyMs: 4_000 });
  stage.onEnd(() => emulator.close());
  extra = {};
});
afterEach(() => stage.end());

/** The command in this process, in simulated time; `err` and `out` are what a person reads. */
function begin(...args: readonly string[]) {
  const env = stage.environment(emulator, { FIREFLY_LOG_LEVEL: 'error', ...extra });
  const terminal = fakeTerminal(args, { env, cwd: stage.folder, home: stage.folder, clock });
  return { terminal, ended: clock.run(main(terminal), Infinity).then((code) => ({ code, ...terminal.output })) };
}
const run = (...args: readonly string[]) => begin(...args).ended;
const sent = () => emulator.control.submits();
const submitted = (count: number) => clock.until(() => sent().length >= count);
const lines = (name: string, prompts: readonly string[]) =>
  writeFile(join(stage.folder, name), prompts.map((prompt) => JSON.stringify({ prompt, ...SMALL })).join('\n'));
const chairs = (count: number) => Array.from({ length: count }, (_, n) => `chair ${n + 1}`);

describe('what the batch command says', () => {
  it('of a source that is not there, or a folder, or an id that is none', async () => {
    await mkdir(join(stage.folder, 'staff'));
    expect(await run('batch', 'nothing.jsonl')).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no nothing.jsonl'),
    });
    expect(await run('batch', 'staff')).toMatchObject({ code: 2, err: expect.stringContaining('--folder staff') });
    expect(await run('batch', 'batch_zzzz')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no id of a batch'),
    });
  });

  it('of a file that is missing: which one, on a line of its own', async () => {
    await writeFile(join(stage.folder, 'x.jsonl'), '{"image":"nope.png","mask":"gone.png","prompt":"x"}');
    const { err } = await run('batch', 'x.jsonl', '--tool', 'fill_image');
    expect(err).toMatch(/^line 1: "nope\.png": There is no such file\./m);
    expect(err).toMatch(/^Correct them/m);
  });

  it('before anything is spent: how long it will take', async () => {
    await lines('chairs.jsonl', chairs(9));
    const { err, code } = await run('batch', 'chairs.jsonl');
    expect(code).toBe(0);
    expect(err).toMatch(/9 paid requests, done in about 2 min.*\n.*written down/);
  });

  it('of --demo: that its batches end with it', async () => {
    await lines('two.jsonl', chairs(2));
    const { err, code } = await run('batch', 'two.jsonl', '--demo');
    expect(code).toBe(0);
    expect(err).toContain('cannot be resumed');
    for (const flag of ['--no-wait', '--status', '--retry-failed']) {
      expect(await run('batch', 'two.jsonl', '--demo', flag)).toMatchObject({ code: 2 });
    }
  });
});

describe('Ctrl-C', () => {
  it('leaves every finished picture and the manifest, and says how to go on', async () => {
    await lines('chairs.jsonl', chairs(12));
    const first = begin('batch', 'chairs.jsonl', '--out', 'set');
    await submitted(5);
    first.terminal.interrupt();
    const { code, out } = await first.ended;
    expect(code).toBe(130);
    expect(out).toMatch(/Nothing works on it now.*run the same command again/);
    expect(out).not.toMatch(/done in|Estimated|job_status|cancel_job/);
    const folder = join(stage.folder, 'set');
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
      items: { state: string; images: { file: string }[] }[];
    };
    const made = manifest.items.filter(({ state }) => state === 'succeeded');
    expect(made.length).toBeGreaterThanOrEqual(4);
    for (const { images } of made) expect(existsSync(join(folder, images[0]?.file ?? 'none'))).toBe(true);
    expect(manifest.items).toHaveLength(12);
    const second = await run('batch', 'chairs.jsonl');
    expect(second).toMatchObject({ code: 0, out: expect.stringContaining('All pictures are saved') });
    expect(sent()).toHaveLength(12);
  });
});

describe('run again after the end', () => {
  it('puts back a file that was deleted, without paying', async () => {
    await lines('chairs.jsonl', chairs(3));
    await run('batch', 'chairs.jsonl', '--out', 'set');
    await rm(join(stage.folder, 'set', '0002.jpg'));
    expect(await run('batch', 'chairs.jsonl')).toMatchObject({ code: 0 });
    expect((await readdir(join(stage.folder, 'set'))).sort()).toEqual([
      '0001.jpg',
      '0002.jpg',
      '0003.jpg',
      'manifest.csv',
      'manifest.json',
    ]);
    expect(sent()).toHaveLength(3);
  });

  it('says where the pictures went when another folder is named', async () => {
    await lines('chairs.jsonl', chairs(1));
    await run('batch', 'chairs.jsonl', '--out', 'set');
    const { err } = await run('batch', 'chairs.jsonl', '--out', 'other');
    expect(err).toContain(`Its pictures are in ${join(stage.folder, 'set')}`);
    expect(existsSync(join(stage.folder, 'other'))).toBe(false);
  });

  it('after a cancel pays for nothing twice: it tells how it stands, and makes the rest where asked', async () => {
    await lines('chairs.jsonl', chairs(8));
    const first = begin('batch', 'chairs.jsonl');
    await submitted(4);
    await clock.sleep(20_000);
    const cancelled = await run('batch', 'chairs.jsonl', '--cancel');
    expect(cancelled.out).toContain('--new-only');
    await first.ended;
    const status = await run('batch', 'chairs.jsonl', '--status');
    expect(status.out).toMatch(/cancelled/);
    const refused = await run('batch', 'chairs.jsonl');
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('--new-only') });
    const before = sent().length;
    expect((await run('batch', 'chairs.jsonl', '--new-only')).code).toBe(0);
    expect(sent()).toHaveLength(before + 4);
    expect(new Set(emulator.control.jobs().map(({ prompt }) => prompt)).size).toBe(8);
  });

  it('with a changed line pays for nothing twice unless told to, and makes only the new ones where asked', async () => {
    await lines('chairs.jsonl', chairs(4));
    await run('batch', 'chairs.jsonl', '--out', 'set');
    await lines('chairs.jsonl', ['chair 1', 'a sofa', 'chair 3', 'chair 4', 'a bench']);
    const refused = await run('batch', 'chairs.jsonl', '--out', 'set');
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.err).toMatch(/3 of its 5 items were made before.*--new-only.*--new-job/s);
    expect(sent()).toHaveLength(4);
    const added = await run('batch', 'chairs.jsonl', '--out', 'set', '--new-only');
    expect(added).toMatchObject({ code: 0, out: expect.stringContaining('2 of 2 done') });
    expect(await readdir(join(stage.folder, 'set'))).toContain('0005.jpg');
    expect(sent()).toHaveLength(6);
    expect(await run('batch', 'chairs.jsonl', '--new-only')).toMatchObject({ code: 0 });
    expect(sent()).toHaveLength(6);
    expect(await run('batch', 'chairs.jsonl', '--new-job')).toMatchObject({ code: 0 });
    expect(sent()).toHaveLength(11);
  });
});

describe('later', () => {
  it('--no-wait says that nothing works on it yet; jobs --wait does it, and writes its files', async () => {
    await lines('chairs.jsonl', chairs(2));
    const written = await run('batch', 'chairs.jsonl', '--out', 'set', '--no-wait');
    expect(written).toMatchObject({ code: 0, out: expect.stringContaining('jobs --wait') });
    expect(written.out).toContain('Nothing works on it now');
    const { out } = await run('jobs', '--wait');
    expect(out).toContain('2 of 2 done');
    expect(out).not.toContain('There is no job yet');
    expect(await readdir(join(stage.folder, 'set'))).toContain('0002.jpg');
  });
});

describe('money', () => {
  it('a budget smaller than the batch is said before it starts; the rest goes on the next day, and nothing fails', async () => {
    extra = { FIREFLY_DAILY_BUDGET: '3' };
    await lines('chairs.jsonl', chairs(7));
    const begun = clock.now();
    const whole = begin('batch', 'chairs.jsonl');
    for (const day of [1, 2]) {
      await submitted(3 * day);
      await clock.sleep(60_000);
      clock.jump(begun + day * DAY - clock.now());
    }
    const { code, err } = await whole.ended;
    expect(err).toMatch(/7 paid requests, done in about 2 days.*\n.*budget of 3 .*\n.*written down/);
    expect(code).toBe(0);
    const days = sent().map(({ headAt }) => Math.floor((headAt - begun) / DAY));
    expect(days).toEqual([0, 0, 0, 1, 1, 1, 2]);
  });

  it('is asked for again before failed items are tried again, which cancelled ones are not', async () => {
    emulator.control.next({ on: 'submit', action: { kind: 'status', status: 400, body: {} } });
    await lines('chairs.jsonl', chairs(3));
    await run('batch', 'chairs.jsonl');
    extra = { FIREFLY_CONFIRM: 'always' };
    const refused = await run('batch', 'chairs.jsonl', '--retry-failed');
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('--confirm') });
    expect(sent()).toHaveLength(3);
    const retried = await run('batch', 'chairs.jsonl', '--retry-failed', '--confirm');
    expect(retried).toMatchObject({ code: 0, err: expect.stringContaining('1 item to be tried again') });
    expect(sent()).toHaveLength(4);
  });

  it('is asked for once, with the total; nobody to ask means no, and --confirm means yes', async () => {
    extra = { FIREFLY_CONFIRM: 'over:2' };
    await lines('chairs.jsonl', chairs(3));
    const refused = await run('batch', 'chairs.jsonl');
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('--confirm') });
    expect(refused.err).toContain('3 paid requests');
    expect(sent()).toEqual([]);
    expect(await run('batch', 'chairs.jsonl', '--confirm')).toMatchObject({ code: 0 });
    expect(sent()).toHaveLength(3);
  });
});
