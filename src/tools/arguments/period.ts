import { z } from 'zod';
import { type Caller, LOCAL } from '../../shared/caller.ts';
import type { Clock } from '../../shared/time/clock.ts';
import { DAY_MS, HOUR_MS } from '../../shared/time/durations.ts';
import { invalidArgument } from './invalid-argument.ts';

const moment = z.string().min(1).max(40).optional();

/** Beginning of a time in which pictures were made. */
export const sinceField = moment.describe('"today", "2h" or "7d" ago, 2026-11-26, …T09:00+01:00.');
/** End of a time in which pictures were made. */
export const untilField = moment.describe('Up to then; a day counts whole.');

/** A time in which pictures were made, epoch milliseconds: from `since` on, and before `until`. */
export interface Period {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** The period as it was understood, with its time zone; undefined where none was given. */
  readonly words: string | undefined;
}

/** One named moment, and the moment after it: a day later for a day. */
interface Span {
  readonly start: number;
  readonly end: number;
}

const AGO = /^(\d{1,4}) ?(m|min|minutes?|h|hours?|d|days?)( ago)?$/;
const WRITTEN = /^(\d{4})-(\d\d)-(\d\d)(?:[t ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?)?$/;
/** An offset from UTC at the end of a day or a time. A day without one ends in two digits after a hyphen, never in four. */
const OFFSET = /^(.*[a-z\d]) ?(z|utc|[+-]\d\d:?\d\d)$/;

/**
 * Reads `since` and `until`. A day or a time with an offset from UTC (`today+02:00`) is that of the offset, which then holds
 * for the other one too. Without any they are those of this machine for the person who sits at it, and of UTC for others.
 * @throws Problem `invalid_argument`
 */
export function readPeriod(
  { since, until }: { readonly since?: string | undefined; readonly until?: string | undefined },
  { caller, clock }: { readonly caller: Pick<Caller, 'principal'>; readonly clock: Pick<Clock, 'now'> },
): Period {
  const [start, end] = [withOffset(since), withOffset(until)];
  const zone = start?.zone ?? end?.zone ?? (caller.principal === LOCAL.principal ? MACHINE : UTC);
  const from = start && spanOf('since', start, zone, clock.now());
  const to = end && spanOf('until', end, zone, clock.now());
  if (from !== undefined && to !== undefined && from.start >= to.end) {
    throw invalidArgument('since is after until.', 'Swap them, or leave one out.');
  }
  const parts = [
    ...(from === undefined ? [] : [`from ${zone.written(from.start)}`]),
    ...(to === undefined ? [] : [`before ${zone.written(to.end)}`]),
  ];
  const words = parts.length === 0 ? undefined : `${parts.join(', ')} (${zone.name})`;
  return { since: from?.start, until: to?.end, words };
}

/** A moment as it was written, and the zone that it names. */
interface Written {
  readonly text: string;
  readonly zone: Zone | undefined;
}

function withOffset(given: string | undefined): Written | undefined {
  if (given === undefined) return undefined;
  const text = given.trim().toLowerCase();
  const [, without, offset] = OFFSET.exec(text) ?? [];
  return without === undefined || offset === undefined
    ? { text, zone: undefined }
    : { text: without, zone: zoneAt(offset) };
}

function spanOf(name: string, { text, zone: own }: Written, zone: Zone, now: number): Span {
  const span = spanIn(text, own ?? zone, now);
  if (span !== undefined && Number.isFinite(span.start)) return span;
  throw invalidArgument(
    `${name} is no time that can be read.`,
    'Write "today", "yesterday", "2h" or "7d" for so long ago, a day such as 2026-11-26, or a time such as 2026-11-26T09:00+01:00; "today+01:00" is the day of that offset.',
  );
}

function spanIn(text: string, zone: Zone, now: number): Span | undefined {
  if (text === 'now') return { start: now, end: now + 1 };
  if (text === 'today' || text === 'yesterday') return dayOf(zone.dayOf(now), text === 'today' ? 0 : -1, zone);
  const ago = AGO.exec(text);
  if (ago !== null) {
    const unit = { m: 60_000, h: HOUR_MS, d: DAY_MS }[ago[2]?.charAt(0) ?? ''] ?? 0;
    const start = now - Number(ago[1]) * unit;
    return { start, end: start };
  }
  const [, year, month, day, hour, minute, second = '0'] = WRITTEN.exec(text) ?? [];
  if (year === undefined) return undefined;
  const date: Day = [Number(year), Number(month), Number(day)];
  if (!exists(date)) return undefined;
  if (hour === undefined) return dayOf(date, 0, zone);
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const start = zone.at(date, [Number(hour), Number(minute), Number(second)]);
  return { start, end: start };
}

type Day = readonly [year: number, month: number, day: number];
type Time = readonly [hour: number, minute: number, second: number];
const MIDNIGHT: Time = [0, 0, 0];

/** A time zone, as far as periods need it. */
interface Zone {
  readonly name: string;
  at(day: Day, time: Time): number;
  dayOf(ms: number): Day;
  written(ms: number): string;
}

const UTC: Zone = {
  name: 'UTC',
  at: ([year, month, day], time) => Date.UTC(year, month - 1, day, ...time),
  dayOf: (ms) => {
    const date = new Date(ms);
    return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  },
  written: (ms) => withoutSeconds(new Date(ms).toISOString()),
};

const MACHINE: Zone = {
  name: 'time of this machine',
  at: ([year, month, day], time) => new Date(year, month - 1, day, ...time).getTime(),
  dayOf: (ms) => {
    const date = new Date(ms);
    return [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  },
  written: (ms) => {
    const east = -new Date(ms).getTimezoneOffset();
    const [sign, size] = [east < 0 ? '-' : '+', Math.abs(east)];
    const [hours, minutes] = [Math.floor(size / 60), size % 60].map((part) => String(part).padStart(2, '0'));
    return `${withoutSeconds(new Date(ms + east * 60_000).toISOString())}${sign}${hours}:${minutes}`;
  },
};

/** The day that is so many days after another one: 23 or 25 hours long where clocks are changed. */
function dayOf([year, month, day]: Day, later: number, zone: Zone): Span {
  return {
    start: zone.at([year, month, day + later], MIDNIGHT),
    end: zone.at([year, month, day + later + 1], MIDNIGHT),
  };
}

function exists([year, month, day]: Day): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** The zone of an offset from UTC, such as "z", "+01:00" or "-0530". */
function zoneAt(offset: string): Zone {
  const [, sign, hours = '', minutes = ''] = /^([+-])(\d\d):?(\d\d)$/.exec(offset) ?? [];
  if (sign === undefined) return UTC;
  const ahead = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return {
    name: `UTC${sign}${hours}:${minutes}`,
    at: (day, time) => UTC.at(day, time) - ahead,
    dayOf: (ms) => UTC.dayOf(ms + ahead),
    written: (ms) => UTC.written(ms + ahead),
  };
}

function withoutSeconds(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
