import type { ChildProcess } from 'node:child_process';
import { appendFileSync, closeSync, mkdtempSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import type { Stream } from 'node:stream';
import { afterAll, afterEach, inject } from 'vitest';
import { secretsIn, type SecretKind } from './canaries.ts';

/**
 * Everything that the program wrote while tests ran is searched for their secrets (`reliability.md` A19): files when
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

/** Places where a secret may be: the only ones, each with its reason. */
const ALLOWED: readonly (readonly [secret: SecretKind, place: RegExp, why: string])[] = [
  ['signature', /^file .*\.sqlite(-wal|\.corrupt-\S*)?$/, 'what was paid for must be fetched after a crash'],
  ['signature', /^rows /, 'the same in PostgreSQL'],
  [
    'signature',
    /^(message|output line) .*firefly:\/\/jobs\/job_/,
    'a job’s own resource shows its owner Adobe’s links',
  ],
  ['bearer', /^file .*http-token$/, 'the token’s own file, for this user only'],
  ['bearer', /^output line .*"Authorization": "Bearer /, 'what a client of `firefly-mcp http` is set up with'],
];

const MOST_BYTES = 64 * 2 ** 20;

/** What was found and not yet complained about. */
export const found: string[] = [];
const figures = new Map<Artefact, { count: number; bytes: number }>();
const folders = new Set<string>();
let spentMs = 0;

/** Looks for secrets; where there is one, the test file fails. `name` tells where it came from. */
export function search(
  artefact: Artefact,
  name: string,
  content: string | Uint8Array,
  bearers: readonly string[] = [],
): void {
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

/** An empty folder for one test. What is in it is searched when it is removed, at the latest when its file ends. */
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

/** Searches all that the program says, when it has ended. `home` is where it keeps the token of its HTTP server. */
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

/** Searches every message that this client gets from now on; to be called once it is connected. */
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

function complain(): void {
  const problems = found.splice(0);
  if (problems.length > 0) throw new Error(`Secrets have leaked:\n${problems.join('\n')}`);
}

// Registered before those of the test file, so that they run after them, and see what these removed.
afterEach(complain);
afterAll(() => {
  for (const folder of folders) removeFolder(folder);
  const report = (inject as (key: string) => string | undefined)('searched');
  if (report !== undefined) appendFileSync(report, `${JSON.stringify({ ms: spentMs, figures: [...figures] })}\n`);
  figures.clear();
  spentMs = 0;
  complain();
});
