import { describe, expect, test } from 'vitest';
import { LOCAL } from '../../../src/shared/caller.ts';
import { readPeriod } from '../../../src/tools/arguments/period.ts';
import { ANNA } from '../../support/rooms/test-rooms.ts';

/** Late evening in UTC, when it is already tomorrow in the east and still today in the west. */
const NOW = Date.UTC(2026, 10, 26, 22, 30);
const read = (given: { since?: string; until?: string }, caller = ANNA) => {
  const { since, until, words } = readPeriod(given, { caller, clock: { now: () => NOW } });
  const iso = (ms: number | undefined) => ms && new Date(ms).toISOString();
  return { since: iso(since), until: iso(until), words };
};

describe('"today" of a person over HTTP', () => {
  test('without an offset is the day of UTC, and the answer says so', () => {
    expect(read({ since: 'today' })).toEqual({
      since: '2026-11-26T00:00:00.000Z',
      until: undefined,
      words: 'from 2026-11-26 00:00 (UTC)',
    });
  });

  test.each([
    ['today+02:00', '2026-11-26T22:00:00.000Z', 'from 2026-11-27 00:00 (UTC+02:00)'],
    ['Today -0500', '2026-11-26T05:00:00.000Z', 'from 2026-11-26 00:00 (UTC-05:00)'],
    ['yesterday+02:00', '2026-11-25T22:00:00.000Z', 'from 2026-11-26 00:00 (UTC+02:00)'],
    ['2026-11-26+05:30', '2026-11-25T18:30:00.000Z', 'from 2026-11-26 00:00 (UTC+05:30)'],
    ['2026-11-26Z', '2026-11-26T00:00:00.000Z', 'from 2026-11-26 00:00 (UTC)'],
    ['2026-11-26T09:00+01:00', '2026-11-26T08:00:00.000Z', 'from 2026-11-26 09:00 (UTC+01:00)'],
    ['2026-11-26 09:00:30 UTC', '2026-11-26T09:00:30.000Z', 'from 2026-11-26 09:00 (UTC)'],
  ])('with an offset is the day of that offset, and the answer says so: %s', (since, start, words) => {
    expect(read({ since })).toEqual({ since: start, until: undefined, words });
  });

  test('takes the offset of the one from the other', () => {
    expect(read({ since: 'yesterday+02:00', until: 'yesterday' })).toMatchObject({
      since: '2026-11-25T22:00:00.000Z',
      until: '2026-11-26T22:00:00.000Z',
      words: 'from 2026-11-26 00:00, before 2026-11-27 00:00 (UTC+02:00)',
    });
  });

  test.each(['today+2', 'today+25', '2026-11-31+01:00', '+01:00', 'tomorrow'])('refuses %s', (since) => {
    expect(() => read({ since })).toThrow('since is no time that can be read.');
  });
});

test('the person at this machine has the day of the machine, unless an offset says another one', () => {
  const midnight = new Date(NOW);
  midnight.setHours(0, 0, 0, 0);
  const today = read({ since: 'today' }, LOCAL as typeof ANNA);
  expect(today).toMatchObject({
    since: midnight.toISOString(),
    words: expect.stringContaining('(time of this machine)'),
  });
  expect(read({ since: 'today+02:00' }, LOCAL as typeof ANNA).words).toContain('(UTC+02:00)');
});
