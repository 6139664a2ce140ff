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

const NOT_OURS = new Set(['node_modules', 'dist', '.git', 'coverage', '.test-tmp', 'firefly', 'firefly-demo']);

/** Every file below a folder, but for what is installed, built, or made by trying the program out. */
export function filesBelow(folder: string): readonly SourceFile[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    // `firefly` is output at the top, but a room below `src`.
    if (entry.isDirectory())
      return NOT_OURS.has(entry.name) && !folder.includes('/') && folder !== 'src' && folder !== 'test'
        ? []
        : filesBelow(path);
    return entry.isFile() ? [{ path, text: readFileSync(join(ROOT, path), 'utf8') }] : [];
  });
}

/** The program's own source. */
export function sourceFiles(): readonly SourceFile[] {
  return filesBelow('src').filter(({ path }) => path.endsWith('.ts'));
}

/** One import or re-export, static or dynamic. */
export interface Import {
  /** As written. */
  readonly from: string;
  /** Only types: gone at run time. */
  readonly typeOnly: boolean;
  /** `import()`. */
  readonly lazy: boolean;
}

const STATIC = /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
const LAZY = /\bimport\(\s*'([^']+)'\s*\)/g;

/** What a file imports. Reads statements as the formatter writes them. */
export function importsOf(file: SourceFile): readonly Import[] {
  const code = withoutComments(file.text);
  const statics = [...code.matchAll(STATIC)].map((match) => ({
    from: match[2] ?? '',
    typeOnly: match[1] !== undefined,
    lazy: false,
  }));
  const lazies = [...code.matchAll(LAZY)].map((match) => ({ from: match[1] ?? '', typeOnly: false, lazy: true }));
  return [...statics, ...lazies];
}

/** The text without lines that are comment, and without what follows ` //` in the others. */
export function withoutComments(text: string): string {
  return text
    .split('\n')
    .map((line) => (/^\s*(\/\/|\/\*|\*)/.test(line) ? '' : line.replace(/\s\/\/\s.*$/, '')))
    .join('\n');
}
