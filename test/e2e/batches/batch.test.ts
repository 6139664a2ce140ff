import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import type { Emulator } from '../../../src/emulator/index.ts';
import { fakeTerminal } from '../../cli/fake-terminal.ts';
import { runProgram, start } from '../../support/program/command.ts';
import { ROOT } from '../../architecture/source-files.ts';
import { TestInstallation } from '../../support/program/test-installation.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';

const ITEMS = 12;

let installation: TestInstallation;
let emulator: Emulator;
let env: Record<string, string>;
beforeEach(async () => {
  installation = await TestInstallation.create();
  emulator = await installation.emulator({ draw: drawFlat, latencyMs: 300, rpm: 60 });
  env = installation.environment(emulator, { FIREFLY_RPM: '60' });
});
afterEach(() => installation.end());

/** Runs a command in this process, which costs no start. */
async function command(...args: string[]) {
  const { folder } = installation;
  const terminal = fakeTerminal(args, { cwd: folder, home: folder, env });
  const code = await main(terminal);
  return { code, ...terminal.output };
}
const run = (...args: string[]) => command('batch', ...args);
const accepted = () => emulator.control.submits().filter(({ status }) => status === 202);

interface Manifest {
  readonly batch: string;
  readonly items: readonly {
    readonly item: string;
    readonly state: string;
    readonly images: readonly { readonly file: string | null }[];
    readonly cost: { readonly operations: number; readonly requests: number };
  }[];
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;
}

async function prompts(): Promise<void> {
  const lines = Array.from({ length: ITEMS }, (_, n) => JSON.stringify({ prompt: `chair number ${n}` }));
  await writeFile(join(installation.folder, 'chairs.jsonl'), lines.join('\n'));
}

describe('firefly-mcp batch', () => {
  test(
    'makes every item once, with all files and the manifest, where it is killed and run again',
    { tags: 'long' },
    async () => {
      await prompts();
      const first = start(['batch', 'chairs.jsonl', '--out', 'set'], { cwd: installation.folder, env });
      first.child.stdin.end();
      // Some pictures are made by then, others are being made.
      await expect.poll(() => accepted().length).toBeGreaterThanOrEqual(4);
      first.child.kill('SIGKILL');
      await first.ended;
      expect(accepted().length).toBeGreaterThanOrEqual(4);

      // The leases of the dead process have not expired.
      expect((await run('chairs.jsonl', '--status')).out).toContain('Nothing works on it now');
      const second = await run('chairs.jsonl', '--out', 'set');
      const folder = join(installation.folder, 'set');
      const { items } = manifestIn(folder);
      expect(items).toHaveLength(ITEMS);
      const unknown = items.filter(({ state }) => state === 'submit_unknown');
      const made = items.filter(({ state }) => state === 'succeeded');
      // A request that was being sent when the process died has an unknown outcome, which is reported and never repeated.
      expect(made.length + unknown.length, second.out + second.err).toBe(ITEMS);
      expect(second.code).toBe(unknown.length === 0 ? 0 : 1);
      expect(accepted().length).toBeLessThanOrEqual(ITEMS);
      const files = made.flatMap(({ images }) => images.map(({ file }) => file ?? 'none'));
      expect(new Set(files).size).toBe(made.length);
      expect(files.every((file) => existsSync(join(folder, file)))).toBe(true);
      expect((await readdir(folder)).sort()).toEqual([...files, 'manifest.csv', 'manifest.json'].sort());

      const before = accepted().length;
      const third = await run('chairs.jsonl', '--out', 'set');
      expect(third.err).toContain('was submitted before');
      expect(accepted()).toHaveLength(before);
      expect((await readdir(folder)).sort()).toEqual([...files, 'manifest.csv', 'manifest.json'].sort());
      const jobs = await command('jobs');
      expect(jobs.out.match(new RegExp(manifestIn(folder).batch, 'g'))).toHaveLength(1);
      expect(jobs.out).toContain('There are no jobs outside of batches.');
    },
  );

  test('reports the faults of a file line by line, and spends nothing', async () => {
    await writeFile(
      join(installation.folder, 'bad.jsonl'),
      '{"prompt":"x"}\n{"prompt":"x","size":"1x1"}\n{"promt":"x"}\n',
    );
    const { code, err, out } = await run('bad.jsonl');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/2 of 3 items cannot be made\.\nline 2: .*\nline 3: /);
    expect(emulator.control.submits()).toEqual([]);
    expect((await run('bad.jsonl', '--status')).code).toBe(2);
  });

  test(
    'keeps the batch at Ctrl-C, and --pause, --status, --cancel and --resume work in another process',
    { tags: 'long' },
    async () => {
      await prompts();
      env['FIREFLY_RPM'] = '4';
      const running = start(['batch', 'chairs.jsonl'], { cwd: installation.folder, env });
      running.child.stdin.end();
      const [, id = ''] = await running.shows(/(batch_[0-9a-z]{26}) is stored/);
      await expect.poll(() => accepted().length).toBeGreaterThanOrEqual(4);
      const paused = await run(id, '--pause');
      expect(paused).toMatchObject({ code: 0 });
      expect(paused.out).toContain('paused');
      running.child.kill('SIGINT');
      const { code, err, out } = await running.ended;
      // The process may have noticed the pause before the signal: it also ends the waiting.
      expect([1, 130]).toContain(code);
      if (code === 130) expect(err + out).toMatch(/run the same command again|--resume/);
      expect((await run('chairs.jsonl', '--status')).out).toContain('paused');
      const cancelled = await run(id, '--cancel');
      expect(cancelled.out).toContain('cancelled');
      expect(accepted()).toHaveLength(4);
      expect((await run(id, '--resume')).code).toBe(1);
    },
  );

  test('sends new requests with --retry-failed, for failed items only', { tags: 'long' }, async () => {
    await writeFile(join(installation.folder, 'two.jsonl'), '{"prompt":"a chair"}\n{"prompt":"a table"}\n');
    emulator.control.next({
      on: 'submit',
      action: { kind: 'status', status: 400, body: { error_code: 'bad_request', message: 'no' } },
    });
    const first = await run('two.jsonl', '--out', 'two');
    expect(first.code, first.out + first.err).toBe(1);
    expect(first.out).toContain('--retry-failed');
    const second = await run('two.jsonl', '--retry-failed');
    expect(second.code, second.out + second.err).toBe(0);
    expect(accepted()).toHaveLength(2);
    expect(manifestIn(join(installation.folder, 'two')).items.map(({ state }) => state)).toEqual([
      'succeeded',
      'succeeded',
    ]);
  });

  test(
    'gives every portrait of a folder a new background, in a file with the portrait’s name',
    { tags: 'long' },
    async () => {
      await mkdir(join(installation.folder, 'staff'));
      for (const name of ['ada.png', 'bea.png', 'cyd.png']) {
        await copyFile(join(ROOT, 'examples', 'portrait.png'), join(installation.folder, 'staff', name));
      }
      const shape = { shape: 'ellipse', x: 25, y: 5, width: 50, height: 95 };
      const json = JSON.stringify({ mask_shapes: [shape], invert_mask: true, prompt: 'a quiet office, soft light' });
      const words = ['batch', '--folder', 'staff', '--json', json, '--out', 'new', '--name', '{file}-office'];
      const { code, out, err } = await runProgram(words, { cwd: installation.folder, env });
      expect(code, out + err).toBe(0);
      const names = await readdir(join(installation.folder, 'new'));
      expect(names.sort()).toEqual([
        'ada-office.png',
        'bea-office.png',
        'cyd-office.png',
        'manifest.csv',
        'manifest.json',
      ]);
      expect(accepted()).toHaveLength(3);
      // The same portrait three times and the masks drawn for it are each uploaded once.
      expect(emulator.control.uploads()).toHaveLength(2);
    },
  );
});
