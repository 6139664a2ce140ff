import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageFacts from '../../package.json' with { type: 'json' };
import { catalogue } from '../../src/mcp/offer/catalogue.ts';
import { ROOT } from '../architecture/source-files.ts';
import { NODES, COMPAT } from './nodes.ts';
import { call, median, msToTools, withServer } from './session.ts';

/** Slowest start of the bundle, against `node dist/main.js`. */
const MOST_TIMES_SLOWER = 1.2;
const ROUNDS = 15;
/** The official tool and library. */
const OFFICIAL = pathToFileURL(join(COMPAT, 'node_modules/@anthropic-ai/mcpb/dist/index.js')).href;

let folder: string;
/** The bundle as the host unpacks it. */
let unpacked: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'firefly-mcpb-'));
  unpacked = join(folder, 'unpacked');
  execFileSync(process.execPath, [join(ROOT, 'packaging/mcpb/build.mjs')], { stdio: 'inherit' });
  const file = join(ROOT, 'release', `${packageFacts.name}-${packageFacts.version}.mcpb`);
  // The official tool, which also validated the manifest when it packed.
  execFileSync(process.execPath, [
    join(COMPAT, 'node_modules/@anthropic-ai/mcpb/dist/cli/cli.js'),
    'unpack',
    file,
    unpacked,
  ]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the host runs, with the answers of a user filled in by the official code. */
async function start(answers: Readonly<Record<string, string | number | boolean | string[]>>, node: string) {
  const manifest = JSON.parse(readFileSync(join(unpacked, 'manifest.json'), 'utf8'));
  // Not a static import, as the types are missing where test/compat is not installed.
  const { getMcpConfigForManifest } = await import(OFFICIAL);
  const config: { args?: string[]; env?: Record<string, string> } = await getMcpConfigForManifest({
    manifest,
    extensionPath: unpacked,
    systemDirs: {},
    userConfig: answers,
    pathSeparator: '/',
  });
  const cwd = mkdtempSync(join(folder, 'run-'));
  const env = { ...config?.env, FIREFLY_HOME: join(cwd, 'home') };
  return { command: node, args: config?.args ?? [], cwd, env };
}

describe('the bundle', () => {
  test('holds no native module, and the licences of what it holds', () => {
    const files = readdirSync(unpacked, { recursive: true }).map(String);
    expect(files.length).toBeGreaterThan(100);
    expect(
      files.filter((file) => /\.(node|dylib|so|dll)(\.|$)/.test(file) && !/\.node\.([cm]?js|wasm)$/.test(file)),
    ).toEqual([]);
    for (const part of [
      'dist/THIRD-PARTY-NOTICES.txt',
      'LICENSE',
      'node_modules/@img/sharp-wasm32/LICENSE',
      'node_modules/@img/sharp-wasm32/README.md',
      'icon.png',
    ]) {
      expect(existsSync(join(unpacked, part))).toBe(true);
    }
    expect(files.some((file) => file.includes('photostructure'))).toBe(false);
  });

  test('lists in its manifest the tools that it serves', async () => {
    const { tools } = JSON.parse(readFileSync(join(unpacked, 'manifest.json'), 'utf8')) as {
      tools: { name: string }[];
    };
    expect(tools.map(({ name }) => name)).toEqual(catalogue.map(({ name }) => name));
  });
});

describe.each(NODES)('the unpacked bundle on $name', ({ path, sqlite }) => {
  test.runIf(sqlite === 'none')('lists its tools, and says at a paid call that this Node has no SQLite', async () => {
    await withServer(await start({ demo: true }, path), async (client) => {
      expect((await client.listTools()).tools).toHaveLength(catalogue.length);
      const answer = await call(client, 'generate_image', { prompt: 'a red chair' });
      expect(answer.isError).toBe(true);
      expect(answer.text).toMatch(/No usable SQLite was found: Node 20\.[\d.]+ brings none\.[\s\S]*update the app/);
    });
  });

  test.skipIf(sqlite === 'none')(
    'serves, draws, masks and edits, and finds pictures in the folders it was given',
    async () => {
      const [output = '', other = ''] = ['one', 'two'].map((name) => mkdtempSync(join(folder, `pictures ${name}`)));
      const begun = await start({ demo: true, roots: [output, other], output_dir: output }, path);
      await withServer(begun, async (client) => {
        const made = await call(client, 'generate_image', { prompt: 'a red chair' });
        expect(made.structured).toMatchObject({ state: 'succeeded', demo: true });
        const shapes = [{ shape: 'ellipse', x: 20, y: 20, width: 30, height: 30 }];
        const mask = await call(client, 'make_mask', { image: 'last', shapes });
        expect(mask.isError).toBe(false);
        const filled = await call(client, 'fill_image', { image: 'last', mask: 'last', prompt: 'a cushion' });
        expect(filled.structured).toMatchObject({ state: 'succeeded' });
        const saved = await call(client, 'save_image', { image: 'last', name: 'chair' });
        expect(saved.isError).toBe(false);
        const file = readdirSync(output, { recursive: true })
          .map(String)
          .find((name) => /chair\.\w+$/.test(name));
        const copy = join(other, 'chair.png');
        cpSync(join(output, file ?? ''), copy);
        const masked = await call(client, 'make_mask', { image: copy, shapes });
        expect(masked.isError).toBe(false);
        // A WAL database has a file of that name while it is open.
        const home = readdirSync(join(begun.cwd, 'home/demo'));
        expect(home.includes('firefly.sqlite-wal')).toBe(sqlite === 'safe');
      });
    },
  );

  test('without any answer of the user starts, and says what is missing', async () => {
    await withServer(await start({}, path), async (client) => {
      const answer = await call(client, 'generate_image', { prompt: 'a red chair' });
      expect(answer.isError).toBe(true);
      expect(answer.text).toMatch(sqlite === 'none' ? /SQLite|credentials/ : /credentials_missing/);
    });
  });
});

test('the bundle lists its tools no later than 1.2 times the time of dist/main.js', async () => {
  const { path } = NODES.find(({ name }) => name === 'node-24') ?? NODES[0]!;
  const bundle = await start({ demo: true }, path);
  // Not the variables of the bundle: its placeholders without an answer are refused outside of it.
  const env = { FIREFLY_HOME: bundle.env.FIREFLY_HOME };
  const plain = { ...bundle, env, args: [join(ROOT, 'dist/main.js'), 'stdio', '--demo'] };
  const times = { bundle: [] as number[], plain: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    times.plain.push(await msToTools(plain));
    times.bundle.push(await msToTools(bundle));
  }
  const [ours, others] = [median(times.bundle), median(times.plain)];
  console.info(
    `To tools/list: bundle ${ours.toFixed(0)} ms, dist/main.js ${others.toFixed(0)} ms, ${(ours / others).toFixed(2)} times.`,
  );
  expect(ours / others).toBeLessThan(MOST_TIMES_SLOWER);
});
