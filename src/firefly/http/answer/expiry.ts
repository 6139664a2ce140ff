import { HOUR_MS } from '../../../shared/time/durations.ts';

/**
 * Expiry of a signed URL, epoch milliseconds: by `X-Amz-Date` and `X-Amz-Expires` (or Google's names of both), by
 * Azure's `se`, by the `Expires` of older signatures, else an hour from `now` (docs/adobe-api.md#result-url-life).
 */
export function expiryOf(url: URL, now: number): number {
  const query = new Map(Array.from(url.searchParams, ([name, value]) => [name.toLowerCase(), value]));
  const started = basicDate(query.get('x-amz-date') ?? query.get('x-goog-date'));
  const seconds = digits(query.get('x-amz-expires') ?? query.get('x-goog-expires'));
  const candidates = [started + seconds * 1000, Date.parse(query.get('se') ?? ''), digits(query.get('expires')) * 1000];
  return candidates.find((time) => Number.isFinite(time)) ?? now + HOUR_MS;
}

/** `20261120T101500Z`, the basic format of ISO 8601. */
function basicDate(text = ''): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!parts) return Number.NaN;
  const [, year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function digits(text = ''): number {
  return /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
}
