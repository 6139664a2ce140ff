import type { z } from 'zod';
import { isRecord } from '../../../shared/text/json.ts';
import { currentName } from '../aliases.ts';
import { isAddedByHost } from './host-keys.ts';
import { argumentName } from './names.ts';
import { isRefused, parsed, readValue, type Refusal } from './read-value.ts';
import { isLeftOut } from './scalars.ts';
import { unwrapped, withOwnFields } from './forms/whole-forms.ts';

/** Arguments as the schema wants them, as far as they could be read. */
export interface ReadArguments {
  /** Known arguments under their current names, without those that were left out. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Names that the tool does not have, the first few. */
  readonly unknown: readonly string[];
  /** Number of all names that the tool does not have. */
  readonly unknownCount: number;
  readonly refusals: readonly Refusal[];
}

/** Unknown names that are kept for the answer; a call may have a hundred thousand. */
const KEPT_NAMES = 10;

/**
 * Reads the arguments of a call as clients really send them (docs/hosts.md#arguments): nulls and empty texts for what is
 * left out, numbers, booleans, lists and objects as text, one entry in place of a list, keys that hosts add, former names,
 * names in another style or number, names of other services, all arguments inside of one object.
 * What can be meant in one way only is read so; all else is left for the schema to refuse.
 * @returns undefined where the arguments are no object
 */
export function readArguments(schema: z.ZodObject, given: unknown): ReadArguments | undefined {
  const refusals: Refusal[] = [];
  if (isRefused(given, '{', { path: [], refusals })) return { values: {}, unknown: [], unknownCount: 0, refusals };
  const sent = fieldsOf(given);
  if (sent === undefined) return undefined;
  const { shape } = schema;
  const known = Object.keys(shape);
  const fields = withOwnFields(
    unwrapped(sent, known, (text) => parsed(text, '{')),
    known,
  );
  const values: Record<string, unknown> = {};
  const former: [string, unknown][] = [];
  const spelled = new Set<string>();
  const unknown: string[] = [];
  let unknownCount = 0;
  for (const [name, value] of Object.entries(fields)) {
    const named = Object.hasOwn(shape, name) ? name : currentName(name, known);
    const other = Object.hasOwn(shape, named) || isAddedByHost(name) ? undefined : argumentName(name, known);
    // Of one argument in two spellings, neither is more meant than the other.
    const isFree = other !== undefined && !isGiven(fields, other) && !spelled.has(other);
    if (isFree) spelled.add(other);
    const current = isFree ? other : named;
    const field = Object.hasOwn(shape, current) ? shape[current] : undefined;
    if (field === undefined) {
      if (isAddedByHost(name)) continue;
      unknownCount += 1;
      if (unknown.length < KEPT_NAMES) unknown.push(name);
      continue;
    }
    const read = readValue(field, value, { path: [current], refusals });
    if (read === undefined) continue;
    if (current === name) values[name] = read;
    else former.push([current, read]);
  }
  // Where both names are given, the current one counts.
  for (const [name, value] of former) if (!Object.hasOwn(values, name)) values[name] = value;
  return { values, unknown, unknownCount, refusals };
}

/** Whether an argument is there under its own name. Some clients send null for every argument that they leave out. */
function isGiven(fields: Readonly<Record<string, unknown>>, name: string): boolean {
  return Object.hasOwn(fields, name) && !isLeftOut(fields[name]);
}

/** No arguments at all come as nothing, null, empty text or "{}". */
function fieldsOf(given: unknown): Readonly<Record<string, unknown>> | undefined {
  if (given === undefined || given === null || given === '' || given === 'null') return {};
  const object = typeof given === 'string' ? parsed(given, '{') : given;
  return isRecord(object) ? object : undefined;
}
