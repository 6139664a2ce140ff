/** Longest wait that is respected; a longer one is a mistake or an attack. */
const MAX_WAIT_MS = 24 * 60 * 60 * 1000;

const SECONDS = /^\d{1,15}(\.\d+)?$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;
const DATES = [
  /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
  /^[A-Z][a-z]+day, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT$/,
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
];

/**
 * The value of a `Retry-After` header as milliseconds from `now` (wall time), between 0 and 24 hours; undefined if it is
 * missing or invalid. Adobe documents a date, older pages seconds: both are read, dates in the three forms of RFC 9110
 * section 5.6.7 and in ISO 8601. A date in the past is 0.
 */
export function parseRetryAfter(header: string | readonly string[] | undefined, now: number): number | undefined {
  const value = (typeof header === 'string' ? header : header?.[0])?.trim();
  if (!value) return undefined;
  if (SECONDS.test(value)) return bounded(Number(value) * 1000);
  const date = parseDate(value);
  return date === undefined ? undefined : bounded(date - now);
}

function parseDate(value: string): number | undefined {
  const known = ASCTIME.test(value) ? `${value} GMT` : DATES.some((form) => form.test(value)) ? value : undefined;
  const time = known === undefined ? Number.NaN : Date.parse(known);
  return Number.isFinite(time) ? time : undefined;
}

function bounded(ms: number): number {
  return Math.round(Math.min(Math.max(ms, 0), MAX_WAIT_MS));
}
