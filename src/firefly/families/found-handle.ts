import { isRecord, parseJson } from '../../shared/text/json.ts';
import type { JobHandle } from '../job-handle.ts';

/** Values that are looked at, and how deep. */
const MOST_VALUES = 500;
const MOST_DEPTH = 5;
const LONGEST_ID = 500;
/** Longer texts name nothing. */
const MOST_LETTERS = 4_000;

/** An id that is one by its form, under a name that many things have. */
const ID = /^(urn:\S+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
const LINK = /^(https?:\/)?\/\S/i;
/** A link that leads to a job; that of an answer to itself may lead back to the route of the request. */
const OF_JOB = /status|result|urn:|\/jobs?\//i;

/**
 * What names a job anywhere in the answer to a paid request: an id or a link by its key in any spelling (`job_id`,
 * `StatusURL`), within any wrapper, or by the relation of a link. A new shape of an answer is no reason to lose what was
 * paid for. The first of each kind counts.
 */
export function foundHandle(answer: unknown): JobHandle {
  const found: { -readonly [Key in keyof JobHandle]: JobHandle[Key] } = {
    jobId: undefined,
    statusUrl: undefined,
    cancelUrl: undefined,
  };
  let left = MOST_VALUES;
  const take = (key: string, value: unknown): void => {
    const name = key
      .slice(0, 100)
      .toLowerCase()
      .replace(/[^a-z]/g, '');
    const text = typeof value === 'string' ? value.trim() : Number.isSafeInteger(value) ? String(value) : '';
    if (text === '' || text.length > MOST_LETTERS) return;
    if (name === 'jobid' || (name === 'id' && ID.test(text)))
      found.jobId ??= text.length <= LONGEST_ID ? text : undefined;
    else if (!LINK.test(text)) return;
    else if (name.includes('cancel')) found.cancelUrl ??= text;
    else if (/status|result|monitor|poll/.test(name) || (name === 'self' && OF_JOB.test(text)))
      found.statusUrl ??= text;
  };
  const visit = (value: unknown, key: string, depth: number): void => {
    left -= 1;
    if (left < 0 || depth > MOST_DEPTH) return;
    if (Array.isArray(value)) {
      for (const entry of value.slice(0, MOST_VALUES)) visit(entry, key, depth + 1);
      return;
    }
    // Some gateways send what they wrap as the text of its JSON.
    const inner = typeof value === 'string' && value.startsWith('{') ? parseJson(value) : undefined;
    if (isRecord(inner)) return visit(inner, key, depth + 1);
    if (!isRecord(value)) return take(key, value);
    // Of a link, the relation says what it leads to: `{"rel": "status", "href": …}`, or the key that has it.
    if ('href' in value) take(typeof value['rel'] === 'string' ? value['rel'] : key, value['href']);
    for (const [name, part] of Object.entries(value).slice(0, MOST_VALUES)) {
      // The id of an error is not that of a job.
      if (name !== 'id' || !('error_code' in value)) visit(part, name, depth + 1);
    }
  };
  visit(answer, '', 0);
  return found;
}
