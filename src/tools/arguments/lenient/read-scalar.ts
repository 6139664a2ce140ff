import { z } from 'zod';
import { isRecord } from '../../../shared/text/json.ts';
import { numberIn } from '../../../shared/text/number-in.ts';
import { readSentJson } from '../../../shared/text/scan-json.ts';
import { textIn } from './forms/objects-for-text.ts';
import { booleanIn, choiceIn, isLeftOut, shareIn, withoutUnit } from './scalars.ts';

/** A text, number, boolean or choice; also as the only entry of a list. */
export function readScalar(inner: z.core.$ZodType, value: unknown, name: string): unknown {
  const size = pairText(value, name);
  if (size !== undefined) return size;
  if (isRecord(value)) return textIn(value, name) ?? value;
  if (Array.isArray(value))
    return value.length === 1 && isPlain(value[0]) && !isLeftOut(value[0]) ? readScalar(inner, value[0], name) : value;
  if (typeof value === 'number') {
    // A name, a year or a key of digits; a number that JSON would write with an exponent is none of them.
    if (inner instanceof z.ZodString && /^-?[\d.]+$/.test(String(value))) return String(value);
    return inner instanceof z.ZodBoolean ? (booleanIn(value, name) ?? value) : value;
  }
  if (typeof value !== 'string') return value;
  // The form of POSIX: `en_US`, also with a character set after it.
  if (name === 'locale') return value.trim().replace(/^([a-z]{2,3})_([a-z]{2})(\.[\w-]{1,20})?$/i, '$1-$2');
  if (inner instanceof z.ZodNumber) return shareIn(value, name) ?? numberIn(withoutUnit(value, name)) ?? value;
  if (inner instanceof z.ZodBoolean) return booleanIn(value, name) ?? value;
  if (inner instanceof z.ZodEnum) return choiceIn(value, inner.options.map(String)) ?? value;
  return value;
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Arguments of two numbers in one text. */
const PAIRS: ReadonlySet<string> = new Set(['size', 'aspect_ratio']);
/** Longest text that is read as two numbers in JSON. */
const LONGEST_PAIR = 100;

/** "2048x1024" for `{"width": 2048, "height": 1024}`, as Adobe's own API has it, and for `[2048, 1024]`. */
function pairText(value: unknown, name: string): string | undefined {
  if (!PAIRS.has(name)) return undefined;
  const isJson = typeof value === 'string' && value.length <= LONGEST_PAIR && /^\s*[[{]/.test(value);
  const given = isJson ? readSentJson(value).value : value;
  const isOnlyPair = isRecord(given) && 'width' in given && 'height' in given && Object.keys(given).length === 2;
  const pair = isOnlyPair ? [given['width'], given['height']] : given;
  if (!Array.isArray(pair) || pair.length !== 2) return undefined;
  const numbers = pair.map((side: unknown) => (typeof side === 'string' ? numberIn(side) : side));
  return numbers.every((side) => typeof side === 'number') ? numbers.join('x') : undefined;
}
