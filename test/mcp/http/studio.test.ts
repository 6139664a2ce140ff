import { describe, expect, test } from 'vitest';
import { BrowserSessions, SESSION_MS } from '../../../src/mcp/http/studio/browser-sessions.ts';
import { endedCookie, secretsOf, sessionCookie } from '../../../src/mcp/http/studio/cookie.ts';
import { Signer } from '../../../src/mcp/http/signing/signer.ts';
import { identity } from '../../../src/mcp/sign-in/people.ts';
import { LOCAL, type Identity } from '../../../src/shared/caller.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { raw, serveTestTools } from '../fixture/http.ts';
import { testOptions } from '../fixture/options.ts';
import { ManualClock } from '../../support/clocks/manual-clock.ts';

const ORIGIN = 'http://127.0.0.1:4711';

describe('a browser that comes in with a code', () => {
  const clock = new ManualClock();
  const keys = [Buffer.alloc(32, 1)];
  const sessions = new BrowserSessions({ clock, random: systemRandom, signer: new Signer(keys) });

  test('is let in once', async () => {
    const code = sessions.code(LOCAL, 60_000);
    const { secret = '' } = sessions.redeem(code) ?? {};
    expect(await sessions.identityOf(secret)).toBe(LOCAL);
    expect(sessions.redeem(code)).toBeUndefined();
    expect(await sessions.identityOf(code)).toBeUndefined();
  });

  test('is too late after the time of the code', () => {
    const code = sessions.code(LOCAL, 60_000);
    clock.advance(60_000);
    expect(sessions.redeem(code)).toBeUndefined();
  });

  test('stays in for twelve hours, or until it leaves', async () => {
    const [left, kept] = [sessions.open(LOCAL).secret, sessions.open(LOCAL).secret];
    sessions.end(left);
    expect(await sessions.identityOf(left)).toBeUndefined();
    clock.advance(SESSION_MS - 1_000);
    expect(await sessions.identityOf(kept)).toBe(LOCAL);
    clock.advance(2_000);
    expect(await sessions.identityOf(kept)).toBeUndefined();
  });

  test.each([
    ['sooner than twelve hours', 600_000, 600],
    ['later than twelve hours', SESSION_MS + 1, 43_200],
    ['already, by a clock that is ahead', -1, 0],
  ])('stays in no longer than its token counts: one that ends %s', async (_when, ms, seconds) => {
    const until = clock.now() + ms;
    const ada = { ...identity('https://issuer.example|ada', new Set(['read']), undefined), until };
    const session = sessions.open(ada);
    expect(session.seconds).toBe(seconds);
    expect(await sessions.identityOf(session.secret)).toEqual(ms < 0 ? undefined : ada);
  });

  test('cannot stay in by its own cookie for longer than its token counts', async () => {
    const ada = {
      ...identity('https://issuer.example|ada', new Set(['read']), undefined),
      until: clock.now() + 600_000,
    };
    const first = sessions.open(ada);
    clock.advance(599_000);
    const renewed = sessions.open((await sessions.identityOf(first.secret)) ?? LOCAL);
    expect(renewed.seconds).toBe(1);
    expect(await sessions.identityOf(renewed.secret)).toEqual(ada);
    clock.advance(1_000);
    for (const { secret } of [first, renewed]) expect(await sessions.identityOf(secret)).toBeUndefined();
  });

  test('stays out once it has left, however many others leave after it', async () => {
    const left = sessions.open(LOCAL).secret;
    sessions.end(left);
    for (let i = 0; i < 1_000; i += 1) sessions.end(`other ${i}`);
    expect(await sessions.identityOf(left)).toBeUndefined();
  });

  test('fills no memory with its code: the oldest is forgotten', () => {
    const [first, ...others] = Array.from({ length: 65 }, () => sessions.code(LOCAL, 60_000));
    expect(sessions.redeem(first ?? '')).toBeUndefined();
    expect(sessions.redeem(others.at(-1) ?? '')).toBeDefined();
  });

  test('is known to every replica with the keys, with the rights of its person, and to no other server', async () => {
    const ada = identity('https://issuer.example|ada', new Set(['read']), 5);
    const cookie = sessions.open(ada).secret;
    const replica = new BrowserSessions({ clock, random: systemRandom, signer: new Signer(keys) });
    expect(await replica.identityOf(cookie)).toEqual(ada);
    const other = new BrowserSessions({ clock, random: systemRandom, signer: new Signer([Buffer.alloc(32, 2)]) });
    expect(await other.identityOf(cookie)).toBeUndefined();
  });

  test('is out as soon as its person is', async () => {
    let isIn = true;
    const identityNow = async (signedIn: Identity) => (isIn ? signedIn : undefined);
    const team = new BrowserSessions({ clock, random: systemRandom, signer: new Signer(keys), identityNow });
    const cookie = team.open(LOCAL).secret;
    expect(await team.identityOf(cookie)).toBe(LOCAL);
    isIn = false;
    expect(await team.identityOf(cookie)).toBeUndefined();
  });
});

describe('the page', () => {
  const pageOf = async (takesTokens: boolean, demo = false) => {
    const { settings } = testOptions();
    const serving = await serveTestTools({ takesTokens, settings: { ...settings, demo } });
    const answer = await raw(serving.port, { method: 'GET', path: '/studio' });
    await serving.close({ graceMs: 0 });
    return answer;
  };

  test('asks for a token where tokens of people count, and does not where an issuer signs them in', async () => {
    const [asking, silent] = [await pageOf(true), await pageOf(false)];
    expect(asking.body).toContain('<body data-sign-in="token">');
    expect(silent.body).not.toContain('data-sign-in=');
    expect(asking.headers['content-security-policy']).toBe(silent.headers['content-security-policy']);
    expect(asking.headers['content-security-policy']).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
    expect(asking.body + silent.body).not.toContain('data-demo');
  });

  test('says from its first moment that it is a demo', async () => {
    const [both, alone] = [await pageOf(true, true), await pageOf(false, true)];
    expect(both.body).toContain('<body data-sign-in="token" data-demo>');
    expect(alone.body).toContain('<body data-demo>');
  });
});

test('a defect of a route is answered, and so is a build without the page', async () => {
  const signer = new Signer([Buffer.alloc(32, 7)]);
  const services = () => Promise.reject(new Error('a defect'));
  const serving = await serveTestTools({ signer, services });
  const path = `/images/${signer.sign('picture', 'img_1', Date.now() + 60_000)}/img_1.png`;
  const answer = await raw(serving.port, { method: 'GET', path });
  expect([answer.status, answer.body]).toEqual([500, expect.not.stringContaining('a defect')]);
  await serving.close({ graceMs: 0 });
});

describe('the cookie', () => {
  const cookie = sessionCookie(ORIGIN, { secret: 'secret', seconds: 60 }).split(';')[0] ?? '';
  const from = (headers: Record<string, string>) =>
    secretsOf({ headers: { host: '127.0.0.1:4711', cookie: `other=1; ${cookie}`, ...headers } } as never, ORIGIN);

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
    expect(from(headers as Record<string, string>)).toEqual(expected === undefined ? [] : [expected]);
  });

  test('of the same name that another server has set for a longer path does not put the real one aside', () => {
    const tossed = `firefly-studio-4711=tossed; ${cookie}`;
    expect(from({ origin: ORIGIN, cookie: tossed })).toEqual(['tossed', 'secret']);
  });

  test('is for the server alone, and over https for no other host', () => {
    const session = { secret: 's', seconds: 60 };
    expect(sessionCookie(ORIGIN, session)).toBe('firefly-studio-4711=s; Path=/; HttpOnly; SameSite=Strict; Max-Age=60');
    expect(sessionCookie('https://firefly.example', session)).toMatch(/^__Host-firefly-studio=s; .*; Secure$/);
    // Without the same attributes a browser would keep the cookie.
    expect(endedCookie('https://firefly.example')).toMatch(/^__Host-firefly-studio=; .*; Max-Age=0; Secure$/);
  });
});
