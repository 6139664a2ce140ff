import { describe, expect, test } from 'vitest';
import { createTokenSource } from '../../../src/firefly/auth/credentials.ts';
import type { Credentials } from '../../../src/firefly/auth/credentials.ts';
import type { TokenOutcome } from '../../../src/firefly/auth/ims.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../support/clocks/manual-clock.ts';

const HOUR = 3_600_000;
const BOTH = { clientId: 'id', clientSecret: 'secret-secret' };
const down = {
  kind: 'unavailable',
  problem: { code: 'adobe_unreachable', message: 'm.', actor: 'wait', next: 'n.' },
} as const satisfies TokenOutcome;
const no: TokenOutcome = {
  kind: 'refused',
  problem: { code: 'credentials_refused', message: 'm.', actor: 'operator', next: 'n.' },
};

/** A source on a scripted IMS, which issues numbered tokens for a day by default. */
function scripted(credentials: Credentials | undefined = BOTH, script: (TokenOutcome | undefined)[] = []) {
  const clock = new ManualClock();
  const ims = { calls: 0, expiresIn: 86_400 };
  const source = createTokenSource(credentials, {
    clock,
    logger: silentLogger,
    requestToken: async () => {
      const turn = script[ims.calls];
      ims.calls += 1;
      const value = `token-${ims.calls}`;
      await new Promise((resolve) => setImmediate(resolve));
      return turn ?? { kind: 'token', value, expiresIn: ims.expiresIn };
    },
  });
  return { clock, ims, source };
}

function jwt(claims: object): string {
  return ['{}', JSON.stringify(claims), 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.');
}

describe('concurrent callers', () => {
  test('share one request to IMS', async () => {
    const { ims, source } = scripted();
    const tokens = await Promise.all(Array.from({ length: 50 }, () => source.get()));
    expect(new Set(tokens.map(({ value }) => value))).toEqual(new Set(['token-1']));
    expect(ims.calls).toBe(1);
  });

  test('still get their token when one of them aborts', async () => {
    const { ims, source } = scripted();
    const controller = new AbortController();
    const impatient = source.get(controller.signal);
    const patient = source.get();
    controller.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    expect((await patient).value).toBe('token-1');
    expect(ims.calls).toBe(1);
  });
});

describe('the lifetime of a token', () => {
  test.each<[string, number, number, string]>([
    ['a little later', HOUR, HOUR, 'token-1'],
    ['five minutes before the end', 24 * HOUR - 299_000, 24 * HOUR - 299_000, 'token-2'],
    ['just before that', 24 * HOUR - 301_000, 24 * HOUR - 301_000, 'token-1'],
    ['after a night asleep: monotonic time stood still', 25 * HOUR, 0, 'token-2'],
    ['with the wall clock set back', -48 * HOUR, 25 * HOUR, 'token-2'],
    ['with the wall clock set back only', -HOUR, HOUR, 'token-1'],
  ])('follows both clocks: %s', async (_name, wall, mono, expected) => {
    const { clock, source } = scripted();
    await source.get();
    clock.wall += wall;
    clock.mono += mono;
    expect((await source.get()).value).toBe(expected);
  });

  test('is read as milliseconds if IMS says 86399999', async () => {
    const { clock, ims, source } = scripted();
    ims.expiresIn = 86_399_999;
    await source.get();
    clock.advance(25 * HOUR);
    expect((await source.get()).value).toBe('token-2');
  });

  test('ends for renewal after nine tenths if it is short', async () => {
    const { clock, ims, source } = scripted();
    ims.expiresIn = 100;
    await source.get();
    clock.advance(89_000);
    expect((await source.get()).value).toBe('token-1');
    clock.advance(2_000);
    expect((await source.get()).value).toBe('token-2');
  });
});

describe('a token that is refused with 401', () => {
  test('is renewed once for fifty callers that used it', async () => {
    const { ims, source } = scripted();
    const old = await source.get();
    const next = await Promise.all(
      Array.from({ length: 50 }, async () => {
        source.refused(old);
        return source.get();
      }),
    );
    expect(new Set(next.map(({ value }) => value))).toEqual(new Set(['token-2']));
    expect(ims.calls).toBe(2);
  });

  test('does not drop its successor when the 401 arrives late', async () => {
    const { ims, source } = scripted();
    const old = await source.get();
    source.refused(old);
    await source.get();
    source.refused(old);
    expect((await source.get()).value).toBe('token-2');
    source.accepted(await source.get());
    source.refused(old);
    expect((await source.get()).value).toBe('token-2');
    expect(ims.calls).toBe(2);
  });

  test('is not renewed in a loop when every token is refused', async () => {
    const { clock, ims, source } = scripted();
    for (let call = 0; call < 100; call += 1) source.refused(await source.get());
    expect(ims.calls).toBe(2);
    clock.advance(31_000);
    source.refused(await source.get());
    await source.get();
    expect(ims.calls).toBe(3);
  });

  test('is renewed again after Adobe has accepted its predecessor', async () => {
    const { source } = scripted();
    source.refused(await source.get());
    const second = await source.get();
    source.accepted(second);
    source.refused(second);
    expect((await source.get()).value).toBe('token-3');
  });
});

describe('an unavailable IMS', () => {
  test('leaves a token that is still alive in use, and is asked again later', async () => {
    const { clock, ims, source } = scripted(BOTH, [undefined, down, down]);
    await source.get();
    clock.advance(24 * HOUR - 200_000);
    expect((await source.get()).value).toBe('token-1');
    expect((await source.get()).value).toBe('token-1');
    expect(ims.calls).toBe(2);
    clock.advance(31_000);
    await source.get();
    expect(ims.calls).toBe(3);
    clock.advance(31_000);
    expect((await source.get()).value).toBe('token-4');
  });

  test('is an error once the token has expired', async () => {
    const { clock, source } = scripted(BOTH, [undefined, down]);
    await source.get();
    clock.advance(25 * HOUR);
    await expect(source.get()).rejects.toMatchObject({ code: 'adobe_unreachable', actor: 'wait' });
    clock.advance(2_001);
    expect((await source.get()).value).toBe('token-3');
  });

  test('is asked with growing pauses, of half a minute at most', async () => {
    const { clock, ims, source } = scripted(BOTH, Array<TokenOutcome>(100).fill(down));
    const asked: number[] = [];
    for (let second = 0; second < 120; second += 1) {
      const before = ims.calls;
      await expect(source.get()).rejects.toMatchObject({ code: 'adobe_unreachable' });
      if (ims.calls > before) asked.push(second);
      clock.advance(1_000);
    }
    expect(asked).toEqual([0, 2, 6, 14, 30, 60, 90]);
  });

  test('is not asked before its Retry-After, up to a minute', async () => {
    const { clock, ims, source } = scripted(BOTH, [
      { ...down, retryAfterMs: 40_000 },
      { ...down, retryAfterMs: 24 * HOUR },
    ]);
    for (const [ms, calls] of [
      [0, 1],
      [39_000, 1],
      [2_000, 2],
      [59_000, 2],
    ] as const) {
      clock.advance(ms);
      await expect(source.get()).rejects.toMatchObject({ code: 'adobe_unreachable' });
      expect(ims.calls).toBe(calls);
    }
    clock.advance(2_000);
    expect((await source.get()).value).toBe('token-3');
  });
});

describe('refused credentials', () => {
  test('are retried after one minute, then two, at most fifteen', async () => {
    const { clock, ims, source } = scripted(BOTH, Array<TokenOutcome>(20).fill(no));
    const asks = async (ms: number) => {
      clock.advance(ms);
      await expect(source.get()).rejects.toMatchObject({ code: 'credentials_refused' });
      return ims.calls;
    };
    expect(await asks(0)).toBe(1);
    expect(await asks(59_000)).toBe(1);
    expect(await asks(2_000)).toBe(2);
    expect(await asks(119_000)).toBe(2);
    expect(await asks(2_000)).toBe(3);
    for (let turn = 0; turn < 5; turn += 1) await asks(15 * 60_000 + 1);
    expect(ims.calls).toBe(8);
    expect(await asks(14 * 60_000)).toBe(8);
  });
});

describe('a client secret that is rotated at run time', () => {
  function rotating() {
    const clock = new ManualClock();
    const seen: string[] = [];
    const adobe = { takes: 'old-secret', configured: 'old-secret' };
    const source = createTokenSource(
      { clientId: 'id', clientSecret: 'old-secret', secretNow: () => adobe.configured },
      {
        clock,
        logger: silentLogger,
        requestToken: async (_id, secret) => {
          seen.push(secret);
          return secret === adobe.takes ? { kind: 'token', value: `by ${secret}`, expiresIn: 3_600 } : no;
        },
      },
    );
    return { adobe, clock, seen, source };
  }

  test('is read anew when IMS refuses the old one', async () => {
    const { adobe, clock, seen, source } = rotating();
    await source.get();
    adobe.takes = adobe.configured = 'new-secret';
    clock.advance(2 * HOUR);
    expect((await source.get()).value).toBe('by new-secret');
    expect(seen).toEqual(['old-secret', 'old-secret', 'new-secret']);
    expect(source.secrets()).toEqual(expect.arrayContaining(['old-secret', 'new-secret']));
    clock.advance(2 * HOUR);
    await source.get();
    expect(seen.at(-1)).toBe('new-secret');
    expect(seen).toHaveLength(4);
  });

  test('ends the backoff after a refusal at once', async () => {
    const { adobe, clock, seen, source } = rotating();
    adobe.takes = 'new-secret';
    await expect(source.get()).rejects.toMatchObject({ code: 'credentials_refused' });
    await expect(source.get()).rejects.toMatchObject({ code: 'credentials_refused' });
    expect(seen).toEqual(['old-secret']);
    adobe.configured = 'new-secret';
    clock.advance(1_000);
    expect((await source.get()).value).toBe('by new-secret');
  });

  test('is tried once if IMS refuses the new one as well', async () => {
    const { adobe, seen, source } = rotating();
    adobe.takes = 'another';
    adobe.configured = 'new-secret';
    for (let turn = 0; turn < 3; turn += 1) await source.get().catch(() => undefined);
    expect(seen).toEqual(['old-secret', 'new-secret']);
  });
});

describe('credentials', () => {
  test.each<[string, Credentials | undefined]>([
    ['none', undefined],
    ['an id alone', { clientId: 'id' }],
    ['an empty id', { clientId: '', clientSecret: 'x' }],
  ])('that are missing (%s) are reported with the variables to set and the demo', async (_name, credentials) => {
    const { ims, source } = scripted(credentials ?? { clientId: '' });
    const error: unknown = await source.get().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'credentials_missing', actor: 'operator' });
    expect(error).toMatchObject({
      next: expect.stringMatching(/FIREFLY_CLIENT_ID.*FIREFLY_CLIENT_SECRET.*--demo/) as string,
    });
    expect(ims.calls).toBe(0);
  });

  test('stay known for redaction, also tokens that were dropped', async () => {
    const { source } = scripted({ ...BOTH, accessToken: 'given-token' });
    const given = await source.get();
    source.refused(given);
    await source.get();
    expect(source.secrets()).toEqual(expect.arrayContaining(['secret-secret', 'given-token', 'token-1']));
  });
});

describe('a token from elsewhere', () => {
  const NOW = new ManualClock().wall;

  test.each<[string, string, number]>([
    ['its claim exp', jwt({ exp: (NOW + HOUR) / 1000 }), HOUR],
    ['the claims of IMS', jwt({ created_at: String(NOW), expires_in: String(2 * HOUR) }), 2 * HOUR],
  ])('is used until it expires by %s, then reported as expired', async (_name, accessToken, life) => {
    const { clock, ims, source } = scripted({ clientId: 'id', accessToken });
    clock.advance(life - 1_000);
    expect((await source.get()).value).toBe(accessToken);
    clock.advance(2_000);
    await expect(source.get()).rejects.toMatchObject({ code: 'access_token_expired', actor: 'operator' });
    expect(ims.calls).toBe(0);
  });

  test.each(['opaque', 'a.b.c', jwt({}), ''.padEnd(5_000, 'x.')])(
    'without a readable expiry is used until a 401 (%#)',
    async (accessToken) => {
      const { clock, source } = scripted({ clientId: 'id', accessToken });
      clock.advance(HOUR);
      const token = await source.get();
      expect(token.value).toBe(accessToken);
      source.refused(token);
      await expect(source.get()).rejects.toMatchObject({ code: 'access_token_expired' });
    },
  );

  test('is replaced by a token from IMS if there is a secret', async () => {
    const { clock, source } = scripted({ ...BOTH, accessToken: jwt({ exp: (NOW + HOUR) / 1000 }) });
    clock.advance(2 * HOUR);
    expect((await source.get()).value).toBe('token-1');
  });
});
