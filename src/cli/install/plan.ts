import { isDeepStrictEqual } from 'node:util';
import type { Client, Input, Json, Launch } from './client.ts';
import { drop, dropEmpty, holds, isEmptyObject, put, rangeOf, type Slot } from './edit/json-config.ts';
import { blockHolds, blockRange, dropBlock, hasTable, putBlock } from './edit/toml-config.ts';

/** A part of a text. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** One change of a configuration's text. */
export interface Step {
  readonly before: string;
  readonly after: string;
  /** The entry of this program within each of the texts. All else belongs to the user. */
  readonly own: { readonly before: Range | undefined; readonly after: Range | undefined };
}

/** What would be changed. Without steps there is nothing to do. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly text: string;
  /** Objects and lists that have to be made, outermost first. */
  readonly made: readonly (readonly string[])[];
  /** Whether an entry of that name is there and differs. */
  readonly replaces: boolean;
}

/** How a server is started, as `install` wrote it once or would write it now. */
export type Started = Pick<Launch, 'command' | 'args'>;

/** What belongs into the configuration of a client. */
export interface Wanted {
  /** What this program may have written earlier. */
  readonly written: readonly Started[];
  readonly name: string;
  readonly launch: Launch;
  readonly inputs: readonly Input[];
}

/** Plans to add the server. Pure. @throws ConfigFault */
export function planInstall(client: Client, { name, launch, inputs, written }: Wanted, text: string): Plan {
  const entry = client.entry(launch);
  if (client.format === 'toml') {
    const block = { at: client.servers, name, owns: isOneOf([...written, launch]) };
    if (blockHolds(text, block, entry)) return { steps: [], text, made: [], replaces: false };
    const before = blockRange(text, block);
    const after = putBlock(text, block, entry);
    const step = { before: text, after, own: { before, after: blockRange(after, block) } };
    return { steps: [step], text: after, made: [], replaces: before !== undefined };
  }
  const steps: Step[] = [];
  const made: (readonly string[])[] = [];
  let current = text;
  let replaces = false;
  const values: readonly [Slot, Json][] = [
    ...inputs.map((input): [Slot, Json] => [inputSlot(client, input.id), input]),
    [{ at: client.servers, name }, entry],
  ];
  for (const [slot, value] of values) {
    if (holds(current, slot, value)) continue;
    const before = rangeOf(current, slot);
    const edit = put(current, slot, value);
    steps.push({ before: current, after: edit.text, own: { before, after: rangeOf(edit.text, slot) } });
    made.push(...edit.made);
    replaces ||= before !== undefined;
    current = edit.text;
  }
  return { steps, text: current, made, replaces };
}

/** What has to go. */
export interface Removal {
  readonly name: string;
  /** Ids of inputs that go with the server. */
  readonly inputs: readonly string[];
  /** Objects and lists that go if they are empty then, outermost first. */
  readonly made: readonly (readonly string[])[];
  /** What this program may have written. */
  readonly written: readonly Started[];
}

/**
 * Plans to remove the server and, of `made`, what is empty without it. Pure.
 * @throws ConfigFault
 */
export function planRemoval(client: Client, { name, inputs, made, written }: Removal, text: string): Plan {
  const steps: Step[] = [];
  const nothing = { made: [], replaces: false };
  if (client.format === 'toml') {
    const block = { at: client.servers, name, owns: isOneOf(written) };
    const after = dropBlock(text, block);
    if (after !== text) {
      steps.push({ before: text, after, own: { before: blockRange(text, block), after: undefined } });
    }
    return { steps, text: after, ...nothing };
  }
  let current = text;
  const slots = [{ at: client.servers, name }, ...inputs.map((id) => inputSlot(client, id))];
  for (const slot of slots) {
    const before = rangeOf(current, slot);
    if (before === undefined) continue;
    const after = drop(current, slot);
    steps.push({ before: current, after, own: { before, after: undefined } });
    current = after;
  }
  const rest = dropEmpty(current, made);
  if (rest !== current) steps.push({ before: current, after: rest, own: { before: undefined, after: undefined } });
  return { steps, text: rest, ...nothing };
}

/** Whether the configuration has an entry of this name, also one that `install` did not write. Pure. @throws ConfigFault */
export function hasEntry(client: Client, name: string, text: string): boolean {
  if (client.format === 'toml') return hasTable(text, { at: client.servers, name });
  return rangeOf(text, { at: client.servers, name }) !== undefined;
}

/** Whether nothing is left in the configuration. Pure. @throws ConfigFault */
export function isBlank(client: Client, text: string): boolean {
  return client.format === 'toml' ? text.trim() === '' : isEmptyObject(text);
}

/** The text of a configuration that holds nothing but the server. Pure. */
export function snippet(client: Client, wanted: Wanted): string {
  const { text } = planInstall(client, wanted, '');
  // Without the mark: what is pasted by hand is taken out by hand.
  return client.format === 'toml' ? text.replace(/^#.*\n/, '') : text;
}

/** Tells whether a table starts one of these servers. */
function isOneOf(servers: readonly Started[]): (table: unknown) => boolean {
  return (table) => {
    if (typeof table !== 'object' || table === null || !('command' in table) || !('args' in table)) return false;
    return servers.some(({ command, args }) => table.command === command && isDeepStrictEqual(table.args, args));
  };
}

function inputSlot(client: Client, id: string): Slot {
  return { at: client.inputs === undefined ? [] : [client.inputs], name: id, inList: true };
}
