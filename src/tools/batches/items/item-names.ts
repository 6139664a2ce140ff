import {
  type FileRequestParts,
  joinFileRequest,
  splitFileRequest,
  withoutEndings,
} from '../../../images/conversion/file-request.ts';
import { placeInList, requireTokens } from '../../../images/files/name-template.ts';
import { placeOf } from '../../../images/files/save-place.ts';
import { parseReference } from '../../../images/library/reference.ts';
import { unquoted } from '../../../images/import/path-spellings.ts';
import { endingIn } from '../../../images/media.ts';
import type { GivenItem } from './item.ts';

/** Tokens of batches in addition to those of `save_image`: the name of the item's picture, and the item's id or number. */
const BATCH_TOKENS = ['file', 'item'] as const;

/** An item with what its file names depend on. */
export interface NamedItem extends GivenItem {
  /** Number of its pictures. */
  readonly count: number;
}

/**
 * A name template for each item, its own before that of the batch; tokens whose value a picture decides stay in it. Names
 * are predictable: `{n}` is the place of the item in the batch (01 of 10), which `batch_…#n` means too; the number or id of the item
 * is appended to names that would clash, and a number to those of several pictures of one item.
 * @throws Problem `invalid_argument` for an unknown token
 */
export function itemNames(items: readonly NamedItem[], template: string): readonly string[] {
  const templates = items.map(({ saveAs }) => templateOf(saveAs ?? template));
  for (const { stem } of templates) requireTokens(stem, BATCH_TOKENS);
  const width = Math.max(4, String(items.at(-1)?.place ?? 0).length);
  const called = items.map(({ id, place }) => id ?? String(place).padStart(width, '0'));
  const filled = items.map((item, index) =>
    fill(
      item,
      { called: called[index] ?? '', number: placeInList(index + 1, items.length) },
      templates[index] ?? templateOf(template),
    ),
  );
  const times = new Map<string, number>();
  const known = filled.map((name, index) => clashKey(name, items[index]?.arguments ?? {}));
  for (const name of known) times.set(name, (times.get(name) ?? 0) + 1);
  return filled.map((parts, index) => {
    const clashes = (times.get(known[index] ?? '') ?? 0) > 1 && !/\{(id|job)\}/.test(parts.stem);
    const own = clashes ? `${parts.stem}-${called[index]}` : parts.stem;
    const isNumbered = (items[index]?.count ?? 1) > 1 && !/\{(seed|id)\}/.test(own);
    return joinFileRequest({ ...parts, stem: isNumbered ? `${own}-{n}` : own });
  });
}

/** Name of the file that an item starts from, without folder and ending; undefined for other sources. */
export function pictureName(item: Pick<GivenItem, 'arguments'>): string | undefined {
  return fileOf(item)?.replace(/\.[a-z0-9]{1,5}$/i, '') || undefined;
}

/** Name of the file that an item starts from, without folder; undefined for other sources. */
export function fileOf({ arguments: { image } }: Pick<GivenItem, 'arguments'>): string | undefined {
  if (typeof image !== 'string' || /^(data:|https?:)/i.test(image) || parseReference(image)) return undefined;
  return unquoted(image).split(/[\\/]/).at(-1) || undefined;
}

/** The parts of a template, without its folder: a number is added to the stem. */
function templateOf(text: string): FileRequestParts {
  return splitFileRequest(placeOf(text.trim(), undefined).template);
}

function fill(
  item: NamedItem,
  { called, number }: { readonly called: string; readonly number: string },
  template: FileRequestParts,
): FileRequestParts {
  // Braces of a file's own name are no tokens.
  const plain = (text: string) => withoutEndings(text.replace(/[{}]/g, ''));
  const stem = template.stem
    .replaceAll('{n}', number)
    .replaceAll('{file}', () => plain(pictureName(item) ?? called))
    .replaceAll('{item}', () => plain(called));
  const isBare = template.ending === '' && endingIn(stem) !== undefined;
  return { ...template, stem: isBare ? stem.slice(0, stem.lastIndexOf('.')) : stem };
}

/** A key that is equal for two names that would clash, as far as that is known before the pictures are made. */
function clashKey({ stem, ending }: FileRequestParts, { prompt, model }: Readonly<Record<string, unknown>>): string {
  return `${stem} ${ending} ${stem.includes('{prompt}') ? JSON.stringify(prompt) : ''} ${
    stem.includes('{model}') ? JSON.stringify(model) : ''
  }`.toLowerCase();
}
