import { MockAgent } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { requestToken } from '../../../src/firefly/auth/ims.ts';
import { DEFAULT_TIMEOUTS } from '../../../src/firefly/http/timeouts.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { IMS, SECRET } from '../harness.ts';
import { canary, secretsIn } from '../../support/canaries.ts';
import { ManualClock } from '../../support/clocks/manual-clock.ts';

const PROXY_PASSWORD = canary('proxy password');
const agents: MockAgent[] = [];
afterEach(() => Promise.all(agents.splice(0).map((agent) => agent.close())));

interface Scripted {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Asks a scripted IMS; every pause is slept at once and noted. */
async function ask(script: (Scripted | Error)[]) {
  const agent = new MockAgent();
  agents.push(agent);
  agent.disableNetConnect();
  const bodies: string[] = [];
  const pauses: number[] = [];
  const clock = new ManualClock();
  const sleep = clock.sleep.bind(clock);
  clock.sleep = (ms, signal) => {
    if (signal) return sleep(ms, signal);
    pauses.push(ms);
    clock.advance(ms);
    return Promise.resolve();
  };
  for (const turn of script) {
    const interceptor = agent.get(IMS).intercept({ path: '/ims/token/v3', method: 'POST' });
    if (turn instanceof Error) interceptor.replyWithError(turn);
    else
      interceptor.reply((request) => {
        bodies.push(typeof request.body === 'string' ? request.body : '');
        const data = typeof turn.body === 'string' ? turn.body : JSON.stringify(turn.body ?? {});
        return { statusCode: turn.status, data, responseOptions: { headers: turn.headers ?? {} } };
      });
  }
  const outcome = await requestToken({
    tokenUrl: new URL(`${IMS}/ims/token/v3`),
    clientId: 'the-client',
    clientSecret: SECRET,
    proxySecrets: [PROXY_PASSWORD],
    scopes: 'openid,firefly_api',
    dispatcher: agent,
    timeouts: DEFAULT_TIMEOUTS,
    clock,
    random: systemRandom,
  });
  return { outcome, bodies, pauses };
}

test('a token request sends the client credentials as a form', async () => {
  const { outcome, bodies } = await ask([
    { status: 200, body: { access_token: 't', expires_in: 86_399, scope: null } },
  ]);
  expect(outcome).toEqual({ kind: 'token', value: 't', expiresIn: 86_399 });
  expect(Object.fromEntries(new URLSearchParams(bodies[0]))).toEqual({
    grant_type: 'client_credentials',
    client_id: 'the-client',
    client_secret: SECRET,
    scope: 'openid,firefly_api',
  });
});

test('a token without a lifetime is taken for an hour, since that is not required', async () => {
  const { outcome } = await ask([{ status: 200, body: { access_token: 't', token_type: 'bearer' } }]);
  expect(outcome).toEqual({ kind: 'token', value: 't', expiresIn: 3_600 });
});

describe('a clear refusal by IMS', () => {
  test.each<[number, unknown, RegExp]>([
    [
      400,
      { error: 'invalid_client', error_description: `invalid client_secret parameter ${SECRET}` },
      /client id or the client secret/,
    ],
    [401, { error: 'invalid_client' }, /client id or the client secret/],
    [400, { error: 'unauthorized_client' }, /client id or the client secret/],
    [400, { error: 'invalid_scope' }, /scopes/],
    [400, { error: 'access_denied' }, /access_denied/],
    [400, { error: 'invalid_request' }, /invalid_request/],
  ])('with %d and %j is reported as refused credentials without a retry', async (status, body, says) => {
    const { outcome, pauses } = await ask([{ status, body }]);
    expect(outcome).toMatchObject({ kind: 'refused', problem: { code: 'credentials_refused', actor: 'operator' } });
    expect(JSON.stringify(outcome)).toMatch(says);
    expect(JSON.stringify(outcome)).not.toContain(SECRET);
    expect(pauses).toEqual([]);
  });
});

describe('an answer of IMS that says nothing about the credentials', () => {
  test.each<[string, number, unknown]>([
    ['an empty object', 200, {}],
    ['an error in a 200', 200, { error: 'invalid_client', access_token: '' }],
    ['a lifetime of zero', 200, { access_token: 'leaked-token-value', expires_in: 0 }],
    ['a lifetime that is not a number', 200, { access_token: 'leaked-token-value', expires_in: 'soon' }],
    ['a token that no header can hold', 200, { access_token: 'leaked-token\r\nvalue', expires_in: 60 }],
    ['a text', 200, 'leaked-token-value'],
    ['half a token', 200, '{"access_token":"leaked-token-value","expires_in":8'],
    ['a page', 200, '<title>Maintenance</title>leaked-token-value'],
    ['a redirect', 302, ''],
    ['an HTML page of a proxy', 403, '<html>blocked</html>'],
    ['half a refusal', 400, '{"error":"invalid_cl'],
    ['an error of another service', 400, { error_code: 'invalid_client', message: 'x' }],
    ['an error that is not a refusal', 400, { error: 'temporarily_unavailable' }],
    ['nothing at all', 404, ''],
    ['a conflict', 409, { reason: 'Conflict' }],
    ['a refusal of a broken IMS', 500, { error: 'invalid_client' }],
  ])('(%s) is retried, then reported without quoting the body', async (_name, status, body) => {
    const { outcome, pauses } = await ask(Array.from({ length: 4 }, () => ({ status, body })));
    expect(outcome).toMatchObject({
      kind: 'unavailable',
      problem: { code: status === 200 ? 'adobe_error' : 'adobe_unreachable' },
    });
    expect(pauses).toHaveLength(3);
    expect(JSON.stringify(outcome)).not.toContain('leaked');
  });
});

describe('an unavailable IMS', () => {
  const ok = { status: 200, body: { access_token: 't', expires_in: 60 } };

  test('is asked again with growing delays', async () => {
    const { outcome, pauses } = await ask([{ status: 503 }, new Error('connection lost'), { status: 500 }, ok]);
    expect(outcome.kind).toBe('token');
    expect(pauses).toHaveLength(3);
    expect(pauses[2]).toBeGreaterThan((pauses[0] ?? 0) * 2);
  });

  test('is asked four times at most', async () => {
    const { outcome, pauses } = await ask([{ status: 500 }, { status: 502 }, { status: 503 }, { status: 504 }, ok]);
    expect(outcome).toMatchObject({ kind: 'unavailable', problem: { code: 'adobe_unreachable', actor: 'wait' } });
    expect(pauses).toHaveLength(3);
  });

  test('is not asked again before its Retry-After', async () => {
    const { outcome, pauses } = await ask([{ status: 429, headers: { 'retry-after': '4' } }, ok]);
    expect(outcome.kind).toBe('token');
    expect(pauses).toEqual([4_000]);
  });

  test('with a Retry-After of more than ten seconds is not asked again', async () => {
    const { outcome, pauses } = await ask([{ status: 503, headers: { 'retry-after': '30' } }, ok]);
    expect(outcome.kind).toBe('unavailable');
    expect(pauses).toEqual([]);
  });
});

test('a proxy that answers in place of IMS and echoes its own credentials has them in no outcome', async () => {
  const basic = Buffer.from(`user:${PROXY_PASSWORD}`).toString('base64');
  const page = { status: 502, body: `<p>Proxy-Authorization: Basic ${basic} is not valid</p>` };
  const { outcome } = await ask([page, page, page, page]);
  expect(JSON.stringify(outcome)).toContain('is not valid');
  expect(secretsIn(JSON.stringify(outcome))).toEqual([]);
});
