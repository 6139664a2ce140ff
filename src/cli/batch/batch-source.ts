import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { pathSpellings } from '../../images/import/path-spellings.ts';
import { errorCode } from '../../shared/errors.ts';
import { digestOf } from '../../tools/batches/batch-submission.ts';
import { readBatchFile } from '../../tools/batches/batch-file.ts';
import { toItems, type Fault, type GivenItem } from '../../tools/batches/item-input.ts';
import { pictureName } from '../../tools/batches/item-names.ts';
import { UsageError } from '../exit-codes.ts';
import { leftOutLines, otherPicture } from './left-out.ts';
import { hashPlainFile, readPlainFile } from './plain-file.ts';

/** The source of a batch as it was typed: `file` or `folder`. */
export interface SourceOptions {
  readonly file: string | undefined;
  readonly folder: string | undefined;
  readonly tool: string | undefined;
  /** Arguments for every item. */
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly cwd: string;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

/** The items that a source describes. */
export interface BatchSource {
  /** Name of the file or folder, for people. */
  readonly name: string;
  /** Hash of everything that the items are read from. */
  readonly digest: string;
  readonly tool: string;
  readonly items: readonly GivenItem[];
  readonly faults: readonly Fault[];
  /** Default template of the output file names. */
  readonly template: string;
  /** Lines about pictures of the folder that are no items, with the reason of each. */
  readonly leftOut: readonly string[];
}

const PICTURES: ReadonlySet<string> = new Set(['.jpg', '.jpeg', '.png', '.webp']);

/**
 * Reads a file of JSON lines, or a folder of pictures.
 * @throws UsageError when the file or folder cannot be read, or the folder has no pictures
 */
export function readSource(options: SourceOptions): BatchSource {
  return options.folder === undefined ? fromFile(options.file ?? '', options) : fromFolder(options.folder, options);
}

function fromFile(file: string, options: SourceOptions): BatchSource {
  const { tool, defaults } = options;
  const bytes = readOrExplain(() => readPlainFile(existingPath(file, options)), file);
  const lines = readBatchFile(bytes);
  const parsed = toItems(lines.items, { tool, defaults });
  return {
    name: basename(file),
    digest: digestOf(tool, bytes, JSON.stringify(defaults)),
    tool: parsed.tool,
    items: parsed.items,
    faults: [...lines.faults, ...parsed.faults],
    template: '{item}',
    leftOut: [],
  };
}

/** Each picture of the folder, in the order of the names, is the `image` of one item. Subfolders are ignored. */
function fromFolder(folder: string, options: SourceOptions): BatchSource {
  const { tool, defaults } = options;
  const path = readOrExplain(() => realpathSync(existingPath(folder, options)), folder);
  const all = readOrExplain(() => readdirSync(path), folder)
    .filter((name) => !name.startsWith('.'))
    .sort((a, b) => (a < b ? -1 : 1));
  const names = all.filter((name) => PICTURES.has(extname(name).toLowerCase()));
  const leftOut = all.filter((name) => !names.includes(name)).flatMap((name) => otherPicture(path, name));
  if (names.length === 0) {
    throw new UsageError([`${folder} has no JPEG, PNG or WebP pictures.`, ...leftOutLines(leftOut)].join(' '));
  }
  const contents = names.flatMap((name) => [name, readOrExplain(() => hashPlainFile(join(path, name)), name)]);
  const raw = names.map((name, index) => ({
    place: index + 1,
    where: name,
    value: { arguments: { image: join(path, name) } },
  }));
  const parsed = toItems(raw, { tool: tool ?? 'fill_image', defaults });
  return {
    name: basename(path),
    digest: digestOf(tool, ...contents, JSON.stringify(defaults)),
    tool: parsed.tool,
    items: parsed.items.map(withFileName),
    faults: parsed.faults,
    template: '{file}',
    leftOut: leftOutLines(leftOut),
  };
}

/** The path that a text of the command line means: shells leave `~` and quotes in `--folder=~/x`. */
export function existingPath(
  text: string,
  { cwd, home, platform }: Pick<SourceOptions, 'cwd' | 'home' | 'platform'>,
): string {
  const paths = pathSpellings(text, { home, windows: platform === 'win32' }).map((path) => resolve(cwd, path));
  return paths.find((path) => existsSync(path)) ?? resolve(cwd, text);
}

/** Replaces `{file}` in text arguments by the picture's name without its extension: each picture can have its own mask. */
function withFileName(item: GivenItem): GivenItem {
  const file = pictureName(item) ?? '';
  const entries = Object.entries(item.arguments).map(
    ([name, value]) =>
      [name, typeof value === 'string' && name !== 'image' ? value.replaceAll('{file}', () => file) : value] as const,
  );
  return { ...item, arguments: Object.fromEntries(entries) };
}

function readOrExplain<T>(read: () => T, name: string): T {
  try {
    return read();
  } catch (error) {
    const code = errorCode(error) ?? 'error';
    if (code === 'ENOENT' && name.startsWith('batch_')) {
      throw new UsageError(`${name} is neither the id of a batch nor a file.`);
    }
    if (code === 'ENOENT') throw new UsageError(`${name} does not exist.`);
    if (code === 'EISDIR') throw new UsageError(`${name} is a folder; use --folder ${name} for its pictures.`);
    if (code === 'EFTYPE' || code === 'ELOOP') {
      throw new UsageError(`${name} is no regular file: links in a folder, pipes and devices are not read.`);
    }
    if (code === 'EFBIG') throw new UsageError(`${name} has more than 64 MiB.`);
    throw new UsageError(`${name} cannot be read (${code}).`);
  }
}
