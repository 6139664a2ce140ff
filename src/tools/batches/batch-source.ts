import { createHash } from 'node:crypto';
import type { PictureFolder } from '../../images/folders/picture-folder.ts';
import { unquoted } from '../../images/import/path-spellings.ts';
import { Problem } from '../../shared/errors.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { digestOf } from './batch-submission.ts';
import { readBatchFile } from './batch-file.ts';
import { holdsPrompt, ownPrompt } from './items/common-words.ts';
import { toItems } from './items/item-input.ts';
import type { Fault, GivenItem, RawItem } from './items/item.ts';

/** What a batch is made of, as a caller says it: one of `items`, `prompts`, `file` and `folder`. */
export interface SourceArguments {
  /** The paid tool, where the caller names it. */
  readonly tool?: string | undefined;
  /** Arguments for every item that has none of its own. */
  readonly common?: Readonly<Record<string, unknown>> | undefined;
  readonly items?: readonly unknown[] | undefined;
  readonly prompts?: readonly string[] | undefined;
  readonly file?: string | undefined;
  readonly folder?: string | undefined;
}

/** Where files and folders are read from; each throws what its reader throws. */
export interface SourceFiles {
  /** The whole content of a file, in memory. */
  readonly read: (path: string) => Promise<Uint8Array>;
  readonly folder: (path: string) => Promise<PictureFolder>;
}

/** The items that a source describes. */
export interface BatchSource {
  /** Name of the file or folder, for people. */
  readonly name: string;
  /** Hash of everything that the items are read from: equal where a batch is submitted again. */
  readonly digest: string;
  readonly tool: string;
  /** Whether the caller, or an item, names it. */
  readonly isToolNamed: boolean;
  readonly items: readonly GivenItem[];
  readonly faults: readonly Fault[];
  /** Whether it is a file or folder, which can be changed and submitted again. */
  readonly isKept: boolean;
  /** Default template of the output file names. */
  readonly template: string;
  /** Sentences about what is in the folder and is no item. */
  readonly leftOut: readonly string[];
}

/**
 * Reads what a batch is made of. The command line and `submit_batch` read it here, so that one batch is the same batch to
 * both.
 * @throws Problem `invalid_argument` unless there is exactly one source; what `files` throws
 */
export async function readBatchSource(given: SourceArguments, files: SourceFiles): Promise<BatchSource> {
  const { items, prompts, file, folder } = given;
  const sources = Object.entries({ items, prompts, file, folder }).filter(([, value]) => value !== undefined);
  if (sources.length !== 1) throw notOneSource(sources.map(([name]) => name));
  if (prompts !== undefined) requirePlaceForPrompts(given.common);
  if (folder !== undefined) return fromFolder(folder, given, files);
  if (file !== undefined) {
    const bytes = await files.read(file);
    const { items: raw, faults } = readBatchFile(bytes);
    return sourceOf(given, { name: lastName(file), content: [bytes], raw, faults, isKept: true });
  }
  const values = items ?? (prompts ?? []).map((prompt) => ({ prompt }));
  const raw = values.map((value, index) => ({ place: index + 1, where: `item ${index + 1}`, value }));
  const name = items === undefined ? 'a list of prompts' : 'a list of items';
  return sourceOf(given, { name, content: [JSON.stringify(values)], raw, faults: [], isKept: false });
}

/** Each picture of the folder is the `image` of one item, in the order of the names. */
async function fromFolder(folder: string, given: SourceArguments, files: SourceFiles): Promise<BatchSource> {
  const { name, pictures, leftOut } = await files.folder(folder);
  const content: string[] = [];
  const raw: RawItem[] = [];
  const faults: Fault[] = [];
  for (const [index, picture] of pictures.entries()) {
    const at = { place: index + 1, where: picture.name };
    const bytes = await files.read(picture.path).catch(messageOf);
    if (typeof bytes === 'string') {
      faults.push({ ...at, message: bytes });
      continue;
    }
    content.push(picture.name, createHash('sha256').update(bytes).digest('hex'));
    raw.push({ ...at, value: { arguments: { image: picture.path } } });
  }
  const read = sourceOf(given, { name, content, raw, faults, isKept: true }, 'fill_image');
  return { ...read, template: '{file}', leftOut };
}

interface Raw {
  readonly name: string;
  readonly content: readonly (string | Uint8Array)[];
  readonly raw: readonly RawItem[];
  readonly faults: readonly Fault[];
  readonly isKept: boolean;
}

function sourceOf(
  { tool, common = {} }: SourceArguments,
  { name, content, raw, faults, isKept }: Raw,
  usualTool?: string,
): BatchSource {
  const parsed = toItems(raw, { tool: tool ?? usualTool, defaults: common });
  return {
    name,
    digest: digestOf(tool, ...content, JSON.stringify(common)),
    tool: parsed.tool,
    isToolNamed: tool !== undefined || parsed.isToolNamed,
    items: parsed.items,
    faults: [...faults, ...parsed.faults],
    isKept,
    template: '{item}',
    leftOut: [],
  };
}

/**
 * Refuses a common prompt beside prompts of which none is in it: each item has one of its own, so that it would count for
 * nothing, and every picture would lack what it says.
 */
function requirePlaceForPrompts(common: SourceArguments['common']): void {
  const prompt = ownPrompt(common);
  if (prompt === undefined || holdsPrompt(prompt)) return;
  throw invalidArgument(
    'The prompt in common would not be used: each of prompts is the whole prompt of its picture.',
    'Write {prompt} into it where each of prompts belongs, such as "{prompt}, watercolour on white"; or leave it out.',
  );
}

/** What keeps one picture from being read, which is a fault of its item. */
function messageOf(error: unknown): string {
  if (error instanceof Problem && error.actor === 'caller') return error.message;
  throw error;
}

function lastName(path: string): string {
  return unquoted(path).split(/[\\/]/).at(-1) ?? path;
}

function notOneSource(given: readonly string[]) {
  if (given.length === 0) {
    return invalidArgument(
      'A batch needs something to make.',
      'Give prompts, or a folder of pictures with what is done to each in common, or items, or a file.',
    );
  }
  const onAll = given.includes('folder') ? ' For one prompt on every picture of a folder put it into common.' : '';
  return invalidArgument(`${given.join(' and ')} are given; a batch is made of one of them.`, `Give only one.${onAll}`);
}
