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

/** What belongs into the configuration of a client. */
export interface Wanted {
  readonly name: string;
  readonly launch: Launch;
  readonly inputs: readonly Input[];
}

/** Plans to add the server. Pure. @throws ConfigFault */
export function planInstall(client: Client, { name, launch, inputs }: Wanted, text: string): Plan {
  const entry = client.entry(launch);
  if (client.format === 'toml') {
    const block = { at: client.servers, name };
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

/**
 * Plans to remove the server and, of `made`, what is empty without it. Pure.
 * @param inputs ids of inputs that go with the server
 * @throws ConfigFault
 */
export function planRemoval(
  client: Client,
  { name, inputs, made }: { name: string; inputs: readonly string[]; made: readonly (readonly string[])[] },
  text: string,
): Plan {
  const steps: Step[] = [];
  const nothing = { made: [], replaces: false };
  if (client.format === 'toml') {
    const block = { at: client.servers, name };
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

/** Whether the configuration has an entry of this name, whoever wrote it. Pure. @throws ConfigFault */
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
  return client.format === 'toml' ? text.replaceAll(/^# .*\n/gm, '') : text;
}

function inputSlot(client: Client, id: string): Slot {
  return { at: client.inputs === undefined ? [] : [client.inputs], name: id, inList: true };
}
