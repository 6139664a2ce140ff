import type { Client, Input, Json, Launch } from '../client.ts';
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
} from '../edit/json-config.ts';
import { ConfigFault } from '../edit/config-fault.ts';
import type { Range } from '../edit/range.ts';
import { blockHolds, blockRange, dropBlock, putBlock, tableAt } from '../edit/toml-config.ts';
import { isOurs, isWritten, type Started } from './ownership.ts';

/** A change of a configuration's text. Where both texts are equal there is nothing to do. */
export interface Plan {
  readonly before: string;
  readonly after: string;
  readonly format: Client['format'];
  /** What this program wrote, or would write, in each of the texts. All else belongs to the user. */
  readonly own: { readonly before: readonly Range[]; readonly after: readonly Range[] };
  /** Objects and lists that have to be made, outermost first. */
  readonly made: readonly (readonly string[])[];
}

/** What this program knows of a file. */
export interface Known {
  /** Command lines that this program wrote into the file, or would write. */
  readonly written: readonly Started[];
  /** The one that the list of installed entries has for the file. */
  readonly recorded?: Started | undefined;
  /** Whether the file is still what `install` wrote, so that its entry holds nothing of the user. */
  readonly isAsWritten?: boolean;
}

/** What belongs in the configuration of a client. */
export interface Wanted extends Known {
  readonly name: string;
  readonly launch: Launch;
  readonly inputs: readonly Input[];
}

/** Plans to add the server. Pure. @throws ConfigFault also where a value of the user is in the way */
export function planInstall(client: Client, wanted: Wanted, text: string): Plan {
  const { name, launch, inputs } = wanted;
  const { format } = client;
  const entry = client.entry(launch);
  if (format === 'toml') {
    const block = blockOf(client, wanted);
    const after = blockHolds(text, block, entry) ? text : putBlock(text, block, entry);
    const before = wanted.isAsWritten ? blockRange(text, block) : undefined;
    return {
      before: text,
      after,
      format,
      own: { before: present(before), after: present(blockRange(after, block)) },
      made: [],
    };
  }
  const made: (readonly string[])[] = [];
  let current = text;
  const values: readonly [Slot, Json][] = [
    ...inputs.map((input): [Slot, Json] => [inputSlot(client, input.id), input]),
    [{ at: client.servers, name }, entry],
  ];
  for (const [slot, value] of values) {
    if (holds(current, slot, value)) continue;
    if (slot.inList && rangeOf(current, slot) !== undefined) {
      throw new ConfigFault('conflict', `has an input "${slot.name}" that "firefly-mcp install" did not write`);
    }
    const edit = put(current, slot, value);
    made.push(...edit.made);
    current = edit.text;
  }
  const rangesIn = (whole: string) => values.flatMap(([slot]) => present(rangeOf(whole, slot)));
  const own = { before: wanted.isAsWritten ? rangesIn(text) : [], after: rangesIn(current) };
  return { before: text, after: current, format, own, made };
}

/** What has to go. */
export interface Removal extends Known {
  readonly name: string;
  /** What the client was told to ask for. */
  readonly inputs: readonly Input[];
  /** Objects and lists that go if they are empty then, outermost first. */
  readonly made: readonly (readonly string[])[];
  /** A text with the entry that `install` replaced: that entry takes the place of ours. */
  readonly former?: string | undefined;
}

/**
 * Plans to remove the server and, of `made`, what is empty without it. Pure.
 * @throws ConfigFault also for an entry of that name that this program did not write
 */
export function planRemoval(client: Client, removal: Removal, text: string): Plan {
  const { name, inputs, made, former, isAsWritten = false } = removal;
  const { format } = client;
  if (format === 'toml') {
    const block = blockOf(client, removal);
    const own = { before: isAsWritten ? present(blockRange(text, block)) : [], after: [] };
    return { before: text, after: dropBlock(text, block), format, own, made: [] };
  }
  const entry: Slot = { at: client.servers, name };
  if (entryState(client, removal, text) === 'foreign') {
    const key = [...client.servers, name].join('.');
    throw new ConfigFault('conflict', `has an entry ${key} that "firefly-mcp install" did not write`);
  }
  let current = former === undefined ? drop(text, entry) : putBack(text, entry, former);
  const slots = inputs.map((input): [Slot, Input] => [inputSlot(client, input.id), input]);
  for (const [slot, input] of slots) {
    // An input of the user, or one that another server uses too, stays.
    const isFree = holds(current, slot, input) && !current.includes(`\${input:${input.id}}`);
    if (isFree) current = drop(current, slot);
  }
  const after = dropEmpty(current, made);
  const before = isAsWritten
    ? [entry, ...slots.map(([slot]) => slot)].flatMap((slot) => present(rangeOf(text, slot)))
    : [];
  return { before: text, after, format, own: { before, after: [] }, made: [] };
}

/** Whether the configuration has an entry of this name, and whether that starts another program. Pure. @throws ConfigFault */
export function entryState(
  client: Client,
  { name, written }: Pick<Wanted, 'name' | 'written'>,
  text: string,
): 'none' | 'ours' | 'foreign' {
  const slot = { at: client.servers, name };
  const entry: unknown = client.format === 'toml' ? tableAt(text, slot) : valueAt(text, slot);
  return entry === undefined ? 'none' : isOurs(entry, written) ? 'ours' : 'foreign';
}

/** Whether nothing is left in the configuration. Pure. @throws ConfigFault */
export function isBlank(client: Client, text: string): boolean {
  return client.format === 'toml' ? text.trim() === '' : isEmptyObject(text);
}

/** The text of a configuration that holds nothing but the server. Pure. */
export function snippet(client: Client, wanted: Wanted): string {
  const { after } = planInstall(client, wanted, '');
  // Without the mark: what is pasted by hand is taken out by hand.
  return client.format === 'toml' ? after.replace(/^#.*\n/, '') : after;
}

function blockOf({ servers }: Client, { name, recorded }: Known & { readonly name: string }) {
  // Without its mark, a table is ours only where the list of installed entries says so.
  const owns = (table: unknown) => recorded !== undefined && isWritten(table, [recorded]);
  return { at: servers, name, owns };
}

function inputSlot(client: Client, id: string): Slot {
  return { at: client.inputs === undefined ? [] : [client.inputs], name: id, inList: true };
}

function present(range: Range | undefined): readonly Range[] {
  return range === undefined ? [] : [range];
}
