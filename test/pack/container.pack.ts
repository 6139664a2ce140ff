import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../architecture/source-files.ts';
import { environmentOf, lastOf, parseCopy, parseDockerfile, type Stage } from '../packaging/dockerfile.ts';
import { overhearClient } from '../support/artefacts.ts';

/*
 * There is no container engine here. The instructions are carried out in empty folders, one for each stage: `COPY` copies,
 * `RUN npm` and `RUN node` run. What needs root (`mkdir` at the top, `chown`) is done by the test for the data folder. On
 * Linux only, since the image is one.
 */

/** The user of Debian without any rights, where the test runs as root. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

let folder: string;
const stages = parseDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
const image = stages.at(-1)!;

const rootOf = (stage: Stage) => join(folder, stage.name ?? 'image');

/** A path of a stage as a path of this machine. */
function placed(stage: Stage, path: string, workdir = '/'): string {
  return join(rootOf(stage), resolve(workdir, path));
}

function carryOut(stage: Stage): void {
  let workdir = '/';
  for (const instruction of stage.instructions) {
    const { name, text } = instruction;
    if (name === 'WORKDIR') {
      workdir = text;
      mkdirSync(placed(stage, workdir), { recursive: true });
    }
    if (name === 'COPY') copy(stage, parseCopy(instruction), workdir);
    if (name !== 'RUN') continue;
    const [program = '', ...args] = text.split(' ');
    if (program === 'mkdir') continue;
    const options = { cwd: placed(stage, workdir), stdio: ['ignore', 'ignore', 'inherit'] as const };
    const npm = process.env['npm_execpath'];
    if (program === 'npm' && npm)
      execFileSync(process.execPath, [npm, ...args, '--prefer-offline'], { ...options, stdio: 'pipe' });
    else execFileSync(program === 'node' ? process.execPath : program, args, { ...options, stdio: 'pipe' });
  }
}

function copy(stage: Stage, { from, sources, target }: ReturnType<typeof parseCopy>, workdir: string): void {
  const origin = from === undefined ? undefined : stages.find(({ name }) => name === from);
  for (const source of sources) {
    const found = origin === undefined ? join(ROOT, source) : placed(origin, source);
    const place = placed(stage, target, workdir);
    // A file goes into a folder that ends in a slash; a folder's content goes into the target.
    const isInto = target.endsWith('/') && !statSync(found).isDirectory();
    mkdirSync(isInto ? place : dirname(place), { recursive: true });
    cpSync(found, isInto ? join(place, basename(source)) : place, { recursive: true, verbatimSymlinks: true });
  }
}

describe.skipIf(process.platform !== 'linux')('the image', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'firefly-image-'));
    // Another user has to reach what is below.
    chmodSync(folder, 0o755);
    for (const stage of stages) carryOut(stage);
  });
  afterAll(() => {
    execFileSync('chmod', ['-R', 'u+w', folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  test('holds the program, what it needs at run time, and neither source nor development dependencies', async () => {
    const app = placed(image, '/app');
    expect((await readdir(app)).toSorted()).toEqual(['LICENSE', 'dist', 'node_modules', 'package.json']);
    const modules = await readdir(join(app, 'node_modules'));
    expect(modules).toEqual(expect.arrayContaining(['pg', 'sharp']));
    expect(modules.filter((name) => ['typescript', 'vitest', 'rolldown', 'zod'].includes(name))).toEqual([]);
  });

  test('serves as a user without rights, on a tree that it cannot write', async () => {
    const data = placed(image, lastOf(image, 'VOLUME') ?? '');
    mkdirSync(data, { recursive: true });
    execFileSync('chmod', ['-R', 'a-w,a+rX', rootOf(image)]);
    chmodSync(data, 0o700);
    if (isRoot) chownSync(data, NOBODY, NOBODY);
    const [, entry = ''] = JSON.parse(lastOf(image, 'ENTRYPOINT') ?? '') as string[];
    const command = JSON.parse(lastOf(image, 'CMD') ?? '') as string[];
    const main = placed(image, entry);
    const settings = Object.entries(environmentOf(image)).map(([name, value]) => [
      name,
      value.startsWith('/') ? placed(image, value) : value,
    ]);
    const run = [process.execPath, main, ...command, '--demo'];
    const drop = isRoot
      ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--no-new-privs']
      : [];
    const [program = '', ...args] = [...drop, ...run];
    const transport = new StdioClientTransport({
      command: program,
      args,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: '/nonexistent',
        ...(Object.fromEntries(settings) as Record<string, string>),
      },
      cwd: placed(image, '/app'),
    });
    const client = new Client({ name: 'container', version: '1.0.0' });
    await client.connect(transport);
    overhearClient(transport);
    try {
      expect((await client.listTools()).tools.length).toBeGreaterThan(5);
      const made = await client.callTool({ name: 'generate_image', arguments: { prompt: 'a red chair' } });
      expect(made).toMatchObject({ structuredContent: { state: 'succeeded' } });
      const saved = await client.callTool({ name: 'save_image', arguments: { image: 'last', name: 'chair' } });
      expect(saved.isError).not.toBe(true);
    } finally {
      await client.close();
    }
    const written = (await readdir(data, { recursive: true })).filter((name) => /chair\.\w+$/.test(name));
    expect(written).toHaveLength(1);
  });
});
