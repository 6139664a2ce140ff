import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { readFile, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../../src/emulator/index.ts';
import { META } from '../../mcp/callers/raw-call.ts';
import { overhear } from '../../support/artefacts.ts';
import { canary } from '../../support/canaries.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';
import { signalledWriting, type WritingPoint } from '../../support/program/changed-program.ts';
import { PROGRAM, start } from '../../support/program/command.ts';
import { TestInstallation } from '../../support/program/test-installation.ts';
import { canTrace } from '../../support/program/strace.ts';

/* A Ctrl-C, the end that a system asks for, or a kill exactly while a file of the person is being written. */

let installation: TestInstallation;
let emulator: Emulator;
beforeAll(async () => {
  installation = await TestInstallation.create();
  emulator = await startEmulator({ draw: drawFlat, clientSecret: canary('secret'), latencyMs: 50, rpm: 600 });
  installation.onEnd(() => emulator.close());
});
afterAll(() => installation.end());

type Env = Record<string, string>;
type Signal = 'SIGINT' | 'SIGTERM' | 'SIGKILL';

/** How a process ended, and what it told before. */
interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly told: string;
}

async function cli(args: readonly string[], env: Env): Promise<Run> {
  const running = start(args, { cwd: installation.folder, env });
  running.child.stdin.end();
  const { code, signal, out, err } = await running.ended;
  return { code, signal, told: out + err };
}

/** One call of a server on stdio, which ends by itself, or with its input once it has answered. */
async function stdio(name: string, input: object, env: Env): Promise<Run> {
  const server = installation.pipe(env);
  const exited = once(server.child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  server.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input, _meta: META } });
  const answer = await Promise.race([server.answer(1), exited.then(() => undefined)]);
  server.child.stdin?.end();
  const [code, signal] = await exited;
  return { code, signal, told: JSON.stringify(answer ?? {}) };
}

const PICTURE = { model: 'image3', size: '1024x1024', wait_seconds: 30 };
const flags = (prompt: string) => ['--model', 'image3', '--size', '1024x1024', '--prompt', prompt];
const NAME = 'set/fox.jpg';

interface Way {
  /** The picture is made before the process that is interrupted, and not by it. */
  readonly isOfEarlier?: boolean;
  /** @param picture handle of the earlier picture, where there is one */
  readonly run: (prompt: string, env: Env, picture: string) => Promise<Run>;
}

/** Every way in which files get into a folder of the person. */
const WAYS = {
  'save_as over stdio': {
    run: (prompt, env) => stdio('generate_image', { ...PICTURE, prompt, save_as: NAME }, env),
  },
  'save_image over stdio': {
    isOfEarlier: true,
    run: (_prompt, env, image) => stdio('save_image', { image, name: NAME }, env),
  },
  'call --save_as': { run: (prompt, env) => cli(['call', 'generate_image', ...flags(prompt), '--save_as', NAME], env) },
  'call --save': { run: (prompt, env) => cli(['call', 'generate_image', ...flags(prompt), '--save', NAME], env) },
  'call show_images --save': {
    isOfEarlier: true,
    run: (_prompt, env, image) => cli(['call', 'show_images', '--image', image, '--save', NAME], env),
  },
  batch: {
    run: (prompt, env) =>
      cli(['batch', '--prompt', prompt, '--out', join(env['FIREFLY_OUTPUT_DIR'] ?? '', 'set')], env),
  },
} as const satisfies Record<string, Way>;
type WayName = keyof typeof WAYS;

/** The data and output folders of one test, and what is in the latter. */
function place(title: string) {
  const env = installation.environment(emulator, { FIREFLY_RPM: '600', FIREFLY_LOG_LEVEL: 'warn' });
  const out = join(installation.folder, `out ${title}`);
  const own = { ...env, FIREFLY_HOME: join(installation.folder, `home ${title}`), FIREFLY_OUTPUT_DIR: out };
  const files = () => {
    const all = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = all.map((entry) => join(entry.parentPath, entry.name));
    const isPart = (path: string) => /^\.firefly-[0-9a-f]{16}\.part$/.test(basename(path));
    const isPicture = (path: string) => path.endsWith('.jpg');
    return {
      parts: paths.filter(isPart),
      pictures: paths.filter(isPicture),
      others: paths.filter((path) => !isPart(path) && !isPicture(path) && !basename(path).startsWith('manifest')),
    };
  };
  return { own, files };
}

/** The handle of a picture that is made now. */
async function made(prompt: string, env: Env): Promise<string> {
  const { told } = await cli(['call', 'generate_image', ...flags(prompt)], env);
  const [, job = ''] = /"job": "(job_\w+)"/.exec(told) ?? [];
  return `${job}#1`;
}

async function expectWhole(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const picture = sharp(await readFile(path), { failOn: 'warning' });
    expect((await picture.raw().toBuffer({ resolveWithObject: true })).info.width).toBeGreaterThan(100);
  }
}
const sent = (prompt: string) =>
  emulator.control.submits().filter(({ json }) => JSON.stringify(json).includes(prompt)).length;

const ways = Object.keys(WAYS) as readonly WayName[];
const CASES: readonly (readonly [WayName, WritingPoint, Signal])[] = [
  ...ways.flatMap((way) => (['SIGINT', 'SIGKILL'] as const).map((signal) => [way, 'half', signal] as const)),
  ['save_as over stdio', 'half', 'SIGTERM'],
  ['batch', 'half', 'SIGTERM'],
  ['save_as over stdio', 'whole', 'SIGKILL'],
  ['save_as over stdio', 'named', 'SIGKILL'],
  ['call --save', 'whole', 'SIGKILL'],
  ['call --save', 'named', 'SIGKILL'],
  ['batch', 'named', 'SIGKILL'],
];

describe.concurrent('a file that is being written', { tags: 'long', timeout: 240_000 }, () => {
  test.each(CASES)(
    'by %s (%s) when %s comes is whole or absent, and written by the same call',
    async (name, point, signal) => {
      const title = `${name} ${point} ${signal}`;
      const prompt = `a fox, ${title}`;
      const { own, files } = place(title);
      const way: Way = WAYS[name];
      const picture = way.isOfEarlier === true ? await made(prompt, own) : '';
      const first = await way.run(prompt, { ...own, ...signalledWriting(point, signal) }, picture);
      const isKilled = signal === 'SIGKILL';
      expect(isKilled ? first.signal : (first.signal ?? 'none'), first.told).toBe(isKilled ? 'SIGKILL' : 'none');
      const left = files();
      expect({ parts: left.parts.length, others: left.others }).toEqual({ parts: isKilled ? 1 : 0, others: [] });
      expect(left.pictures).toHaveLength(isKilled && point !== 'named' ? 0 : 1);
      await expectWhole(left.pictures);

      const again = await way.run(prompt, own, picture);
      expect(again.code, again.told).toBe(0);
      // A client that has its answer asks for another picture by the same call, unless the server ended before it noted that
      // the answer was delivered. A command that was interrupted never notes it.
      const isAnswered = name.endsWith('over stdio') && first.told.includes('"state":"succeeded"');
      expect(isAnswered ? [1, 2] : [1]).toContain(sent(prompt));
      const then = files();
      expect(then.pictures.length, again.told).toBeGreaterThan(0);
      await expectWhole(then.pictures);
      // A kill leaves what another process might still be writing; an hour later nothing is.
      expect(then.parts).toEqual(left.parts);
      if (!isKilled) return;
      for (const path of left.parts) await utimes(path, 1, 1);
      await cli(['call', 'save_image', '--image', 'last', '--name', NAME], own);
      expect(files().parts).toEqual([]);
    },
  );

  test.each(['save_as over stdio', 'save_image over stdio'] as const)(
    'by %s to a disk that is slower than the end waits leaves nothing',
    async (name) => {
      const { own, files } = place(`slow ${name}`);
      const prompt = `a slow fox, ${name}`;
      const way: Way = WAYS[name];
      const picture = way.isOfEarlier === true ? await made(prompt, own) : '';
      const stuck = signalledWriting('half', 'SIGTERM', { isStuck: true });
      const first = await way.run(prompt, { ...own, ...stuck }, picture);
      expect(first.signal, first.told).toBeNull();
      expect(files()).toEqual({ parts: [], pictures: [], others: [] });
      const again = await way.run(prompt, own, picture);
      expect(again.code, again.told).toBe(0);
      expect(sent(prompt)).toBe(1);
      expect(files().pictures).toHaveLength(1);
    },
  );
});

const traces = canTrace();

test.skipIf(!traces)(
  'a file system without hard links gets whole files too, and nothing in it is overwritten',
  { tags: 'long' },
  async () => {
    const { own, files } = place('without links');
    const call = ['call', 'generate_image', ...flags('a fox without links'), '--save_as', NAME, '--new_job'];
    const refuses = ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=link,linkat', '-e', 'inject=link,linkat:error=EPERM'];
    for (const many of [1, 2]) {
      const child = spawn('strace', [...refuses, process.execPath, PROGRAM, ...call], {
        cwd: installation.folder,
        env: own,
      });
      overhear(child, own.FIREFLY_HOME);
      child.stdin.end();
      expect(await once(child, 'close')).toEqual([0, null]);
      const { parts, pictures, others } = files();
      expect({ parts, others, pictures: pictures.length }).toEqual({ parts: [], others: [], pictures: many });
      await expectWhole(pictures);
    }
    expect(
      files()
        .pictures.map((path) => basename(path))
        .sort(),
    ).toEqual(['fox-2.jpg', 'fox.jpg']);
  },
);
