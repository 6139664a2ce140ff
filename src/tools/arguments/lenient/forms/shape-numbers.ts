import { isRecord } from '../../../../shared/text/json.ts';
import { numberIn } from '../../../../shared/text/number-in.ts';

const NUMBERS = ['x', 'y', 'width', 'height', 'thickness', 'points'] as const;
const WITH_UNIT = /^\s*(\S{1,30})\s*(%|percent|px|pixels?)\s*$/i;

/**
 * A shape whose numbers carry their unit, `{"x": "25%", "width": "50%"}`: with plain numbers, and that unit as its own.
 * The shape itself where no number has one. One that has several units, or numbers without any, is left for the schema to
 * refuse: they mean no one thing.
 */
export function withPlainNumbers(shape: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const units = new Set<string>();
  let bare = 0;
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value === 'number' && value !== 0) bare += 1;
    if (typeof value !== 'string') return value;
    const [, number, unit] = WITH_UNIT.exec(value) ?? [];
    if (number === undefined || unit === undefined) {
      if (numberIn(value)) bare += 1;
      return value;
    }
    units.add(/^p(x|ixels?)$/i.test(unit) ? 'pixels' : 'percent');
    return numberIn(number) ?? value;
  };
  const given = NUMBERS.filter((name) => shape[name] !== undefined);
  const numbers = Object.fromEntries(given.map((name) => [name, plain(shape[name])]));
  const [unit] = units;
  if (units.size !== 1 || bare > 0) return shape;
  if (shape['unit'] !== undefined && shape['unit'] !== unit) return shape;
  return { ...shape, ...numbers, unit };
}

const PAIRS = /^\s*-?[\d.]+\s*,\s*-?[\d.]+(?:[\s;]+-?[\d.]+\s*,\s*-?[\d.]+)*\s*$/;
/** Longest text of points; a thousand of them have some twenty characters each. */
const LONGEST_PAIRS = 50_000;

/**
 * Points as a list of pairs, where they are written otherwise: as `{"x": 1, "y": 2}`, as numbers one after the other, or as
 * SVG has them, `10,10 90,10 50,90`. Anything else is returned unchanged.
 */
export function asPairs(value: unknown): unknown {
  if (typeof value === 'string') return value.length <= LONGEST_PAIRS && PAIRS.test(value) ? pairsIn(value) : value;
  if (isRecord(value)) return isPoint(value) ? [[value['x'], value['y']]] : value;
  if (!Array.isArray(value)) return value;
  if (value.length > 2 && value.length % 2 === 0 && value.every((entry) => typeof entry === 'number')) {
    return Array.from({ length: value.length / 2 }, (_, place): unknown[] => value.slice(2 * place, 2 * place + 2));
  }
  return value.map((entry: unknown) => (isRecord(entry) && isPoint(entry) ? [entry['x'], entry['y']] : entry));
}

function pairsIn(text: string): readonly string[][] {
  return text
    .trim()
    .replace(/\s*,\s*/g, ',')
    .split(/[\s;]+/)
    .map((pair) => pair.split(','));
}

function isPoint(value: Readonly<Record<string, unknown>>): boolean {
  return 'x' in value && 'y' in value && Object.keys(value).length === 2;
}
