import fc from 'fast-check';
import { isRecord } from '../../../src/shared/text/json.ts';
import { odd } from './arguments.ts';

/** One change of a JSON value: what becomes of one of its parts. */
interface Change {
  /** Chooses the part. */
  readonly at: number;
  readonly how: (part: unknown) => unknown;
}

const LONG = 'x'.repeat(100_000);
/** Length of a long list as JSON, so that making it takes no time that is measured. */
const MOST_LETTERS = 500_000;
const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  how: fc.oneof(
    odd.map((value) => () => value),
    fc.constantFrom<Change['how']>(
      () => undefined,
      (part) => [part],
      (part) => ({ data: part }),
      (part) => JSON.stringify(part),
      (part) => (Array.isArray(part) ? [...part, ...part] : [part, part]),
      (part) => Array.from({ length: Math.min(2_000, MOST_LETTERS / (JSON.stringify(part) ?? '').length) }, () => part),
      (part) => (typeof part === 'string' ? part + LONG : LONG),
      (part) => (typeof part === 'string' ? part.replace(/^https?:\/\/[^/]*/, 'https://evil.example') : part),
      (part) => (typeof part === 'string' ? part.toUpperCase() : part),
      (part) => (typeof part === 'number' ? String(part) : null),
    ),
  ),
});

/** A JSON value of a known form with some of its parts changed. */
export const mangling = fc
  .array(change, { maxLength: 3 })
  .map((changes) => (value: unknown) => changes.reduce((changed, one) => apply(changed, one), value));

function apply(value: unknown, { at, how }: Change): unknown {
  const places = placesIn(value);
  const place = places[at % places.length];
  return place === undefined ? how(value) : replaced(value, place, how);
}

type Place = readonly (string | number)[];

/** Every part of a value by the keys that lead to it; the first is the whole. */
function placesIn(value: unknown, before: Place = []): readonly Place[] {
  // The form is that of the beginning of a long list.
  const inner = Array.isArray(value) ? [...value.slice(0, 5).entries()] : isRecord(value) ? Object.entries(value) : [];
  return [before, ...inner.flatMap(([key, part]) => placesIn(part, [...before, key]))];
}

function replaced(value: unknown, [key, ...rest]: Place, how: Change['how']): unknown {
  if (key === undefined) return how(value);
  if (Array.isArray(value))
    return value.map((part: unknown, index) => (index === key ? replaced(part, rest, how) : part));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, name === key ? replaced(part, rest, how) : part]),
  );
}
