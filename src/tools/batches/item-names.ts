import { requireTokens } from '../../images/files/name-template.ts';
import { parseReference } from '../../images/library/reference.ts';
import { unquoted } from '../../images/import/path-spellings.ts';
import type { GivenItem } from './item-input.ts';

/** Tokens of batches in addition to those of `save_image`: the name of the item's picture, and the item's id or number. */
const BATCH_TOKENS = ['file', 'item'] as const;

/** An item with what its file names depend on. */
export interface NamedItem extends GivenItem {
  /** Number of its pictures. */
  readonly count: number;
}

/**
 * A name template for each item; tokens whose value a picture decides stay in it. Names are predictable: the number or id
 * of the item is appended to names that would clash, and `{n}` tells the pictures of one item apart.
 * @throws Problem `invalid_argument` for an unknown token
 */
export function itemNames(items: readonly NamedItem[], template: string): readonly string[] {
  requireTokens(template, BATCH_TOKENS);
  const width = Math.max(4, String(items.at(-1)?.place ?? 0).length);
  const called = items.map(({ id, place }) => id ?? String(place).padStart(width, '0'));
  const filled = items.map((item, index) => fill(item, called[index] ?? '', template));
  const times = new Map<string, number>();
  const known = filled.map((name, index) => clashKey(name, items[index]?.arguments ?? {}));
  for (const name of known) times.set(name, (times.get(name) ?? 0) + 1);
  return filled.map((name, index) => {
    const clashes = (times.get(known[index] ?? '') ?? 0) > 1 && !/\{(id|job)\}/.test(name);
    return clashes ? `${name}-${called[index]}` : name;
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

function fill(item: NamedItem, called: string, template: string): string {
  const several = item.count > 1 && !/\{(n|seed|id)\}/.test(template) ? `${withoutEnding(template)}-{n}` : template;
  // Braces of a file's own name are no tokens.
  const plain = (text: string) => text.replace(/[{}]/g, '');
  return several
    .replaceAll('{file}', () => plain(pictureName(item) ?? called))
    .replaceAll('{item}', () => plain(called));
}

function withoutEnding(template: string): string {
  return template.replace(/\.(jpe?g|png|webp)$/i, '');
}

/** A key that is equal for two names that would clash, as far as that is known before the pictures are made. */
function clashKey(name: string, { prompt, model }: Readonly<Record<string, unknown>>): string {
  return `${withoutEnding(name)} ${name.includes('{prompt}') ? JSON.stringify(prompt) : ''} ${
    name.includes('{model}') ? JSON.stringify(model) : ''
  }`.toLowerCase();
}
