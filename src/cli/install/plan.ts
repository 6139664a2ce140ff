import type { Client, Input, Json, Launch } from './client.ts';
import {
  drop,
  dropEmpty,
  holds,
  isEmptyObject,
  put,
  putBack,
  rangeOf,
  valueAt,
  type Slot,
} from './edit/json-config.ts';
import { ConfigFault } from './edit/config-fault.ts';
import { blockHolds, blockRange, dropBlock, putBlock, tableAt } from './edit/toml-config.ts';
import { isOurs, isWritten, type Started } from './ownership.ts';

/** A part of a text. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** One change of a configuration's text. */
export interface Step {
  readonly before: string;
  readonly after: string;
  readonly format: Client['format'];
  /** The entry as this program writes it within each of the texts. All else belongs to the user. */
  readonly own: { readonly before: Range | undefined; readonly after: Range | undefined };
}

/** What would be changed. Without steps there is nothing to do. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly text: string;
  /** Objects and lists that have to be made, outermost first. */
  readonly made: readonly (readonly string[])[];
}

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
    const block = { at: client.servers, name, owns: (table: unknown) => isWritten(table, [...written, launch]) };
    if (blockHolds(text, block, entry)) return { steps: [], text, made: [] };
    // A table with our mark may have been changed since.
    const before = block.owns(tableAt(text, block)) ? blockRange(text, block) : undefined;
    const after = putBlock(text, block, entry);
    const step = { before: text, after, format: client.format, own: { before, after: blockRange(after, block) } };
    return { steps: [step], text: after, made: [] };
  }
  const steps: Step[] = [];
  const made: (readonly string[])[] = [];
  let current = text;
  const values: readonly [Slot, Json][] = [
    ...inputs.map((input): [Slot, Json] => [inputSlot(client, input.id), input]),
    [{ at: client.servers, name }, entry],
  ];
  for (const [slot, value] of values) {
    if (holds(current, slot, value)) continue;
    const isKnown = !slot.inList && isWritten(valueAt(current, slot), [...written, launch]);
    const before = isKnown ? rangeOf(current, slot) : undefined;
    const edit = put(current, slot, value);
    steps.push({
      before: current,
      after: edit.text,
      format: client.format,
      own: { before, after: rangeOf(edit.text, slot) },
    });
    made.push(...edit.made);
    current = edit.text;
  }
  return { steps, text: current, made };
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
  /** A text with the entry that `install` replaced: that entry takes the place of ours. */
  readonly former?: string | undefined;
}

/**
 * Plans to remove the server and, of `made`, what is empty without it. Pure.
 * @throws ConfigFault also for an entry of that name that this program did not write
 */
export function planRemoval(client: Client, { name, inputs, made, written, former }: Removal, text: string): Plan {
  const steps: Step[] = [];
  if (client.format === 'toml') {
    const block = { at: client.servers, name, owns: (table: unknown) => isWritten(table, written) };
    const after = dropBlock(text, block);
    if (after !== text) {
      const before = block.owns(tableAt(text, block)) ? blockRange(text, block) : undefined;
      steps.push({ before: text, after, format: client.format, own: { before, after: undefined } });
    }
    return { steps, text: after, made: [] };
  }
  let current = text;
  const entry: Slot = { at: client.servers, name };
  if (isForeign(client, { name, written }, text)) {
    const key = [...client.servers, name].join('.');
    throw new ConfigFault('conflict', `has an entry ${key} that "firefly-mcp install" did not write`);
  }
  for (const slot of [entry, ...inputs.map((id) => inputSlot(client, id))]) {
    const range = rangeOf(current, slot);
    if (range === undefined) continue;
    const after = former !== undefined && slot === entry ? putBack(current, slot, former) : drop(current, slot);
    const before = isWritten(valueAt(current, slot), written) ? range : undefined;
    steps.push({ before: current, after, format: client.format, own: { before, after: undefined } });
    current = after;
  }
  const rest = dropEmpty(current, made);
  if (rest !== current) {
    steps.push({ before: current, after: rest, format: client.format, own: { before: undefined, after: undefined } });
  }
  return { steps, text: rest, made: [] };
}

/** Whether the configuration has an entry of this name, also one that `install` did not write. Pure. @throws ConfigFault */
export function hasEntry(client: Client, name: string, text: string): boolean {
  return entryIn(client, name, text) !== undefined;
}

/** Whether the configuration has an entry of this name that does not start this program. Pure. @throws ConfigFault */
export function isForeign(client: Client, { name, written }: Pick<Wanted, 'name' | 'written'>, text: string): boolean {
  const entry = entryIn(client, name, text);
  return entry !== undefined && !isOurs(entry, written);
}

function entryIn(client: Client, name: string, text: string): unknown {
  const slot = { at: client.servers, name };
  return client.format === 'toml' ? tableAt(text, slot) : valueAt(text, slot);
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

function inputSlot(client: Client, id: string): Slot {
  return { at: client.inputs === undefined ? [] : [client.inputs], name: id, inList: true };
}
