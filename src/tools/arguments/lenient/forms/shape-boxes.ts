import { numberIn } from '../../../../shared/text/number-in.ts';

type Fields = Readonly<Record<string, unknown>>;

const CORNERS: readonly (readonly [string, string, string, string])[] = [
  ['left', 'top', 'right', 'bottom'],
  ['x', 'y', 'right', 'bottom'],
  ['x1', 'y1', 'x2', 'y2'],
  ['x0', 'y0', 'x1', 'y1'],
  ['xmin', 'ymin', 'xmax', 'ymax'],
  ['x_min', 'y_min', 'x_max', 'y_max'],
];
const CENTRE = ['cx', 'cy', 'rx', 'ry'] as const;

/**
 * A shape with `x`, `y`, `width` and `height`, where it is written by two corners (`left`, `top`, `right`, `bottom`, or
 * `x1` to `y2`) or, as an ellipse in SVG, by its centre and radii. Anything else is returned
 * unchanged, corners in the wrong order too.
 */
export function withBox(shape: Fields): Fields {
  if ('width' in shape || 'height' in shape || 'w' in shape || 'h' in shape) return shape;
  for (const names of CORNERS) {
    const numbers = numbersOf(shape, names);
    if (numbers === undefined) continue;
    const [left = 0, top = 0, right = 0, bottom = 0] = numbers.values;
    if (right > left && bottom > top) return boxed(shape, names, [left, top, right - left, bottom - top], numbers.unit);
  }
  const numbers = numbersOf(shape, CENTRE);
  if (numbers === undefined) return shape;
  const [x = 0, y = 0, wide = 0, high = 0] = numbers.values;
  return boxed(shape, CENTRE, [x - wide, y - high, 2 * wide, 2 * high], numbers.unit);
}

function plainText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A number with the unit that it may carry. */
const NUMBER = /^\s*(-?\d{1,6}(?:\.\d{1,6})?)\s*(%|percent|px|pixels?)?\s*$/i;

/** The four numbers of these names with their one unit; undefined where one is missing, or units differ. */
function numbersOf(shape: Fields, names: readonly string[]) {
  const parts = names.map((name) => NUMBER.exec(plainText(shape[name]).slice(0, 40)));
  const units = new Set(parts.map((part) => part?.[2]?.toLowerCase() ?? ''));
  const values = parts.map((part) => (part?.[1] === undefined ? undefined : numberIn(part[1])));
  const [unit = ''] = units;
  const isWhole = units.size === 1 && values.every((value) => value !== undefined);
  return isWhole ? { values: values.flatMap((value) => value ?? []), unit } : undefined;
}

function boxed(shape: Fields, names: readonly string[], box: readonly number[], unit: string): Fields {
  const others = Object.entries(shape).filter(([name]) => !names.includes(name));
  // A difference of decimals, such as 0.3 - 0.1, has digits that the caller did not write.
  const [x, y, width, height] = box.map((value) => {
    const side = Number(value.toFixed(6));
    return unit === '' ? side : `${side}${unit}`;
  });
  return { ...Object.fromEntries(others), x, y, width, height };
}
