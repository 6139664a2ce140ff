import { isRecord } from '../../../shared/text/json.ts';
import { quoteForeign } from './error-body.ts';

/** Keys that are named at most, and how deep. */
const MAX_KEYS = 30;
const MAX_DEPTH = 6;
const LONGEST_KEY = 60;

/**
 * The keys of an answer as paths, such as `result.outputs[].image`: enough to see where a result is, without values,
 * which may be signed links.
 */
export function keysOf(value: unknown, secrets: readonly string[]): readonly string[] {
  const paths = new Set<string>();
  collect(value, '', 0, paths);
  return [...paths].slice(0, MAX_KEYS).map((path) => quoteForeign(path, secrets, 80));
}

function collect(value: unknown, path: string, depth: number, paths: Set<string>): void {
  if (paths.size >= MAX_KEYS || depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    if (value.length === 0) paths.add(`${path}[]`);
    for (const item of value.slice(0, 4)) collect(item, `${path}[]`, depth + 1, paths);
    return;
  }
  if (!isRecord(value)) {
    if (path !== '') paths.add(path);
    return;
  }
  for (const [key, inner] of Object.entries(value).slice(0, MAX_KEYS)) {
    // A long key is data, of which a part may be half a secret.
    const name = key.length > LONGEST_KEY ? '…' : key;
    collect(inner, path === '' ? name : `${path}.${name}`, depth + 1, paths);
  }
}
