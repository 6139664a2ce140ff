import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf } from './imports.ts';
import { MAY_IMPORT, MAY_IMPORT_IN_JOBS } from './rooms.ts';
import { sourceFiles, type SourceFile } from './source-files.ts';

/** Pages that run in a browser: they may import each other, their framework, and types of what results hold. */
const PAGES = 'src/apps/';
const TYPES_OF_RESULTS = 'src/render/';

/**
 * What each room inside `src/images/subject` may import of the others, besides `types.ts` and `pixels`. Each stage of a fit
 * can be tested and measured alone, and the worker is the only one that knows threads. Files at the top put the rooms
 * together, and the worker alone imports those.
 */
const MAY_IMPORT_IN_SUBJECT: Readonly<Record<string, readonly string[]>> = {
  pixels: [],
  net: [],
  cut: [],
  edges: ['cut'],
  hints: ['cut'],
  person: ['net', 'cut'],
  doubt: ['cut', 'hints'],
  worker: ['net'],
};

/** Imports of a room within `src/images/subject` that point the wrong way. */
function violationsInSubject(file: SourceFile): readonly string[] {
  const roomIn = (path: string) => /^src\/images\/subject\/([^/]+)\//.exec(path)?.[1];
  const room = roomIn(file.path);
  if (room === undefined) return [];
  const allowed = [room, 'pixels', ...(MAY_IMPORT_IN_SUBJECT[room] ?? [])];
  return importsOf(file)
    .filter(({ from }) => from.startsWith('.'))
    .map(({ from }) => posix.join(posix.dirname(file.path), from))
    .filter((target) => target.startsWith('src/images/subject/') && target !== 'src/images/subject/types.ts')
    .filter((target) => {
      const other = roomIn(target);
      return other === undefined ? room !== 'worker' : !allowed.includes(other);
    })
    .map((target) => `${file.path} must not import ${target}`);
}

/** The room inside `src/jobs` of a file; undefined for the files at its top and those elsewhere. */
function roomInJobs(path: string): string | undefined {
  return /^src\/jobs\/([^/]+)\//.exec(path)?.[1];
}

/** Imports within `src/jobs` that point the wrong way. */
function violationsInJobs(file: SourceFile): readonly string[] {
  const room = roomInJobs(file.path);
  if (room === undefined) return [];
  const allowed = MAY_IMPORT_IN_JOBS[room];
  if (!allowed) return [`${file.path} is in no room of the map`];
  return importsOf(file)
    .filter(({ from }) => from.startsWith('.'))
    .map(({ from }) => posix.join(posix.dirname(file.path), from))
    .filter((target) => target.startsWith('src/jobs/'))
    .filter((target) => {
      const other = roomInJobs(target);
      return other !== room && (other === undefined || !allowed.includes(other));
    })
    .map((target) => `${file.path} must not import ${target}`);
}

/** Packages with one door each, so that a swap or an upgrade touches one room. Others may be imported everywhere. */
const DOORS: readonly { readonly package: RegExp; readonly only: RegExp; readonly why: string }[] = [
  {
    package: /^@modelcontextprotocol\/(server|node)\b/,
    only: /^src\/mcp\//,
    why: 'tools and rendering outlive a change of SDK or protocol',
  },
  {
    package: /^@modelcontextprotocol\/client\b/,
    only: /^src\/cli\/demo\//,
    why: 'the client is loaded by the demo alone',
  },
  { package: /^preact\b/, only: /^src\/apps\//, why: 'the program draws no pages' },
  { package: /^undici\b/, only: /^src\/firefly\//, why: 'only this room talks to Adobe' },
  { package: /^sharp\b/, only: /^src\/(images|emulator)\//, why: 'its loaders are blocked in one place, process-wide' },
  {
    package: /^(@photostructure\/sqlite|node:sqlite|pg)\b/,
    only: /^src\/store\//,
    why: 'rooms speak SQL, not a driver',
  },
  {
    package: /^node:(http|https)$/,
    only: /^src\/(mcp\/http\/|emulator\/|cli\/composition\/sign-in\/fetch-json\.ts)/,
    why: 'two rooms listen, none of them asks; the keys of an issuer are asked for by one file',
  },
  {
    package: /^node:(net|tls|dns|dgram|http2)(\/|$)/,
    only: /^src\/(firefly\/|mcp\/http\/|emulator\/http\/|store\/postgres\/)/,
    why: 'no other room opens connections or looks names up',
  },
  {
    package: /^node:child_process$/,
    only: /^src\/(cli\/|images\/worker\/in-process\.ts)/,
    why: 'no tool starts programs; very large pictures are made in processes of this one',
  },
  { package: /^zod\b/, only: /^src\/(?!config\/|cli\/|shared\/|main\.ts)/, why: 'start-up must not load it' },
];

/** Packages whose import costs tens of milliseconds: on first use only, never from a statement at the top. */
const HEAVY = /^(sharp|@photostructure\/sqlite|pg)\b/;

/** Folders whose files are loaded by `import()` only, so that they may import heavy packages at their top. */
const LOADED_LATE = ['src/cli/demo/', 'src/emulator/'];

/** The room that a source file belongs to. */
function roomOf(path: string): string {
  if (path.startsWith('src/firefly/contract/')) return 'firefly/contract';
  const [, first = ''] = path.split('/');
  return first.replace(/\.ts$/, '');
}

/** Every import of a file that the house forbids, as one sentence each. */
function violations(file: SourceFile): readonly string[] {
  const room = roomOf(file.path);
  const allowed = MAY_IMPORT[room];
  if (!allowed) return [`${file.path} is in no room of the map`];
  return importsOf(file).flatMap(({ from, typeOnly, lazy }) => {
    if (from.startsWith('.')) {
      const target = posix.join(posix.dirname(file.path), from);
      // The manifest is data, not a room; so is what it says of installing, for the command that installs.
      if (target === 'package.json') return [];
      if (target === 'packaging/description.mjs' && room === 'cli') return [];
      const other = roomOf(target);
      if (room === 'apps' && typeOnly && target.startsWith(TYPES_OF_RESULTS)) return [];
      if (other !== room && !allowed.includes(other)) return [`${file.path} must not import ${target}`];
      const late = LOADED_LATE.some((folder) => target.startsWith(folder) && !file.path.startsWith(folder));
      return late && !lazy && !typeOnly ? [`${file.path} must load ${target} by import() only`] : [];
    }
    if (file.path.startsWith(PAGES) && !/^preact(\/|$)/.test(from))
      return [`${file.path} must not import ${from}: a page has 200 kB for everything`];
    const door = DOORS.find((entry) => entry.package.test(from));
    const closed = door && !door.only.test(file.path) ? [`${file.path} must not import ${from}: ${door.why}`] : [];
    const heavy = HEAVY.test(from) && !lazy && !typeOnly ? [`${file.path} must load ${from} by import() only`] : [];
    // undici's types describe what the HTTP part hands out; only that part opens connections with it.
    const connects = /^undici\b/.test(from) && !typeOnly && !file.path.startsWith('src/firefly/http/');
    return [...closed, ...heavy, ...(connects ? [`${file.path} must not connect: only src/firefly/http does`] : [])];
  });
}

describe('import arrows', () => {
  test('every file of src keeps them', () => {
    expect(sourceFiles().flatMap(violations)).toEqual([]);
  });

  test('every file of src/jobs keeps those between its rooms', () => {
    expect(sourceFiles().flatMap(violationsInJobs)).toEqual([]);
    const rooms = new Set(sourceFiles().map(({ path }) => roomInJobs(path)));
    expect(Object.keys(MAY_IMPORT_IN_JOBS).filter((room) => !rooms.has(room))).toEqual([]);
  });

  test('every file of src/images/subject keeps those between its rooms', () => {
    expect(sourceFiles().flatMap(violationsInSubject)).toEqual([]);
  });

  test.each([
    ['src/images/subject/net/x.ts', `import { a } from '../person/find.ts';`],
    ['src/images/subject/cut/x.ts', `import type { A } from '../hints/trimap.ts';`],
    ['src/images/subject/edges/x.ts', `import { a } from '../fit-subject.ts';`],
    ['src/images/subject/worker/x.ts', `import { a } from '../cut/cut-out.ts';`],
  ])('the check between the rooms of src/images/subject can fail: %s with %s', (path, text) => {
    expect(violationsInSubject({ path, text })).not.toEqual([]);
  });

  test('src/jobs has at most six files at its top', () => {
    const top = sourceFiles().filter(({ path }) => /^src\/jobs\/[^/]+$/.test(path));
    expect(top.length).toBeLessThanOrEqual(6);
  });

  test.each([
    ['src/jobs/model/x.ts', `import { a } from '../store/sql.ts';`],
    ['src/jobs/store/x.ts', `import type { A } from '../limits/quota.ts';`],
    ['src/jobs/limits/x.ts', `const { a } = await import('../engine/engine.ts');`],
    ['src/jobs/engine/steps/x.ts', `import { a } from '../../batches/batch-queue.ts';`],
    ['src/jobs/engine/x.ts', `import { a } from '../job-queue.ts';`],
    ['src/jobs/unheard/x.ts', ''],
  ])('the check between the rooms of src/jobs can fail: %s with %s', (path, text) => {
    expect(violationsInJobs({ path, text })).not.toEqual([]);
  });

  test('every room of the map has files', () => {
    const rooms = new Set(sourceFiles().map(({ path }) => roomOf(path)));
    expect(Object.keys(MAY_IMPORT).filter((room) => !rooms.has(room))).toEqual([]);
  });

  test.each([
    ['src/shared/x.ts', `import { a } from '../jobs/types.ts';`],
    ['src/emulator/x.ts', `import type { A } from '../firefly/types.ts';`],
    ['src/firefly/contract/x.ts', `export * from '../client.ts';`],
    ['src/tools/x.ts', `const { a } = await import('../mcp/call.ts');`],
    ['src/jobs/x.ts', `import {\n  a,\n  b,\n} from '../render/job.ts';`],
    ['src/mcp/x.ts', `import { resolveConfig } from '../config/resolve.ts';`],
    ['src/tools/x.ts', `import { McpServer } from '@modelcontextprotocol/server';`],
    ['src/mcp/x.ts', `import { Client } from '@modelcontextprotocol/client';`],
    ['src/mcp/x.ts', `import { request } from 'undici';`],
    ['src/firefly/client.ts', `import { request } from 'undici';`],
    ['src/images/x.ts', `import sharp from 'sharp';`],
    ['src/cli/x.ts', `import { z } from 'zod';`],
    ['src/jobs/x.ts', `import { createServer } from 'node:http';`],
    ['src/tools/x.ts', `import { connect } from 'node:net';`],
    ['src/images/x.ts', `import { resolve } from 'node:dns/promises';`],
    ['src/cli/x.ts', `import { startDemoServer } from './demo/server.ts';`],
    ['src/mcp/x.ts', `import { DESCRIPTION } from '../../packaging/description.mjs';`],
    ['src/unheard/x.ts', ''],
    ['src/apps/studio/x.tsx', `import { a } from '../../render/schemas.ts';`],
    ['src/apps/studio/x.tsx', `import type { A } from '../../jobs/model/job-row.ts';`],
    ['src/apps/studio/x.tsx', `import { z } from 'zod';`],
    ['src/cli/x.ts', `import { a } from '../apps/studio/model.ts';`],
    ['src/cli/x.ts', `import { render } from 'preact';`],
  ])('the check can fail: %s with %s', (path, text) => {
    expect(violations({ path, text })).not.toEqual([]);
  });

  test.each([
    ['src/firefly/call.ts', `import type { Dispatcher } from 'undici';`],
    ['src/images/x.ts', `const { default: sharp } = await import('sharp');`],
    ['src/jobs/x.ts', `/** import { a } from '../mcp/call.ts' */`],
    ['src/cli/x.ts', `import { VERSION } from '../../package.json';`],
    ['src/apps/studio/x.tsx', `import type { A } from '../../render/schemas.ts';\nimport { h } from 'preact/hooks';`],
  ])('the check lets pass what is right: %s', (path, text) => {
    expect(violations({ path, text })).toEqual([]);
  });
});
