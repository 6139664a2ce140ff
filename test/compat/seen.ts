import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPAT } from './nodes.ts';
import type { Transport } from './stage.ts';

/** What was seen of a client over one transport; one row of the table in docs/hosts.md. */
export interface Seen {
  /** Of the protocol. */
  readonly revision: string;
  readonly progress: string;
  /** Kinds of content that the result of a picture came with. */
  readonly result: string;
  /** Media type of the original, where the client reads resources. */
  readonly original: string;
  readonly cancel: string;
}

/** What was seen of the client of that folder, by transport. */
export function readSeen(folder: string): Partial<Record<Transport, Seen>> {
  const file = join(folder, 'seen.json');
  return JSON.parse(existsSync(file) ? readFileSync(file, 'utf8') : '{}') as Partial<Record<Transport, Seen>>;
}

/** With UPDATE=1 writes down what was seen now. */
export function rewriteSeen(folder: string, transport: Transport, seen: Seen): void {
  if (process.env['UPDATE'] !== '1') return;
  const all = { ...readSeen(folder), [transport]: seen };
  writeFileSync(join(folder, 'seen.json'), `${JSON.stringify(all, null, 2)}\n`);
}

/** Names of the clients in that folder, each a folder with what it installs. */
export function clientsIn(folder: string): readonly string[] {
  const names = readdirSync(join(COMPAT, folder));
  return names.filter((name) => existsSync(join(COMPAT, folder, name, 'package.json'))).toSorted();
}

/** Name and version of the package that a client is: the first one that its folder depends on. */
export function packageOf(folder: string): string {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return (Object.entries(dependencies)[0] ?? []).join(' ');
}

/** The table of docs/hosts.md: one row for each client and transport. */
export function driverTable(): string {
  const rows = clientsIn('drivers').flatMap((name) => {
    const folder = join(COMPAT, 'drivers', name);
    return Object.entries(readSeen(folder)).map(
      ([transport, { revision, progress, result, original, cancel }]) =>
        `| \`${packageOf(folder)}\` | ${transport} | ${revision} | ${progress} | ${result} | ${original} | ${cancel} |`,
    );
  });
  const heads = ['client', 'transport', 'revision', 'progress', 'result of `generate_image`', 'original', 'cancel'];
  return [`| ${heads.join(' | ')} |`, '|---'.repeat(heads.length) + '|', ...rows].join('\n');
}
