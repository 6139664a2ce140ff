import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** One file of the project; `path` counts from its folder and has forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const NOT_OURS = new Set(['dist', 'release', '.git', 'coverage', '.test-tmp', 'firefly', 'firefly-demo']);

/** Every file below a folder, but for what is installed, built, or made by trying the program out. */
export function filesBelow(folder: string): readonly SourceFile[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.name === 'node_modules') return [];
    // `firefly` is output at the top, but a room below `src`.
    const mayHoldOutput = !folder.includes('/') && folder !== 'src' && folder !== 'test';
    if (entry.isDirectory()) return mayHoldOutput && NOT_OURS.has(entry.name) ? [] : filesBelow(path);
    return entry.isFile() ? [{ path, text: readFileSync(join(ROOT, path), 'utf8') }] : [];
  });
}

/** The program's own source, the studio's page included. */
export function sourceFiles(): readonly SourceFile[] {
  return filesBelow('src').filter(({ path }) => /\.tsx?$/.test(path));
}
