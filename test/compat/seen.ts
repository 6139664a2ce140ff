import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Got } from './model/script.ts';
import { COMPAT } from './nodes.ts';
import type { Transport } from './stage.ts';

/** What was seen of a client over one transport; rows of the tables in docs/hosts.md. Of hosts, what reached the model. */
export interface Seen {
  /** Of the protocol. */
  readonly revision: string;
  readonly progress: string;
  /** Kinds of content that the result of a picture came with. */
  readonly result?: string;
  /** Media type of the original, where the client reads resources. */
  readonly original?: string;
  readonly cancel?: string;
  /** What its model got, by the API of the model. */
  readonly models?: Readonly<Record<string, Got>>;
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

/** Each client of a folder over each transport. */
const seenIn = (folder: string) =>
  clientsIn(folder).flatMap((name) => {
    const path = join(COMPAT, folder, name);
    const rows = Object.entries(readSeen(path)) as [Transport, Seen][];
    return rows.map(([transport, seen]) => ({ ...seen, transport, client: `\`${packageOf(path)}\`` }));
  });

const tableOf = (heads: readonly string[], rows: readonly (readonly (string | undefined)[])[]) =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Of libraries and programs: one row for each transport. */
export function driverTable(): string {
  const heads = ['client', 'transport', 'revision', 'progress', 'result of `generate_image`', 'original', 'cancel'];
  const rows = seenIn('drivers').map((one) => [
    one.client,
    one.transport,
    one.revision,
    one.progress,
    one.result,
    one.original,
    one.cancel,
  ]);
  return tableOf(heads, rows);
}

/** Of hosts and libraries with a model: one row for each transport and API of the model. */
export function modelTable(): string {
  const heads = [
    'host',
    'transport',
    'revision',
    'progress',
    'model’s API',
    '`generate_image`',
    '`show_images`',
    'a refusal',
  ];
  const rows = [...seenIn('hosts'), ...seenIn('drivers')].flatMap((one) =>
    Object.entries(one.models ?? {}).map(([api, { generate_image, show_images, refusal }]) => [
      one.client,
      one.transport,
      one.revision,
      one.progress,
      api,
      generate_image,
      show_images,
      refusal,
    ]),
  );
  return tableOf(heads, rows);
}
