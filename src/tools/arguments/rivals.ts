const INSETS = ['inset_left', 'inset_top', 'inset_right', 'inset_bottom'];
const ALIGNMENT = ['align_horizontal', 'align_vertical'];
const BY_MASK = ['mask', 'mask_shapes', 'select', 'fit', 'unit'];
const OF_A_MODEL = ['custom_model', 'upsampler', 'resolution', 'prompt_reasoner'];
const OF_A_METHOD = ['blend', 'harmonization', 'shadow', 'preserve_background'];

/**
 * Arguments that replace others: a call that gives the argument on the left takes none of those on the right from an
 * earlier call or from defaults. Two that are given in one call are judged by the tool.
 */
const RIVALS: Readonly<Record<string, readonly string[]>> = {
  size: ['aspect_ratio', ...INSETS],
  aspect_ratio: ['size', ...INSETS],
  ...Object.fromEntries(INSETS.map((inset) => [inset, ['size', 'aspect_ratio', ...ALIGNMENT, 'mask']])),
  ...Object.fromEntries(ALIGNMENT.map((side) => [side, [...INSETS, 'mask']])),
  mask: [...BY_MASK, ...INSETS, ...ALIGNMENT],
  mask_shapes: BY_MASK,
  select: BY_MASK,
  model: OF_A_MODEL,
  custom_model: ['model', ...OF_A_MODEL],
  method: OF_A_METHOD,
};

/** `values` without what the arguments that a call gives stand for, and without those arguments themselves. */
export function withoutRivals<Value>(
  values: Readonly<Record<string, Value>>,
  given: readonly string[],
): Record<string, Value> {
  // A caller may name anything, such as "constructor", which every object has.
  const rivals = (name: string) => (Object.hasOwn(RIVALS, name) ? (RIVALS[name] ?? []) : []);
  const replaced = new Set(given.flatMap((name) => [name, ...rivals(name)]));
  return Object.fromEntries(Object.entries(values).filter(([name]) => !replaced.has(name)));
}
