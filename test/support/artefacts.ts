import type { ChildProcess } from 'node:child_process';
import { appendFileSync, closeSync, mkdtempSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import type { Stream } from 'node:stream';
import { inject } from 'vitest';
import { secretsIn, type SecretKind } from './canaries.ts';

/**
 * Everything that the program wrote while tests ran is searched for their secrets (docs/security.md#secrets): files when
 * their folder is removed, output when its process ends, results and rows where tests get them. A test file that uses
 * any of this fails when a secret was found; a report at the end of the run says how much was searched.
 */
declare module 'vitest' {
  interface ProvidedContext {
    /** The file that takes one line of figures for each test file. */
    searched: string;
  }
}

/** What is searched. */
export const ARTEFACTS = ['file', 'output', 'message', 'result', 'log', 'rows'] as const;
export type Artefact = (typeof ARTEFACTS)[number];

/** The only places that may hold a secret, each with its reason. */
const ALLOWED: readonly (readonly [secret: SecretKind, place: RegExp, why: string])[] = [
  ['signature', /^file .*\.sqlite(-wal|\.corrupt-\S*)?$/, 'what was paid for must be fetched after a crash'],
  ['signature', /^rows /, 'what was paid for must be fetched after a crash, also from PostgreSQL'],
  [
    'signature',
    /^(message|output line) .*firefly:\/\/jobs\/job_/,
    'a job’s own resource shows its owner Adobe’s links',
  ],
  ['canary', /^file .*client-secret(-[a-z-]+)?$/, 'the file in which install keeps the secret, for this user only'],
  ['bearer', /^file .*http-token$/, 'the token’s own file, for this user only'],
  ['bearer', /^output line .*"Authorization": "Bearer /, 'a screen shows what a client is set up with'],
];

const MOST_BYTES = 64 * 2 ** 20;

/** Secrets that were found and not reported yet. */
export const found: string[] = [];
const figures = new Map<Artefact, { count: number; bytes: number }>();
const folders = new Set<string>();
let spentMs = 0;
let isSearching = false;

/** Called by `test/each-file.setup.ts`. */
export function startSearch(): void {
  isSearching = true;
}

/** Searches content for secrets; the test file fails where there is one. `name` says where the content comes from. */
export function search(
  artefact: Artefact,
  name: string,
  content: string | Uint8Array,
  bearers: readonly string[] = [],
): void {
  if (!isSearching) throw new Error('setupFiles of the configuration lacks test/each-file.setup.ts');
  const started = performance.now();
  const sum = figures.get(artefact) ?? { count: 0, bytes: 0 };
  figures.set(artefact, { count: sum.count + 1, bytes: sum.bytes + content.length });
  for (const { kind, text } of secretsIn(content, bearers)) {
    const lines = artefact === 'output' ? leaking(kind, String(content), bearers) : [`${artefact} ${name}`];
    const open = lines.filter((place) => !ALLOWED.some(([secret, where]) => secret === kind && where.test(place)));
    if (open.length > 0) found.push(`${kind} in ${artefact} ${name}: ${JSON.stringify(text)}`);
  }
  spentMs += performance.now() - started;
}

/** Lines of a program's output with a secret of that kind, as places. */
function leaking(kind: SecretKind, text: string, bearers: readonly string[]): readonly string[] {
  const lines = text.split('\n').filter((line) => secretsIn(line, bearers).some((secret) => secret.kind === kind));
  // One that only the whole shows is in no line.
  return lines.length === 0 ? ['output'] : lines.map((line) => `output line ${line}`);
}

/** An empty folder for one test. Its files are searched when it is removed, at the latest at the end of the test file. */
export function temporaryFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  folders.add(folder);
  return folder;
}

/** Searches every file below, and their names, and removes them. */
export function removeFolder(folder: string): void {
  folders.delete(folder);
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const bearers = bearersOf(files);
  search('file', 'names', entries.map(({ name }) => name).join('\n'), bearers);
  for (const file of files) search('file', `${basename(folder)}/${relative(folder, file)}`, contentOf(file), bearers);
  rmSync(folder, { recursive: true, force: true });
}

function bearersOf(files: readonly string[]): readonly string[] {
  return files.filter((file) => basename(file) === 'http-token').map((file) => String(contentOf(file)).trim());
}

/** What a file holds; of a huge one its beginning, of one that has just gone nothing. */
function contentOf(file: string): Buffer {
  try {
    const bytes = Buffer.alloc(Math.min(statSync(file).size, MOST_BYTES));
    const descriptor = openSync(file, 'r');
    const length = readSync(descriptor, bytes);
    closeSync(descriptor);
    return bytes.subarray(0, length);
  } catch {
    return Buffer.alloc(0);
  }
}

/** Searches the output of a program once it has ended. `home` is the folder with the token of its HTTP server. */
export function overhear(child: ChildProcess, home?: string): void {
  const pieces: Buffer[] = [];
  child.stdout?.on('data', (piece: Buffer) => pieces.push(Buffer.from(piece)));
  child.stderr?.on('data', (piece: Buffer) => pieces.push(Buffer.from(piece)));
  const bearers = () => (home === undefined ? [] : bearersOf([join(home, 'http-token')]));
  child.once('close', () => search('output', child.spawnargs.slice(1).join(' '), Buffer.concat(pieces), bearers()));
}

/** What carries JSON-RPC messages to a client, perhaps from a program that it started. */
interface Transport {
  onmessage?: ((message: never, extra?: never) => void) | undefined;
  readonly stderr?: Stream | null;
}

/** Searches every message that a connected client receives from now on. */
export function overhearClient(transport: Transport): void {
  const { onmessage, stderr } = transport;
  transport.onmessage = (message, extra) => {
    const text = JSON.stringify(message);
    search('message', text.slice(0, 500), text);
    onmessage?.(message, extra);
  };
  const pieces: Buffer[] = [];
  stderr?.on('data', (piece: Buffer) => pieces.push(Buffer.from(piece)));
  stderr?.once('close', () => search('output', 'stderr of a client’s server', Buffer.concat(pieces)));
}

/** A sink for the lines of a logger, which are searched as they come. */
export function searchedLines(lines: string[]): (line: string) => void {
  return (line) => {
    lines.push(line);
    search('log', 'line', line);
  };
}

/** @throws Error that names every secret found since the last call */
export function complain(): void {
  const problems = found.splice(0);
  if (problems.length > 0) throw new Error(`Secrets have leaked:\n${problems.join('\n')}`);
}

/** Searches and removes the folders that the test file left, and reports how much was searched. */
export function endSearch(): void {
  for (const folder of folders) removeFolder(folder);
  const report = (inject as (key: string) => string | undefined)('searched');
  const line = `${JSON.stringify({ ms: spentMs, figures: [...figures] })}\n`;
  if (report !== undefined && figures.size > 0) appendFileSync(report, line);
  figures.clear();
  spentMs = 0;
  complain();
}
