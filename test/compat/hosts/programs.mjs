// @ts-check
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));

/** Packages whose install scripts only move the program of this platform to its place; else the script of `bin` is run. */
const NATIVE = new Map([
  ['claude-code', ['@anthropic-ai/claude-code', 'claude']],
  ['opencode', ['opencode', 'bin/opencode']],
]);

/**
 * What starts a client that is installed in its folder here.
 * @param {string} id
 * @returns {readonly string[]} program and first arguments
 */
export function programOf(id) {
  const modules = path.join(HERE, id, 'node_modules');
  const [name, file = ''] = NATIVE.get(id) ?? [];
  if (name !== undefined) return [path.join(modules, `${name}-${process.platform}-${process.arch}`, file)];
  const { dependencies } = JSON.parse(readFileSync(path.join(HERE, id, 'package.json'), 'utf8'));
  const folder = path.join(modules, Object.keys(dependencies)[0] ?? '');
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return [process.execPath, path.join(folder, typeof bin === 'string' ? bin : String(Object.values(bin)[0]))];
}
