import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { readJsonLines, toItems, type Fault, type GivenItem } from '../../tools/batches/item-input.ts';
import { pictureName } from '../../tools/batches/item-names.ts';
import { digestOf } from '../../tools/batches/batch-submission.ts';
import { UsageError } from '../exit-codes.ts';
import { errorCode } from '../../shared/errors.ts';

/** What a batch is made of, as it was typed. */
export interface SourceOptions {
  readonly file: string | undefined;
  readonly folder: string | undefined;
  readonly tool: string | undefined;
  /** Arguments for every item. */
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly cwd: string;
}

/** A batch, read. */
export interface BatchSource {
  /** What a person calls it. */
  readonly name: string;
  /** Changes with whatever the items are read from. */
  readonly digest: string;
  readonly tool: string;
  readonly items: readonly GivenItem[];
  readonly faults: readonly Fault[];
  /** How files are named where nothing else is said. */
  readonly template: string;
}

const PICTURES: ReadonlySet<string> = new Set(['.jpg', '.jpeg', '.png', '.webp']);

/** Reads JSON lines, or a folder of pictures. @throws UsageError for what cannot be read */
export function readSource(wish: SourceOptions): BatchSource {
  return wish.folder === undefined ? fromFile(wish.file ?? '', wish) : fromFolder(wish.folder, wish);
}

function fromFile(file: string, { tool, defaults, cwd }: SourceOptions): BatchSource {
  const bytes = readable(() => readFileSync(resolve(cwd, file)), file);
  const { items: raw, faults } = readJsonLines(bytes.toString('utf8'));
  const read = toItems(raw, { tool, defaults });
  return {
    name: basename(file),
    digest: digestOf(tool, bytes, JSON.stringify(defaults)),
    tool: read.tool,
    items: read.items,
    faults: [...faults, ...read.faults],
    template: '{item}',
  };
}

/** Each picture of the folder, by name, is the `image` of one item. Folders inside it are not looked into. */
function fromFolder(folder: string, { tool, defaults, cwd }: SourceOptions): BatchSource {
  const path = readable(() => realpathSync(resolve(cwd, folder)), folder);
  const names = readable(() => readdirSync(path), folder)
    .filter((name) => !name.startsWith('.') && PICTURES.has(extname(name).toLowerCase()))
    .sort((a, b) => (a < b ? -1 : 1));
  if (names.length === 0) throw new UsageError(`There is no JPEG, PNG or WebP in ${folder}.`);
  const contents = names.flatMap((name) => [name, readable(() => readFileSync(join(path, name)), name)]);
  const raw = names.map((name, index) => ({
    place: index + 1,
    where: name,
    value: { arguments: { image: join(path, name) } },
  }));
  const named = toItems(raw, { tool: tool ?? 'fill_image', defaults });
  const read = { ...named, items: named.items.map(withOwnName) };
  return {
    name: basename(path),
    digest: digestOf(tool, ...contents, JSON.stringify(defaults)),
    tool: read.tool,
    items: read.items,
    faults: read.faults,
    template: '{file}',
  };
}

/** `{file}` in a text argument is the name of the picture without its ending, so that each has its own mask. */
function withOwnName(item: GivenItem): GivenItem {
  const file = pictureName(item) ?? '';
  const entries = Object.entries(item.arguments).map(
    ([name, value]) =>
      [name, typeof value === 'string' && name !== 'image' ? value.replaceAll('{file}', () => file) : value] as const,
  );
  return { ...item, arguments: Object.fromEntries(entries) };
}

function readable<T>(read: () => T, name: string): T {
  try {
    return read();
  } catch (error) {
    const code = errorCode(error) ?? 'error';
    if (code === 'ENOENT' && name.startsWith('batch_'))
      throw new UsageError(`${name} is no id of a batch, and no file.`);
    if (code === 'ENOENT') throw new UsageError(`There is no ${name} here.`);
    if (code === 'EISDIR') throw new UsageError(`${name} is a folder; --folder ${name} makes an item of each picture.`);
    throw new UsageError(`${name} cannot be read (${code}).`);
  }
}
