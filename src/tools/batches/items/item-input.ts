import { Problem } from '../../../shared/errors.ts';
import { isRecord } from '../../../shared/text/json.ts';
import { onOneLine, quoteUntrusted } from '../../../shared/text/text.ts';
import { withoutRivals } from '../../arguments/rivals.ts';
import { parsed } from '../../arguments/lenient/read-value.ts';
import { fillCommon } from './common-words.ts';
import type { Fault, GivenItem, RawItem } from './item.ts';

/** Most items of one batch, from any source. */
export const MOST_ITEMS = 20_000;
const LONGEST_ID = 100;
/** As the argument `save_as` of a single call. */
const LONGEST_NAME = 300;
/** Faults that one answer lists; further ones are counted. */
const MOST_FAULTS = 20;

/** A batch with items that cannot be made. Nothing was recorded or spent. */
export class InvalidBatch extends Problem {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[], items: number) {
    const inOrder = faults.toSorted((a, b) => a.place - b.place);
    const [first] = inOrder;
    // What is wrong in an argument of all items is said once.
    const isOfAll = items > 1 && faults.length === items && inOrder.every(({ message }) => message === first?.message);
    const listed = isOfAll ? inOrder.slice(0, 1).map((fault) => ({ ...fault, where: 'each of them' })) : inOrder;
    const shown = listed
      .slice(0, MOST_FAULTS)
      .map(({ where, message }) => `${quoteUntrusted(where, 100)}: ${onOneLine(message)}`);
    const more = listed.length > MOST_FAULTS ? [`There are ${faults.length - MOST_FAULTS} more.`] : [];
    const head = `${faults.length} of ${items} items cannot be made.`;
    super('invalid_batch', [head, ...shown, ...more].join('\n'), {
      next: 'Correct them and submit the batch again; nothing was recorded or spent.',
    });
    this.faults = inOrder;
  }
}

/** Values for every item of a batch. */
export interface Common {
  /** The tool of the batch, where the caller named it. */
  readonly tool: string | undefined;
  /** Arguments that apply where an item has none of its own. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

/** The items of a source, and those of its values that are none. */
interface ReadItems {
  readonly tool: string;
  /** Whether an item names it. */
  readonly isToolNamed: boolean;
  readonly items: readonly GivenItem[];
  readonly faults: readonly Fault[];
}

/**
 * Items from values: `{"id"?, "tool"?, …arguments}` or `{"id"?, "tool"?, "arguments": {…}}`. All items have one tool: that
 * of the batch, else that of the first item, else `generate_image`.
 */
export function toItems(raw: readonly RawItem[], { tool, defaults }: Common): ReadItems {
  const items: GivenItem[] = [];
  const faults: Fault[] = [];
  const ids = new Map<string, string>();
  let chosen = tool;
  for (const { place, where, value } of raw) {
    const item = toItem(value);
    if (typeof item === 'string') {
      faults.push({ place, where, message: item });
      continue;
    }
    chosen ??= item.tool ?? DEFAULT_TOOL;
    const earlier = item.id === undefined ? undefined : ids.get(item.id);
    if (item.tool !== undefined && item.tool !== chosen) {
      faults.push({ place, where, message: `All items of a batch have one tool, here ${quoteUntrusted(chosen, 40)}.` });
    } else if (earlier !== undefined) {
      faults.push({ place, where, message: `The id is also that of ${earlier}; ids must differ.` });
    } else {
      if (item.id !== undefined) ids.set(item.id, where);
      const words = fillCommon(defaults, item);
      if ('fault' in words) {
        faults.push({ place, where, message: words.fault });
        continue;
      }
      const own = words.prompt === undefined ? item.arguments : { ...item.arguments, prompt: words.prompt };
      const { saveAs, rest } = withoutSaveAs(withCommon(own, words.common));
      if (saveAs === undefined || isName(saveAs)) items.push({ place, where, id: item.id, saveAs, ...rest });
      else faults.push({ place, where, message: `save_as is a text of 1–${LONGEST_NAME} characters.` });
    }
  }
  const isToolNamed = raw.some(({ value }) => isRecord(value) && typeof value['tool'] === 'string');
  return { tool: chosen ?? DEFAULT_TOOL, isToolNamed, items, faults };
}

/** An item's own arguments go before the common ones, and before those in whose place they stand. */
function withCommon(own: object, common: Common['defaults']): Pick<GivenItem, 'arguments' | 'belowLike'> {
  if ('like' in own) return { arguments: { ...own }, belowLike: common };
  return { arguments: { ...withoutRivals(common, Object.keys(own)), ...own } };
}

/** `save_as` names files of the batch, and is no part of what its tool is asked. */
function withoutSaveAs({ arguments: given, belowLike }: Pick<GivenItem, 'arguments' | 'belowLike'>) {
  const { save_as: own, ...rest } = given;
  const { save_as: common, ...others } = belowLike ?? {};
  return {
    saveAs: own ?? common ?? undefined,
    rest: { arguments: rest, ...(belowLike !== undefined && { belowLike: others }) },
  };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_NAME;
}

const DEFAULT_TOOL = 'generate_image';

type Parsed = { readonly id: string | undefined; readonly tool: string | undefined; readonly arguments: object };

function toItem(value: unknown): Parsed | string {
  if (!isRecord(value)) return 'An item is an object with the arguments of the tool.';
  const { id: label, tool: named, arguments: given, ...rest } = value;
  // A number is an id too, and null is what some programs write for nothing.
  const id = Number.isSafeInteger(label) ? String(label) : (label ?? undefined);
  const tool = named ?? undefined;
  const wrapped = typeof given === 'string' ? (parsed(given, '{') ?? given) : (given ?? undefined);
  if (id !== undefined && (typeof id !== 'string' || id.trim() === '' || id.length > LONGEST_ID)) {
    return `id is a text of 1–${LONGEST_ID} characters.`;
  }
  if (tool !== undefined && typeof tool !== 'string') return 'tool is the name of a tool.';
  if (wrapped === undefined) return { id, tool, arguments: rest };
  if (!isRecord(wrapped)) return 'arguments is an object with the arguments of the tool.';
  if (Object.keys(rest).length > 0) return 'An item with arguments has besides them only id and tool.';
  return { id, tool, arguments: wrapped };
}
