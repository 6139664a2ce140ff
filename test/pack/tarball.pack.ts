import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXTERNAL } from '../../build/bundle.mjs';
import packageFacts from '../../package.json' with { type: 'json' };
import { SIZES_OF_VIDEOS } from '../../src/emulator/rules/sizes.ts';
import { measure } from '../../src/images/formats/format.ts';
import { catalogue } from '../../src/mcp/offer/catalogue.ts';
import { overhearClient } from '../support/artefacts.ts';
import { npm, pack } from './tarball.ts';

/**
 * Largest size of the package in bytes, packed and unpacked, without the dependencies. The emulator's clips take 0.33 MB of it, the
 * weights of the net that finds people 0.25 MB, and neither shrinks when packed.
 */
const MAX_PACKED = 2.8e6;
const MAX_UNPACKED = 7e6;
/** A chunk of the program, whose name ends in a hash of its content. */
const CHUNK = /^dist\/[\w.]+(-[\w.]+)*-[\w-]{8}\.js$/;
const MAX_CHUNKS = 280;

let folder: string;
let packed: Awaited<ReturnType<typeof pack>>;
let main: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'firefly-pack-'));
  packed = await pack(folder);
  writeFileSync(join(folder, 'package.json'), '{"private": true}');
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await npm(['install', ...quietly, join(folder, packed.filename)], folder);
  main = join(folder, 'node_modules', packageFacts.name, packageFacts.bin['firefly-mcp']);
  mkdirSync(join(folder, 'work'));
  env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    FIREFLY_HOME: join(folder, 'home'),
    FIREFLY_OUTPUT_DIR: join(folder, 'work'),
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the tarball', () => {
  test('contains the program, its examples, README, CHANGELOG and LICENSE, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    const beside = paths.filter((path) => !/^dist\/[\w.-]+\.c?js$/.test(path));
    expect(beside.toSorted()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/THIRD-PARTY-NOTICES.txt',
      ...SIZES_OF_VIDEOS.map((size) => `dist/clips/${size.join('x')}.mp4`).toSorted(),
      'dist/selfie-segmentation.tflite',
      'dist/studio.html',
      'examples/CREDITS.md',
      'examples/client.py',
      'examples/client.ts',
      'examples/curl.sh',
      'examples/draw.sh',
      'examples/portrait.png',
      'examples/product.png',
      'examples/prompts.jsonl',
      'mcp.json.example',
      'package.json',
    ]);
    const built = paths.filter((path) => path.startsWith('dist/') && !beside.includes(path));
    const fixed = built.filter((path) => !CHUNK.test(path));
    expect(fixed.toSorted()).toEqual([
      'dist/composite-worker.js',
      'dist/json-schema-validator.cjs',
      'dist/main.js',
      'dist/picture-worker.js',
      'dist/subject-worker.js',
    ]);
    // A chunk is named after the module that it begins with.
    expect(built.filter((path) => path.startsWith('dist/start-'))).toHaveLength(1);
    expect(built.length).toBeLessThan(MAX_CHUNKS);
  });

  test('is smaller than 2.8 MB, and than 7 MB unpacked', () => {
    console.info(`Packed ${packed.size} bytes, unpacked ${packed.unpackedSize} bytes, ${packed.files.length} files.`);
    expect(packed.size).toBeLessThan(MAX_PACKED);
    expect(packed.unpackedSize).toBeLessThan(MAX_UNPACKED);
  });

  test('has two names for one program, whose file is executable', () => {
    expect(Object.keys(packageFacts.bin)).toEqual(['firefly-mcp-server', 'firefly-mcp']);
    expect(new Set(Object.values(packageFacts.bin))).toEqual(new Set(['dist/main.js']));
    expect((packed.files.find(({ path }) => path === 'dist/main.js')?.mode ?? 0) & 0o111).toBe(0o111);
    expect(readdirSync(join(folder, 'node_modules/.bin'))).toEqual(
      expect.arrayContaining(['firefly-mcp-server', 'firefly-mcp']),
    );
  });
});

describe('the package, installed into an empty folder without install scripts', () => {
  test('brings its dependencies, and none of the bundled packages', () => {
    const installed = readdirSync(join(folder, 'node_modules'));
    const { dependencies } = packageFacts;
    expect(installed).toEqual(expect.arrayContaining(Object.keys(dependencies)));
    expect(EXTERNAL).toEqual(expect.arrayContaining(Object.keys(dependencies)));
    expect(
      installed.filter((name) => ['zod', 'undici', 'hono', 'ajv', '@modelcontextprotocol'].includes(name)),
    ).toEqual([]);
  });

  test('serves its tools, asks before it spends, and makes a picture with --demo', async () => {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [main, 'stdio', '--demo'],
      env: { ...env, FIREFLY_CONFIRM: 'always' },
      cwd: join(folder, 'work'),
    });
    const client = new Client({ name: 'packed', version: '1.0.0' }, { capabilities: { elicitation: {} } });
    // The answer is validated by the JSON Schema validator, which is a file of its own.
    client.setRequestHandler(ElicitRequestSchema, async () => ({ action: 'accept', content: { spend: true } }));
    await client.connect(transport);
    overhearClient(transport);
    try {
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toEqual(catalogue.map(({ name }) => name));
      const made = await client.callTool({ name: 'generate_image', arguments: { prompt: 'a red chair' } });
      expect(made).toMatchObject({ structuredContent: { state: 'succeeded', demo: true } });
    } finally {
      await client.close();
    }
  });

  test('takes the whole tour of the demo by its link in .bin and leaves pictures of the promised sizes', async () => {
    const cwd = join(folder, 'tour');
    const temporary = join(cwd, 'tmp');
    mkdirSync(temporary, { recursive: true });
    const alone = {
      PATH: env['PATH'] ?? '',
      HOME: join(cwd, 'user'),
      FIREFLY_HOME: join(cwd, 'home'),
      TMPDIR: temporary,
    };
    const started = performance.now();
    // As npx and a global installation start it. On Windows npm writes a script there, which names the file itself.
    const program = process.platform === 'win32' ? main : join(folder, 'node_modules/.bin/firefly-mcp');
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, 'demo'], { cwd, env: alone });
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(stderr + stdout).toContain('The pictures:');
    const names = readdirSync(join(cwd, 'firefly-demo')).toSorted();
    const sizes = names.map((name) => measure(readFileSync(join(cwd, 'firefly-demo', name))));
    expect(sizes.map((size) => ('problem' in size ? size.problem : `${size.width}x${size.height}`)).toSorted()).toEqual(
      ['2048x2048', '2304x1792', '2304x1792', '512x512', '512x512', '720x405'],
    );
    for (const name of names) expect(stdout).toContain(name);
    expect(stdout).toMatch(/mask +a mask that opens \d+ %/);
    expect(stdout).toMatch(/start and cancel +\w+ → cancelled +\d+\.\d/);
    // The temporary data folder is deleted, and nothing else was created.
    expect(readdirSync(temporary)).toEqual([]);
    expect(readdirSync(cwd).toSorted()).toEqual(['firefly-demo', 'tmp']);
  });
});
