import { z } from 'zod';

type Schema = z.core.$ZodType;

/** A schema without the wrappers that make it optional. */
export function unwrapped(schema: Schema): { readonly inner: Schema; readonly optional: boolean } {
  let inner = schema;
  let optional = false;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) {
    optional = true;
    inner = inner.def.innerType;
  }
  return { inner, optional };
}

/** Entries that a list may have. */
export function limitsOf(schema: z.ZodArray): { readonly least: number; readonly most: number } {
  let least = 0;
  let most = Infinity;
  for (const check of schema.def.checks ?? []) {
    const { def } = check._zod;
    if (isLength(def, 'min_length')) least = def.minimum;
    if (isLength(def, 'max_length')) most = def.maximum;
    if (isLength(def, 'length_equals')) [least, most] = [def.length, def.length];
  }
  return { least, most };
}

interface Lengths {
  readonly min_length: z.core.$ZodCheckMinLengthDef;
  readonly max_length: z.core.$ZodCheckMaxLengthDef;
  readonly length_equals: z.core.$ZodCheckLengthEqualsDef;
}

function isLength<Name extends keyof Lengths>(def: z.core.$ZodCheckDef, name: Name): def is Lengths[Name] {
  return def.check === name;
}
