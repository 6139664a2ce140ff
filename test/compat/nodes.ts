import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** Folder of the programs that the compatibility tests install. */
export const COMPAT = fileURLToPath(new URL('.', import.meta.url));

/** A version of Node, from its own package. */
export interface Node {
  /** Name of its folder in node_modules. */
  readonly name: string;
  readonly path: string;
  /** What its SQLite is good for: nothing, where there is none; a rollback journal, where it has the WAL-reset bug. */
  readonly sqlite: 'none' | 'older' | 'safe';
}

const node = (name: string, sqlite: Node['sqlite']): Node => ({
  name,
  path: join(COMPAT, 'node_modules', name, 'bin/node'),
  sqlite,
});

/** From the oldest that is promised to the newest. `node-22-old` is 22.15, with SQLite 3.49. */
export const NODES: readonly Node[] = [
  node('node-20', 'none'),
  node('node-22-old', 'older'),
  node('node-22', 'safe'),
  node('node-24', 'safe'),
  node('node-26', 'safe'),
];
