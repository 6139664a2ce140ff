import { requireTokens } from '../../images/files/name-template.ts';
import type { GivenItem } from './item-input.ts';

/** Tokens that a batch adds to those of `save_image`: the name of the item's picture, and its id or number. */
const BATCH_TOKENS = ['file', 'item'] as const;

/** What the names of an item depend on. */
export interface NamedItem extends GivenItem {
  /** How many pictures it makes. */
  readonly count: number;
}

/**
 * A name template for each item, in which only what its pictures decide is left open. Names are predictable: an item's
 * number or id makes those differ that would be the same, and `{n}` the pictures of one item.
 * @throws Problem `invalid_argument` for an unknown token
 */
export function itemNames(items: readonly NamedItem[], template: string): readonly string[] {
  requireTokens(template, BATCH_TOKENS);
  const width = Math.max(4, String(items.at(-1)?.place ?? 0).length);
  const called = items.map(({ id, place }) => id ?? String(place).padStart(width, '0'));
  const filled = items.map((item, index) => fill(item, called[index] ?? '', template));
  const times = new Map<string, number>();
  const known = filled.map((name, index) => foretold(name, items[index]?.arguments ?? {}));
  for (const name of known) times.set(name, (times.get(name) ?? 0) + 1);
  return filled.map((name, index) => {
    const clashes = (times.get(known[index] ?? '') ?? 0) > 1 && !/\{(id|job)\}/.test(name);
    return clashes ? `${name}-${called[index]}` : name;
  });
}

/** The name of the picture that an item starts from: its file's without folder and ending. */
export function pictureName({ arguments: { image } }: Pick<GivenItem, 'arguments'>): string | undefined {
  if (typeof image !== 'string' || /^(data:|https?:)/i.test(image)) return undefined;
  const [name = ''] = image.split(/[\\/]/).slice(-1);
  return name.replace(/\.[a-z0-9]{1,5}$/i, '') || undefined;
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

/** Equal for two names that would clash, as far as that can be told beforehand. */
function foretold(name: string, { prompt, model }: Readonly<Record<string, unknown>>): string {
  return `${withoutEnding(name)} ${name.includes('{prompt}') ? JSON.stringify(prompt) : ''} ${
    name.includes('{model}') ? JSON.stringify(model) : ''
  }`.toLowerCase();
}
