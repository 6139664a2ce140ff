import { isRecord, parseJson } from '../../../shared/text/json.ts';

/** Keys of status answers that are read. */
const KNOWN = [
  'status',
  'state',
  'progress',
  'result',
  'results',
  'outputs',
  'output',
  'images',
  'image',
  'videos',
  'video',
  'data',
  'job',
  'response',
  'payload',
  'body',
  'url',
  'href',
  'presignedUrl',
  'destination',
  'seed',
  'size',
  'width',
  'height',
  'contentClass',
  'altText',
  'promptHasDeniedWords',
  'promptHasBlockedArtists',
  'error_code',
  'code',
  'message',
  'reason',
  'errors',
  'error',
  'failures',
  'id',
  'creativeCloudFileId',
];
const BY_LETTERS = new Map(KNOWN.map((key) => [lettersOf(key), key]));
/** Keys of what an answer is about, in which it may be the text of its JSON. */
const WRAPPERS: ReadonlySet<string> = new Set([
  'result',
  'results',
  'outputs',
  'data',
  'job',
  'response',
  'payload',
  'body',
]);
const MOST_DEPTH = 8;
/** Longer names are none of these. */
const MOST_LETTERS = 40;

/**
 * A status answer with its keys as documented, however they are written: `Presigned_URL` is `presignedUrl`. A key that is
 * written so already wins over another spelling of it.
 */
export function withKnownKeys(body: Record<string, unknown>, depth = 0): Record<string, unknown> {
  const entries = Object.entries(body).map(
    ([key, value]) => [spelled(key), inside(value, depth, spelled(key)), key] as const,
  );
  const exact = entries.filter(([known, , key]) => known === key);
  return Object.fromEntries([...entries, ...exact].map(([known, value]) => [known, value]));
}

function inside(given: unknown, depth: number, key = ''): unknown {
  // Some gateways send what they wrap as the text of its JSON.
  const value =
    typeof given === 'string' && WRAPPERS.has(key) && /^\s*[[{]/.test(given) ? (parseJson(given) ?? given) : given;
  if (depth >= MOST_DEPTH) return value;
  if (Array.isArray(value)) return value.map((entry: unknown) => inside(entry, depth + 1));
  return isRecord(value) ? withKnownKeys(value, depth + 1) : value;
}

function spelled(key: string): string {
  return (key.length <= MOST_LETTERS ? BY_LETTERS.get(lettersOf(key)) : undefined) ?? key;
}

function lettersOf(key: string): string {
  return key.toLowerCase().replace(/[^a-z]/g, '');
}
