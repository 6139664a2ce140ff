/** @module-tag long */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../architecture/source-files.ts';
import { start, type Running } from '../../support/program/command.ts';
import { MAIN, TestInstallation } from '../../support/program/test-installation.ts';

const EXAMPLES = join(ROOT, 'examples');
const run = promisify(execFile);

let installation: TestInstallation;
let server: Running;
let env: Record<string, string>;

beforeAll(async () => {
  installation = await TestInstallation.create();
  const emulator = await installation.emulator({ latencyMs: 200 });
  env = installation.environment(emulator, { FIREFLY_RPM: '60', FIREFLY_MCP: `${process.execPath} ${MAIN}` });
  server = start(['http', '--port', '0'], { cwd: installation.folder, env });
  const [, url = ''] = await server.shows(/Serving MCP at (\S+),/);
  env['FIREFLY_MCP_URL'] = url;
  env['FIREFLY_MCP_TOKEN'] = readFileSync(join(installation.folder, 'home', 'http-token'), 'utf8').trim();
});
afterAll(async () => {
  server.child.kill('SIGTERM');
  await server.ended;
  await installation.end();
});

/** A folder of its own for an example to run in. */
function folder(name: string): string {
  const path = join(installation.folder, name);
  mkdirSync(path);
  return path;
}

async function runs(program: string, args: readonly string[] = ['--version']): Promise<boolean> {
  return run(program, args).then(
    () => true,
    () => false,
  );
}

/** Whether a file is a picture, by its first bytes. */
function isPicture(path: string): boolean {
  const bytes = readFileSync(path);
  return bytes.subarray(1, 4).toString() === 'PNG' || bytes.readUInt16BE(0) === 0xffd8;
}

test('client.ts draws a picture and saves it', async () => {
  const cwd = folder('typescript');
  // What Node does from version 22.18 on by itself. Beside the examples' own packages, so that they are found.
  const build = await rolldown({ input: join(EXAMPLES, 'client.ts'), platform: 'node' });
  await build.write({ file: join(cwd, 'client.mjs'), format: 'esm', codeSplitting: false });
  const { stdout } = await run(process.execPath, [join(cwd, 'client.mjs'), 'a red chair'], { cwd, env });
  expect(isPicture(join(cwd, stdout.trim()))).toBe(true);
});

test('client.py draws a picture and saves it', async ({ skip }) => {
  if (!(await runs('python3'))) skip('Python is not installed here.');
  const cwd = folder('python');
  const { stdout } = await run('python3', [join(EXAMPLES, 'client.py'), 'a blue chair'], { cwd, env });
  expect(isPicture(join(cwd, stdout.trim()))).toBe(true);
});

test('curl.sh asks for the state of things', async ({ skip }) => {
  if (!(await runs('curl'))) skip('curl is not installed here.');
  const { stdout } = await run('sh', [join(EXAMPLES, 'curl.sh'), 'list_images', '{"limit": 1}'], { env });
  expect(JSON.parse(stdout)).toMatchObject({ id: 1, result: { structuredContent: { images: expect.any(Array) } } });
});

test.for([
  ['a tool that does not exist', 'no_tool', '{}', /no tool/],
  ['a call that a tool refuses', 'generate_image', '{"prompt": ""}', /"isError":true/],
] as const)('curl.sh prints the answer to %s and ends with 1', async ([, tool, args, words], { skip }) => {
  if (!(await runs('curl'))) skip('curl is not installed here.');
  const ended = await run('sh', [join(EXAMPLES, 'curl.sh'), tool, args], { env }).catch((error: unknown) => error);
  expect(ended).toMatchObject({ code: expect.any(Number), stdout: expect.stringMatching(words) });
});

test('draw.sh draws a picture and a wider one', async ({ skip }) => {
  if (!(await runs('sh', ['-c', 'true']))) skip('There is no POSIX shell here.');
  const cwd = folder('shell');
  const out = { ...env, FIREFLY_OUTPUT_DIR: cwd };
  await run('sh', [join(EXAMPLES, 'draw.sh'), 'a green chair', 'pictures/chair'], { cwd, env: out });
  const saved = readdirSync(join(cwd, 'pictures'));
  expect(saved.toSorted()).toEqual(['chair-wide.png', 'chair.png']);
  expect(saved.every((file) => isPicture(join(cwd, 'pictures', file)))).toBe(true);
});

test('draw.sh draws with the emulator, and prints the answer of a call that fails', async ({ skip }) => {
  if (!(await runs('sh', ['-c', 'true']))) skip('There is no POSIX shell here.');
  const cwd = folder('shell-demo');
  const out = { ...env, FIREFLY_OUTPUT_DIR: cwd, FIREFLY_HOME: join(cwd, 'home') };
  const script = join(EXAMPLES, 'draw.sh');
  await run('sh', [script, 'a green chair', 'chair', '--demo'], { cwd, env: out });
  expect(readdirSync(join(cwd, 'firefly')).toSorted()).toEqual(['chair-wide.png', 'chair.png']);
  const bare = { PATH: env['PATH'], HOME: cwd, FIREFLY_HOME: out.FIREFLY_HOME, FIREFLY_MCP: env['FIREFLY_MCP'] };
  const failed = run('sh', [script], { cwd, env: bare });
  await expect(failed).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('FIREFLY_CLIENT_ID'),
  });
});

test('prompts.jsonl is a batch', async () => {
  const cwd = folder('batch');
  const args = [MAIN, 'batch', join(EXAMPLES, 'prompts.jsonl'), '--out', join(cwd, 'out')];
  await run(process.execPath, args, { cwd, env: { ...env, FIREFLY_OUTPUT_DIR: cwd } });
  expect(readdirSync(join(cwd, 'out')).filter((file) => isPicture(join(cwd, 'out', file)))).toHaveLength(3);
});
