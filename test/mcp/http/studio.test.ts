import { describe, expect, test } from 'vitest';
import { BrowserSessions, SESSION_MS } from '../../../src/mcp/http/studio/browser-sessions.ts';
import { secretOf, sessionCookie } from '../../../src/mcp/http/studio/cookie.ts';
import { LOCAL } from '../../../src/shared/caller.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { ManualClock } from '../../support/clocks/manual-clock.ts';

const ORIGIN = 'http://127.0.0.1:4711';

describe('a browser that comes in with a code', () => {
  const clock = new ManualClock();
  const sessions = new BrowserSessions({ clock, random: systemRandom });

  test('is let in once', () => {
    const code = sessions.code(LOCAL, 60_000);
    const secret = sessions.redeem(code) ?? '';
    expect(sessions.identityOf(secret)).toBe(LOCAL);
    expect(sessions.redeem(code)).toBeUndefined();
    expect(sessions.identityOf(code)).toBeUndefined();
  });

  test('is too late after the time of the code', async () => {
    const code = sessions.code(LOCAL, 60_000);
    await clock.advance(60_000);
    expect(sessions.redeem(code)).toBeUndefined();
  });

  test('stays in for twelve hours, or until it leaves', async () => {
    const [left, kept] = [sessions.open(LOCAL), sessions.open(LOCAL)];
    sessions.end(left);
    expect(sessions.identityOf(left)).toBeUndefined();
    await clock.advance(SESSION_MS - 1);
    expect(sessions.identityOf(kept)).toBe(LOCAL);
    await clock.advance(1);
    expect(sessions.identityOf(kept)).toBeUndefined();
  });

  test('is forgotten once many others have come, so that codes and sessions fill no memory', () => {
    const [first, ...others] = Array.from({ length: 65 }, () => sessions.open(LOCAL));
    expect(sessions.identityOf(first ?? '')).toBeUndefined();
    expect(sessions.identityOf(others.at(-1) ?? '')).toBe(LOCAL);
  });
});

describe('the cookie', () => {
  const cookie = sessionCookie(ORIGIN, 'secret').split(';')[0] ?? '';
  const from = (headers: Record<string, string>) =>
    secretOf({ headers: { host: '127.0.0.1:4711', cookie: `other=1; ${cookie}`, ...headers } } as never, ORIGIN);

  test.each([
    ['its own page', { origin: ORIGIN }, 'secret'],
    [
      'its own page, by another name of the machine',
      { origin: 'http://localhost:4711', host: 'localhost:4711' },
      'secret',
    ],
    ['its own page, without Origin', { 'sec-fetch-site': 'same-origin' }, 'secret'],
    ['a page on another port', { origin: 'http://127.0.0.1:3000' }, undefined],
    ['a page on another port, without Origin', { 'sec-fetch-site': 'same-site' }, undefined],
    ['a page in a sandbox', { origin: 'null' }, undefined],
    ['a program', {}, undefined],
  ])('counts or not, as its request is from %s', (_who, headers, expected) => {
    expect(from(headers as Record<string, string>)).toBe(expected);
  });

  test('is for the server alone, and over https for no other host', () => {
    expect(sessionCookie(ORIGIN, 's')).toBe('firefly-studio-4711=s; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200');
    expect(sessionCookie('https://firefly.example', 's')).toMatch(/^__Host-firefly-studio=s; .*; Secure$/);
  });
});
