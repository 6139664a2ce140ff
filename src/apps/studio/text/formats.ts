/** Numbers, times and sizes as the person's locale writes them. */
export interface Formats {
  number(value: number): string;
  /** 46.7 → "46.7 %" */
  percent(value: number): string;
  /** Whole seconds or minutes, in words: "40 s", "2 min". */
  duration(seconds: number): string;
  /** "14:02" */
  time(iso: string): string;
  /** "today", "yesterday", or a date. */
  day(iso: string): string;
  bytes(bytes: number): string;
  /** "2048 × 2048" */
  size(width: number, height: number): string;
  /** The form that goes with a number. */
  plural(count: number, one: string, other: string): string;
  /** A day as a key, in the person's time zone. */
  dayKey(iso: string): string;
}

const DAY_MS = 86_400_000;

/**
 * @param locale BCP 47; what the platform does not know counts as English
 * @param now the time that "today" is judged by
 */
export function formatsFor(locale: string, now: () => number, timeZone?: string): Formats {
  const zone = zoneOf(timeZone);
  const language = languageOf(locale);
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const percents = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  const times = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', ...zone });
  const dates = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric', ...zone });
  const keys = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', ...zone });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  // The words are English, whatever writes the numbers.
  const rules = new Intl.PluralRules('en');
  const unit = (value: number, name: string, unitDisplay: 'narrow' | 'short' = 'narrow'): string =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay,
      maximumFractionDigits: 1,
    }).format(value);
  const dayKey = (iso: string): string => keys.format(new Date(iso));
  return {
    number: (value) => numbers.format(value),
    percent: (value) => percents.format(value / 100),
    duration: (seconds) => {
      if (seconds < 100) return unit(Math.max(0, Math.round(seconds)), 'second');
      return seconds < 6000 ? unit(Math.round(seconds / 60), 'minute') : unit(Math.round(seconds / 3600), 'hour');
    },
    time: (iso) => times.format(new Date(iso)),
    day: (iso) => {
      // Whole days of a calendar: those on which clocks change have 23 or 25 hours.
      const days = (Date.parse(dayKey(iso)) - Date.parse(dayKey(new Date(now()).toISOString()))) / DAY_MS;
      if (days === 0 || days === -1) return relative.format(days, 'day');
      return dates.format(new Date(iso));
    },
    bytes: (bytes) => {
      if (bytes < 1000) return unit(bytes, 'byte', 'short');
      return bytes < 1_000_000
        ? unit(Math.round(bytes / 1000), 'kilobyte', 'short')
        : unit(bytes / 1_000_000, 'megabyte', 'short');
    },
    size: (width, height) => `${width} × ${height}`,
    plural: (count, one, other) => (rules.select(count) === 'one' ? one : other),
    dayKey,
  };
}

function languageOf(locale: string): string {
  try {
    return new Intl.Locale(locale).toString();
  } catch {
    return 'en';
  }
}

function zoneOf(timeZone: string | undefined): { timeZone?: string } {
  if (timeZone === undefined) return {};
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return { timeZone };
  } catch {
    return {};
  }
}
