import { isRecord } from '../../../../shared/text/json.ts';
import { isAddedByHost } from '../host-keys.ts';
import { argumentName, lettersOf } from '../names.ts';
import { isLeftOut, withoutPixels } from '../scalars.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What frameworks and models put around all arguments of a call, by its letters. */
const WRAPPERS: ReadonlySet<string> = new Set(
  'arguments args input inputs params parameters kwargs payload request toolinput toolarguments filter filters'.split(
    ' ',
  ),
);

/**
 * The arguments inside of the one object or JSON text that a call consists of: `{"input": {…}}`. The same fields where the
 * tool has an argument of that name, or another one is given beside it.
 * @param parsed reads the object in a text
 */
export function unwrapped(fields: Fields, known: readonly string[], parsed: (text: string) => unknown): Fields {
  const given = Object.keys(fields).filter((name) => !isAddedByHost(name) && !isLeftOut(fields[name]));
  const [only] = given;
  if (given.length !== 1 || only === undefined || !WRAPPERS.has(lettersOf(only))) return fields;
  if (known.includes(only) || argumentName(only, known) !== undefined) return fields;
  const value = fields[only];
  const inner = typeof value === 'string' ? parsed(value) : value;
  return isRecord(inner) ? inner : fields;
}

/**
 * Fields that say in two arguments, or in one of other words, what the tool has otherwise: `width` and `height` are its
 * `size`, an `alignment` is that of both directions, a ratio or a shape as `size` its `aspect_ratio`. What says it itself
 * stays, and the other is then unknown.
 */
export function withOwnFields(fields: Fields, known: readonly string[]): Fields {
  return withRatio(withAlignment(withSize(fields, known), known), known);
}

function withSize(fields: Fields, known: readonly string[]): Fields {
  const { width, height, ...others } = fields;
  if (!known.includes('size') || known.includes('width') || isGiven(fields, 'size')) return fields;
  const sides = [width, height].map((side) => (isLeftOut(side) ? '' : withoutPixels(side)));
  if (sides.every((side) => side === '') || sides.some((side) => side === undefined)) return fields;
  return { ...others, size: sides.join('x') };
}

/** Where a picture is placed, by its letters, as Adobe's own API and drawing libraries call it. */
const PLACES: ReadonlySet<string> = new Set(['align', 'alignment', 'placement', 'position', 'gravity']);
const ACROSS: ReadonlySet<unknown> = new Set(['left', 'right']);
const DOWN: ReadonlySet<unknown> = new Set(['top', 'bottom']);
/** Longest text that is read as a place. */
const LONGEST_PLACE = 40;

function withAlignment(fields: Fields, known: readonly string[]): Fields {
  if (!known.includes('align_horizontal')) return fields;
  const named = Object.keys(fields).filter((name) => PLACES.has(lettersOf(name)) && !isLeftOut(fields[name]));
  const [name] = named;
  if (named.length !== 1 || name === undefined || known.includes(name)) return fields;
  const { [name]: place, ...others } = fields;
  const sides = sidesOf(isRecord(place) && isRecord(place['alignment']) ? place['alignment'] : place);
  if (sides === undefined || Object.keys(sides).some((side) => isGiven(fields, side))) return fields;
  return { ...others, ...sides };
}

/** Undefined for what names no place, or two in one direction. */
function sidesOf(place: unknown): Fields | undefined {
  if (isRecord(place)) {
    const { horizontal, vertical, ...others } = place;
    if (Object.keys(others).length > 0) return undefined;
    return {
      ...(!isLeftOut(horizontal) && { align_horizontal: horizontal }),
      ...(!isLeftOut(vertical) && { align_vertical: vertical }),
    };
  }
  if (typeof place !== 'string' || place.length > LONGEST_PLACE) return undefined;
  const words = place.toLowerCase().split(/[\s,_-]+/);
  const across = words.filter((word) => ACROSS.has(word));
  const down = words.filter((word) => DOWN.has(word));
  const isPlace = words.every((word) => ACROSS.has(word) || DOWN.has(word) || /^(cent(er|re)|middle)$/.test(word));
  if (!isPlace || across.length > 1 || down.length > 1) return undefined;
  return { align_horizontal: across[0] ?? 'center', align_vertical: down[0] ?? 'center' };
}

/** A shape that is no number of pixels: with a colon, or in a word. */
const SHAPE =
  /^\s*(?:\d{1,3}(?:\.\d{1,3})?\s*[:：]\s*\d{1,3}(?:\.\d{1,3})?|square|landscape|portrait|widescreen|vertical)\s*$/i;

function withRatio(fields: Fields, known: readonly string[]): Fields {
  if (!known.includes('size') || !known.includes('aspect_ratio')) return fields;
  const means = (own: string) => (name: string) => name === own || argumentName(name, known) === own;
  const names = Object.keys(fields);
  const shapes = names.filter((name) => typeof fields[name] === 'string' && SHAPE.test(fields[name]));
  const [name, ...more] = isGiven(fields, 'size') ? ['size'] : shapes.filter(means('size'));
  if (name === undefined || more.length > 0 || !shapes.includes(name)) return fields;
  if (names.some((each) => !isLeftOut(fields[each]) && means('aspect_ratio')(each))) return fields;
  const { [name]: size, ...others } = fields;
  return { ...others, aspect_ratio: size };
}

function isGiven(fields: Fields, name: string): boolean {
  return Object.hasOwn(fields, name) && !isLeftOut(fields[name]);
}
