import { z } from 'zod';
import { readArguments } from './lenient/read-arguments.ts';
import { withoutRivals } from './rivals.ts';

/** The source of defaults, as results name it. */
export const DEFAULTS_OPTION = 'FIREFLY_DEFAULTS';

/** Arguments whose default is for pictures from words alone: an edit takes its shape from its picture. */
const SHAPES: readonly string[] = ['size', 'aspect_ratio'];
const SHAPED_BY_DEFAULT = 'generate_image';

/**
 * The defaults that a tool takes where a call says nothing: those that it has, whose values it knows, and in whose place
 * the call gives nothing else.
 * @param defaults by argument, as texts
 * @param given names of the arguments of the call
 */
export function defaultArguments(
  { name, input }: { readonly name: string; readonly input: z.ZodObject },
  defaults: Readonly<Record<string, string>> | undefined,
  given: readonly string[],
): Record<string, unknown> {
  if (defaults === undefined) return {};
  const free = Object.entries(withoutRivals<string>(defaults, given)).filter(
    ([argument]) => Object.hasOwn(input.shape, argument) && (name === SHAPED_BY_DEFAULT || !SHAPES.includes(argument)),
  );
  const texts = free.map(([argument, text]) => [argument, isList(input.shape[argument]) ? text.split(',') : text]);
  const read = readArguments(input, Object.fromEntries(texts))?.values ?? {};
  const known = Object.entries(read).filter(([argument, value]) => input.shape[argument]?.safeParse(value).success);
  return Object.fromEntries(known);
}

function isList(field: unknown): boolean {
  return (field instanceof z.ZodOptional ? field.unwrap() : field) instanceof z.ZodArray;
}

/** A sentence that names the values which come from the defaults; undefined where none does. */
export function defaultsNote(taken: Readonly<Record<string, unknown>>): string | undefined {
  const parts = Object.entries(taken).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return parts.length === 0 ? undefined : `From ${DEFAULTS_OPTION}: ${parts.join(', ')}.`;
}
