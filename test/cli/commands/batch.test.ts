import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import type { Emulator } from '../../../src/emulator/index.ts';
import { TestInstallation } from '../../support/program/test-installation.ts';
import { OutsideWork } from '../../support/clocks/outside-work.ts';
import { SimulatedClock } from '../../support/clocks/simulated-clock.ts';
import { fakeTerminal } from '../fake-terminal.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';

const DAY = 24 * 3_600_000;

/** Arguments of a picture that the emulator draws quickly. */
const SMALL = { model: 'image3', size: '1024x1024' };

let installation: TestInstallation;
let clock: SimulatedClock;
let emulator: Emulator;
let extra: Record<string, string>;
beforeEach(async () => {
  installation = await TestInstallation.create();
  const outside = new OutsideWork();
  installation.onEnd(async () => outside.close());
  clock = new SimulatedClock({ start: Date.now(), outside });
  emulator = await installation.emulator({ draw: drawFlat, clock, latencyMs: 4_000 });
  extra = {};
});
afterEach(() => installation.end());

/** Starts the command in this process, in simulated time. `err` and `out` are its output. */
function begin(...args: readonly string[]) {
  const env = installation.environment(emulator, { FIREFLY_LOG_LEVEL: 'error', ...extra });
  const terminal = fakeTerminal(args, { env, cwd: installation.folder, home: installation.folder, clock });
  return { terminal, ended: clock.run(main(terminal), Infinity).then((code) => ({ code, ...terminal.output })) };
}
const run = (...args: readonly string[]) => begin(...args).ended;
const sent = () => emulator.control.submits();
const submitted = (count: number) => clock.until(() => sent().length >= count);
const lines = (name: string, prompts: readonly string[]) =>
  writeFile(join(installation.folder, name), prompts.map((prompt) => JSON.stringify({ prompt, ...SMALL })).join('\n'));
const chairs = (count: number) => Array.from({ length: count }, (_, n) => `chair ${n + 1}`);

describe('the batch command', () => {
  test('refuses a source that does not exist or is a folder, and an unknown id, each with its own message', async () => {
    await mkdir(join(installation.folder, 'staff'));
    expect(await run('batch', 'nothing.jsonl')).toMatchObject({
      code: 2,
      err: expect.stringContaining('nothing.jsonl does not exist'),
    });
    expect(await run('batch', 'staff')).toMatchObject({ code: 2, err: expect.stringContaining('--folder staff') });
    expect(await run('batch', 'batch_zzzz')).toMatchObject({
      code: 2,
      err: expect.stringContaining('neither the id of a batch nor a file'),
    });
  });

  test.each(['nope', 'nope/*.jpg'])('names --folder %s, which does not exist, once and no variable', async (name) => {
    extra = { FIREFLY_LOG_LEVEL: 'warn' };
    const { code, err } = await run('batch', '--folder', name);
    expect(code).toBe(2);
    expect(err).toMatch(/^firefly-mcp: --folder names \S*nope\S*, which does not exist\. See [^\n]*\n$/);
  });

  test('names each missing picture on a line of its own', async () => {
    await writeFile(join(installation.folder, 'x.jsonl'), '{"image":"nope.png","mask":"gone.png","prompt":"x"}');
    const { err } = await run('batch', 'x.jsonl', '--tool', 'fill_image');
    expect(err).toMatch(/^line 1: There is no such file: "nope\.png"\./m);
    expect(err).toMatch(/^Correct them/m);
  });

  test('counts the same items in its progress and in its refusal', async () => {
    await writeFile(join(installation.folder, 'bad.jsonl'), '{"prompt": "a"}\nno json\n{"prompt": ""}\n');
    const { err } = await run('batch', 'bad.jsonl');
    expect(err).toContain('3 of 3 items checked');
    expect(err).toContain('2 of 3 items cannot be made');
  });

  test('that is refused leaves no folder', async () => {
    await writeFile(join(installation.folder, 'bad.jsonl'), '{"prompt": ""}');
    const before = await readdir(installation.folder, { recursive: true });
    const isOther = (name: string) => !name.startsWith('home');
    expect(await run('batch', 'bad.jsonl')).toMatchObject({ code: 1, err: expect.stringContaining('cannot be made') });
    expect(await run('batch', 'bad.jsonl', '--out', 'pictures')).toMatchObject({ code: 1 });
    const after = await readdir(installation.folder, { recursive: true });
    expect(after.filter(isOther)).toEqual(before.filter(isOther));
  });

  test('says before it spends how long the batch will take', { tags: 'long' }, async () => {
    await lines('chairs.jsonl', chairs(9));
    const { err, code } = await run('batch', 'chairs.jsonl');
    expect(code).toBe(0);
    expect(err).toMatch(/9 items, 9 operations \(9 requests\), done in about 2 min.*\n.*stored/);
  });

  test('with --dry-run tells cost, time and sizes, and stores and sends nothing', async () => {
    await lines('chairs.jsonl', chairs(9));
    const { out, code } = await run('batch', 'chairs.jsonl', '--dry-run');
    expect(code).toBe(0);
    expect(out).toMatch(/^Checked only.*9 items would cost 9 operations \(9 requests\), done in about 2 min/);
    expect(out).toContain('1. chair 1: 1 picture of 1024x1024');
    expect(out).toContain('run the command without --dry-run');
    expect(sent()).toEqual([]);
    expect(existsSync(join(installation.folder, 'firefly'))).toBe(false);
    expect((await run('batch', 'chairs.jsonl', '--status')).err).toContain('No batch was made from chairs.jsonl');
    expect(await run('batch', 'batch_zzzz', '--dry-run')).toMatchObject({ code: 2 });
  });

  test(
    'with --demo is kept too: it is stored by one run, made by the next, and shown by a third',
    { tags: 'long' },
    async () => {
      await lines('two.jsonl', chairs(2));
      expect(await run('batch', 'two.jsonl', '--demo', '--no-wait')).toMatchObject({ code: 0 });
      const { out, code } = await run('batch', 'two.jsonl', '--demo');
      expect({ code, done: out.includes('2 of 2 done') }).toEqual({ code: 0, done: true });
      expect((await run('batch', 'two.jsonl', '--demo', '--status')).out).toContain('2 of 2 done');
    },
  );
});

describe('a batch that is interrupted with Ctrl-C', () => {
  test('keeps every finished picture and the manifest, says how to continue, and pays for nothing twice', async () => {
    await lines('chairs.jsonl', chairs(12));
    const first = begin('batch', 'chairs.jsonl', '--out', 'set');
    await submitted(5);
    first.terminal.interrupt();
    const { code, out } = await first.ended;
    expect(code).toBe(130);
    expect(out).toMatch(/Nothing works on it now.*run the same command again/);
    expect(out).not.toMatch(/done in|Estimated|job_status|cancel_job/);
    const folder = join(installation.folder, 'set');
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

describe('a batch that is run again after its end', () => {
  test('restores a deleted file without paying', async () => {
    await lines('chairs.jsonl', chairs(3));
    await run('batch', 'chairs.jsonl', '--out', 'set');
    await rm(join(installation.folder, 'set', '0002.jpg'));
    expect(await run('batch', 'chairs.jsonl')).toMatchObject({ code: 0 });
    expect((await readdir(join(installation.folder, 'set'))).sort()).toEqual([
      '0001.jpg',
      '0002.jpg',
      '0003.jpg',
      'manifest.csv',
      'manifest.json',
    ]);
    expect(sent()).toHaveLength(3);
  });

  test('says where its pictures are when --out names another folder', async () => {
    await lines('chairs.jsonl', chairs(1));
    await run('batch', 'chairs.jsonl', '--out', 'set');
    const { err } = await run('batch', 'chairs.jsonl', '--out', 'other');
    expect(err).toContain(`Its pictures are in ${join(installation.folder, 'set')}`);
    expect(existsSync(join(installation.folder, 'other'))).toBe(false);
  });

  test('is refused after a cancel, and makes only the remaining items with --new-only', { tags: 'long' }, async () => {
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

  test(
    'is refused after a line has changed; --new-only makes the changed items, --new-job all of them',
    { tags: 'long' },
    async () => {
      await lines('chairs.jsonl', chairs(4));
      await run('batch', 'chairs.jsonl', '--out', 'set');
      await lines('chairs.jsonl', ['chair 1', 'a sofa', 'chair 3', 'chair 4', 'a bench']);
      const refused = await run('batch', 'chairs.jsonl', '--out', 'set');
      expect(refused).toMatchObject({ code: 1 });
      expect(refused.err).toMatch(/3 of its 5 items were made before.*--new-only.*--new-job/s);
      expect(sent()).toHaveLength(4);
      const added = await run('batch', 'chairs.jsonl', '--out', 'set', '--new-only');
      expect(added).toMatchObject({ code: 0, out: expect.stringContaining('2 of 2 done') });
      expect(await readdir(join(installation.folder, 'set'))).toContain('0005.jpg');
      expect(sent()).toHaveLength(6);
      expect(await run('batch', 'chairs.jsonl', '--new-only')).toMatchObject({ code: 0 });
      expect(sent()).toHaveLength(6);
      expect(await run('batch', 'chairs.jsonl', '--new-job')).toMatchObject({ code: 0 });
      expect(sent()).toHaveLength(11);
    },
  );
});

describe('a batch of which all items failed', () => {
  const fail = (times: number) =>
    emulator.control.next({ on: 'submit', action: { kind: 'status', status: 400, body: {} } }, times);
  const files = async () => (await readdir(join(installation.folder, 'set'))).toSorted();

  test('is the same batch when the command is run again, with the same manifest and nothing paid', async () => {
    await lines('chairs.jsonl', chairs(2));
    fail(2);
    const first = await run('batch', 'chairs.jsonl', '--out', 'set');
    const [id] = /batch_\w+/.exec(first.out) ?? [];
    expect(await files()).toEqual(['manifest.csv', 'manifest.json']);
    const again = await run('batch', 'chairs.jsonl', '--out', 'set');
    expect(again.err).toContain(`${id} was submitted before`);
    expect(again.out).toContain(`firefly-mcp batch ${id} --retry-failed`);
    expect({ code: again.code, sent: sent().length, files: await files() }).toEqual({
      code: 1,
      sent: 2,
      files: ['manifest.csv', 'manifest.json'],
    });
  });

  test('is followed by a new one where its file was changed, which is said before anything is spent', async () => {
    await lines('chairs.jsonl', chairs(2));
    fail(2);
    const [id] = /batch_\w+/.exec((await run('batch', 'chairs.jsonl', '--out', 'set')).out) ?? [];
    await lines('chairs.jsonl', ['a sofa', 'a bench']);
    const said = `${id}, the earlier batch from chairs.jsonl, made none of these items: this is a new one.`;
    expect((await run('batch', 'chairs.jsonl', '--dry-run')).out).toContain(said);
    const { code, err } = await run('batch', 'chairs.jsonl', '--out', 'set');
    expect({ code, isSaidFirst: err.indexOf(said) >= 0 && err.indexOf(said) < err.indexOf('is stored') }).toEqual({
      code: 0,
      isSaidFirst: true,
    });
    expect(await files()).toEqual(
      ['0001.jpg', '0002.jpg', 'manifest-2.csv', 'manifest-2.json', 'manifest.csv', 'manifest.json'].toSorted(),
    );
  });
});

describe('a batch that is submitted with --no-wait', () => {
  test('is not started, and is made by jobs --wait, which writes its files', async () => {
    await lines('chairs.jsonl', chairs(2));
    const written = await run('batch', 'chairs.jsonl', '--out', 'set', '--no-wait');
    expect(written).toMatchObject({ code: 0, out: expect.stringContaining('jobs --wait') });
    expect(written.out).toContain('Nothing works on it now');
    const { out } = await run('jobs', '--wait');
    expect(out).toContain('2 of 2 done');
    expect(out).not.toContain('There is no job yet');
    expect(await readdir(join(installation.folder, 'set'))).toContain('0002.jpg');
  });
});

describe('the spending of a batch', () => {
  test(
    'that exceeds the daily budget is announced before it starts, and continues on the next days without a failure',
    { tags: 'long' },
    async () => {
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
      expect(err).toMatch(/7 items, 7 operations \(7 requests\), done in about 2 days.*\n.*budget of 3 .*\n.*stored/);
      expect(code).toBe(0);
      const days = sent().map(({ headAt }) => Math.floor((headAt - begun) / DAY));
      expect(days).toEqual([0, 0, 0, 1, 1, 1, 2]);
    },
  );

  test('is confirmed again before failed items are retried', { tags: 'long' }, async () => {
    emulator.control.next({ on: 'submit', action: { kind: 'status', status: 400, body: {} } });
    await lines('chairs.jsonl', chairs(3));
    await run('batch', 'chairs.jsonl');
    extra = { FIREFLY_CONFIRM: 'always' };
    const refused = await run('batch', 'chairs.jsonl', '--retry-failed');
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('--confirm') });
    expect(sent()).toHaveLength(3);
    const retried = await run('batch', 'chairs.jsonl', '--retry-failed', '--confirm');
    expect(retried).toMatchObject({ code: 0, err: expect.stringContaining('Retrying 1 item.') });
    expect(sent()).toHaveLength(4);
  });

  test('is confirmed once, for the total; without a person to ask it is refused, and --confirm agrees to it', async () => {
    extra = { FIREFLY_CONFIRM: 'over:2' };
    await lines('chairs.jsonl', chairs(3));
    const refused = await run('batch', 'chairs.jsonl');
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('--confirm') });
    expect(refused.err).toContain('3 operations (3 requests)');
    expect(sent()).toEqual([]);
    expect(await run('batch', 'chairs.jsonl', '--confirm')).toMatchObject({ code: 0 });
    expect(sent()).toHaveLength(3);
  });
});
