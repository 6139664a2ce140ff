import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../architecture/source-files.ts';
import { OPENING_2025 } from '../bench/start-up.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';

const DIST = join(ROOT, 'dist');
/** What hosts wait for: all of it is read, parsed and run before `tools/list` is answered. */
const START = readFileSync(join(DIST, readdirSync(DIST).find((name) => name.startsWith('start-')) ?? ''));

/** A little over what the chunk has. Where a change needs more, look first at what can load on first use. */
const MOST_BYTES = 740_000;

test('the chunk of a start holds the protocol and its schemas, and no other package', () => {
  const packages = START.toString().matchAll(/^\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm);
  const protocol = ['@modelcontextprotocol/core', '@modelcontextprotocol/server', 'zod'];
  expect([...new Set([...packages].map((match) => match[1] ?? ''))].toSorted()).toEqual(protocol);
});

test('a start loads no module of Node that takes long: no cryptography, no network, no threads', () => {
  const modules = START.toString().matchAll(/^import .*?["']([^."'][^"']*)["'];?$/gm);
  const light = ['fs', 'module', 'os', 'path', 'process', 'stream', 'url', 'util'].map((name) => `node:${name}`);
  expect([...new Set([...modules].map((match) => match[1] ?? ''))].toSorted()).toEqual(light);
});

test('the chunk of a start stays within its size, in characters that Node reads as single bytes', () => {
  expect(START.length).toBeLessThan(MOST_BYTES);
  // One character beyond ASCII, and Node keeps and parses the whole text at two bytes a character.
  expect(START.findIndex((byte) => byte > 127)).toBe(-1);
});

test('a start that answers tools/list makes no function from text', async () => {
  const folder = temporaryFolder('start-chunk-');
  try {
    const count = join(folder, 'count.mjs');
    writeFileSync(
      count,
      `let made = 0;
       const construct = (...given) => (made += 1, Reflect.construct(...given));
       globalThis.Function = new Proxy(Function, { construct });
       new Function('return 1');
       process.on('exit', () => process.stderr.write('made ' + made + '\\n'));`,
    );
    const { stdout, stderr } = await serve(['--import', count, join(DIST, 'main.js'), 'stdio'], folder);
    expect(stdout).toContain('"name":"generate_image"');
    // The one by which the count is known to work.
    expect(stderr).toContain('made 1\n');
  } finally {
    removeFolder(folder);
  }
});

/** Runs the program with the opening of a client as its whole input. */
function serve(args: readonly string[], folder: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const env = { PATH: process.env['PATH'], HOME: folder, FIREFLY_HOME: join(folder, 'home') };
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [...args], { env }, (error, stdout, stderr) =>
      error === null ? resolve({ stdout, stderr }) : reject(error),
    );
    child.stdin?.end(OPENING_2025.map((message) => `${JSON.stringify(message)}\n`).join(''));
  });
}
