import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageFacts from '../../package.json' with { type: 'json' };
import { DESCRIPTION } from '../../packaging/description.mjs';
import { COMMANDS } from '../../src/cli/commands/registry.ts';
import { npm, pack } from '../pack/tarball.ts';
import { NODES } from './nodes.ts';
import { call, withServer } from './session.ts';

/** Longest time from `npx` in an empty folder, with a warm cache of npm, to the first picture of the emulator. */
const FIRST_PICTURE_MS = 20_000;

let folder: string;
let tarball: string;
let main: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'firefly-compat-'));
  const packed = await pack(folder);
  tarball = join(folder, packed.filename);
  writeFileSync(join(folder, 'package.json'), '{"private": true}');
  await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', tarball], folder);
  main = join(folder, 'node_modules', packageFacts.name, packageFacts.bin['firefly-mcp']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Arguments with which a command runs to its end without Adobe; the others are asked for their help. */
const RUNS: Readonly<Record<string, readonly string[]>> = {
  demo: ['--out', 'tour'],
  call: ['generate_image', '--prompt', 'a red chair', '--demo'],
  batch: ['items.jsonl', '--tool', 'generate_image', '--demo'],
  tools: ['--json'],
  jobs: ['--demo'],
  clean: ['--older-than', '30', '--dry-run', '--demo'],
  doctor: ['--demo'],
};
/** Masks that are found: of people, of a rough outline, and of a box, of the photographs in the package. */
const SUBJECTS: Readonly<Record<string, Record<string, unknown>>> = {
  person: { image: 'portrait.png', select: 'person', for: 'background' },
  outline: {
    image: 'product.png',
    fit: true,
    shapes: [
      {
        shape: 'polygon',
        points: [
          [33, 14],
          [48, 8],
          [64, 15],
          [69, 40],
          [61, 66],
          [47, 78],
          [36, 62],
          [30, 38],
        ],
      },
    ],
    stays: [[60, 72]],
  },
  box: { image: 'product.png', fit: true, shapes: [{ shape: 'rectangle', x: 12, y: 3, width: 78, height: 93 }] },
};
/** What the first version of Node made of each, as SHA-256 of its pixels. */
const masks = new Map<string, string>();

/** Commands that serve until they are ended, and what they say when they do. */
const SERVERS: Readonly<Record<string, { args: readonly string[]; ready: RegExp }>> = {
  http: { args: ['--port', '0', '--demo'], ready: /Serving MCP at http/ },
  studio: { args: ['--demo', '--no-open'], ready: /works once: http/ },
  emulator: { args: [], ready: /http:\/\/127\.0\.0\.1:\d+/ },
};

describe.each(NODES)('the tarball, installed without install scripts, on $name', ({ name, path }) => {
  let work: string;
  let env: Record<string, string>;
  beforeAll(() => {
    work = join(folder, name);
    mkdirSync(work);
    writeFileSync(join(work, 'items.jsonl'), '{"prompt": "a cat"}\n');
    env = {
      PATH: process.env['PATH'] ?? '',
      HOME: work,
      FIREFLY_HOME: join(work, 'home'),
      FIREFLY_OUTPUT_DIR: work,
      // A working directory that is the home folder is no root by itself.
      FIREFLY_ROOTS: work,
    };
  });

  test('serves on stdio, draws, and edits', async () => {
    await withServer({ command: path, args: [main, ...DESCRIPTION.args.demo], cwd: work, env }, async (client) => {
      const made = await call(client, 'generate_image', { prompt: 'a red chair' });
      expect(made.structured).toMatchObject({ state: 'succeeded', demo: true });
      const shapes = [{ shape: 'rectangle', x: 20, y: 20, width: 30, height: 30 }];
      const filled = await call(client, 'fill_image', { image: 'last', prompt: 'a cushion', mask_shapes: shapes });
      expect(filled.structured).toMatchObject({ state: 'succeeded' });
    });
  });

  test('finds the same subjects as every other version, to the byte', async () => {
    for (const picture of ['portrait.png', 'product.png']) {
      copyFileSync(join(folder, 'node_modules', packageFacts.name, 'examples', picture), join(work, picture));
    }
    await withServer({ command: path, args: [main, ...DESCRIPTION.args.demo], cwd: work, env }, async (client) => {
      for (const [subject, shown] of Object.entries(SUBJECTS)) {
        const { structured } = await call(client, 'make_mask', shown);
        expect(structured, subject).toMatchObject({ fit: { confidence: expect.any(String) } });
        const { mask } = structured as { mask: string };
        await call(client, 'save_image', { image: mask, name: `${subject}.png`, folder: '.' });
        const pixels = await sharp(join(work, `${subject}.png`))
          .raw()
          .toBuffer();
        const hash = createHash('sha256').update(pixels).digest('hex');
        if (!masks.has(subject)) masks.set(subject, hash);
        expect(hash, subject).toBe(masks.get(subject));
      }
    });
    expect(new Set(masks.values()).size).toBe(Object.keys(SUBJECTS).length);
  });

  const commands = Object.keys(COMMANDS).filter((command) => command !== 'stdio' && !(command in SERVERS));
  test.each(commands)('runs %s', async (command) => {
    const args = RUNS[command] ?? ['--help'];
    const { stdout } = await promisify(execFile)(path, [main, command, ...args], { cwd: work, env });
    expect(stdout).not.toBe('');
  });

  test.each(Object.entries(SERVERS))('runs %s until it is ended', async (command, { args, ready }) => {
    const child = spawn(path, [main, command, ...args], { cwd: work, env });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
    await expect.poll(() => said, { timeout: 20_000 }).toMatch(ready);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect((await ended)[0]).not.toBeNull();
  });

  test('leaves pictures on disk', () => {
    const tour = readdirSync(join(work, 'tour')).filter((file) => file.endsWith('.png'));
    expect(tour.length).toBeGreaterThan(0);
    expect(
      readFileSync(join(work, 'tour', tour[0] ?? ''))
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
  });
});

test('npx in an empty folder, with a warm cache, comes to a first picture in less than 20 s', async () => {
  const cwd = join(folder, 'empty');
  mkdirSync(cwd);
  // A cache of its own, so that the first run fills it and the second one finds no installation, but all packages.
  const cache = join(folder, 'cache');
  const env = { FIREFLY_HOME: join(cwd, 'home'), FIREFLY_OUTPUT_DIR: cwd, npm_config_cache: cache };
  const args = ['-y', '--prefer-offline', '--package', tarball, DESCRIPTION.bins.server, ...DESCRIPTION.args.demo];
  const picture = async () => {
    const begun = performance.now();
    return withServer({ command: 'npx', args, cwd, env }, async (client) => {
      const made = await call(client, 'generate_image', { prompt: `chair ${begun}` });
      expect(made.structured).toMatchObject({ state: 'succeeded' });
      return performance.now() - begun;
    });
  };
  const cold = await picture();
  rmSync(join(cache, '_npx'), { recursive: true, force: true });
  const ms = await picture();
  console.info(
    `npx to a first picture: ${Math.round(ms)} ms with a warm cache, ${Math.round(cold)} ms with a cold one.`,
  );
  expect(ms).toBeLessThan(FIRST_PICTURE_MS);
});
