import { isRecord } from '../../../shared/text/json.ts';
import { pictureName } from './item-names.ts';

/** An item's own arguments, before those that all items have in common. */
export interface OwnWords {
  readonly id: string | undefined;
  readonly arguments: object;
}

/** Common arguments of one item, and the prompt that it is asked for with where they decide it; or why they cannot be. */
export type FilledWords =
  | { readonly common: Readonly<Record<string, unknown>>; readonly prompt: string | undefined }
  | { readonly fault: string };

const TOKEN = /\{(prompt|item|file)\}/g;

/** What an item lacks for which there is a token. */
const LACKING = {
  prompt: 'no prompt of its own',
  item: 'neither an id nor a prompt or file of its own',
  file: 'no picture that is named by its file',
} as const;

/**
 * Fills the tokens of common text arguments: `{prompt}` is the item's own prompt, `{file}` the name of its picture without
 * ending, `{item}` its id, else its prompt, else that name. A common prompt that holds the item's is the prompt of the
 * item; another one yields to the item's. Names of files have tokens of their own.
 */
export function fillCommon(common: Readonly<Record<string, unknown>>, own: OwnWords): FilledWords {
  const prompt = ownPrompt(own.arguments);
  const file = pictureName({ arguments: { ...own.arguments } });
  const words = { prompt, file, item: own.id ?? prompt ?? file };
  const missing: (keyof typeof words)[] = [];
  const filled = (text: string) =>
    text.replace(TOKEN, (token, name: keyof typeof words) => {
      if (words[name] === undefined) missing.push(name);
      return words[name] ?? token;
    });
  const entries = Object.entries(common).map(
    ([name, value]) => [name, typeof value === 'string' && name !== 'save_as' ? filled(value) : value] as const,
  );
  const [name] = missing;
  if (name !== undefined)
    return { fault: `{${name}} in common stands for nothing here: the item has ${LACKING[name]}.` };
  const all = Object.fromEntries(entries);
  const isHeld = prompt !== undefined && holdsPrompt(ownPrompt(common), own.id);
  return { common: all, prompt: isHeld ? ownPrompt(all) : undefined };
}

/** Whether a common prompt has a place for the prompt of an item. */
export function holdsPrompt(common: string | undefined, id?: string): boolean {
  return common !== undefined && (common.includes('{prompt}') || (id === undefined && common.includes('{item}')));
}

/** The prompt among arguments, where it is a text that says something. */
export function ownPrompt(values: unknown): string | undefined {
  const prompt = isRecord(values) ? values['prompt'] : undefined;
  return typeof prompt === 'string' && prompt !== '' ? prompt : undefined;
}
