import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { authenticateLocal, type Authenticate, type Credentials } from '../../../src/mcp/client/authentication.ts';
import { serveOverStdio } from '../../../src/mcp/stdio/serve-stdio.ts';
import { LOCAL } from '../../../src/shared/caller.ts';
import { canary } from '../../support/canaries.ts';
import { GOOD_HEADERS, INITIALIZE, raw, serveTestTools } from '../fixture/http.ts';
import { testOptions } from '../fixture/options.ts';

const TOKEN = canary('bearer');
const http = (authorization: string | undefined, from: 'loopback' | 'network' = 'loopback'): Credentials => ({
  transport: 'http',
  authorization,
  from,
});

describe('the local sign-in', () => {
  test.each<[string, Credentials, string | undefined]>([
    ['stdio', { transport: 'stdio' }, undefined],
    ['the token from loopback', http(`Bearer ${TOKEN}`), TOKEN],
    ['the token with the scheme in other letters', http(`bEARER  ${TOKEN} `), TOKEN],
  ])('lets in %s with all rights', async (_what, credentials, token) => {
    expect(await authenticateLocal(token)(credentials)).toEqual({ kind: 'accepted', identity: LOCAL });
  });

  test.each<[string, Credentials, string | undefined]>([
    ['the token from another machine', http(`Bearer ${TOKEN}`, 'network'), TOKEN],
    ['no token', http(undefined), TOKEN],
    ['a token, where the server has none', http(`Bearer ${TOKEN}`), undefined],
    ['no token, where the server has none', http(undefined), undefined],
    ['the word undefined, where the server has no token', http('Bearer undefined'), undefined],
    ['a part of the token', http(`Bearer ${TOKEN.slice(0, -1)}`), TOKEN],
    ['the token as a password', http(`Basic ${TOKEN}`), TOKEN],
    ['two tokens', http(`Bearer ${TOKEN} ${TOKEN}`), TOKEN],
  ])('refuses %s', async (_what, credentials, token) => {
    expect(await authenticateLocal(token)(credentials)).toMatchObject({ kind: 'refused' });
  });
});

const broken: Authenticate = async () => {
  throw new Error('the issuer is away: secret detail');
};
const refusing: Authenticate = async () => ({ kind: 'refused', message: 'Sign in first.', isInvalid: false });

describe('a sender that cannot be checked', () => {
  test('gets 503 over HTTP, and no tool is looked at', async () => {
    let loaded = 0;
    const loadTools = async () => {
      loaded += 1;
      return [];
    };
    const serving = await serveTestTools({ authenticate: broken, loadTools });
    const answer = await raw(serving.port, { headers: GOOD_HEADERS, body: INITIALIZE });
    await serving.close({ graceMs: 0 });
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(answer.body).not.toContain('secret detail');
    expect(answer.headers['mcp-session-id']).toBeUndefined();
    expect(loaded).toBe(0);
  });

  test.each([
    ['cannot be checked', broken],
    ['is refused', refusing],
  ])('ends the connection over stdio where it %s, with nothing but an error', async (_what, authenticate) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    let said = '';
    output.on('data', (chunk) => (said += String(chunk)));
    const serving = serveOverStdio(testOptions({ authenticate }), { input, output });
    input.write(`${INITIALIZE}\n`);
    await serving.closed;
    const answers = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(answers).toEqual([{ jsonrpc: '2.0', id: 1, error: { code: -32_603, message: 'Internal server error' } }]);
  });
});

test('a stdio connection is asked who it is once, a request over HTTP each time', async () => {
  const seen: Credentials[] = [];
  const authenticate: Authenticate = async (credentials) => {
    seen.push(credentials);
    return { kind: 'accepted', identity: LOCAL };
  };
  const [input, output] = [new PassThrough(), new PassThrough()];
  const stdio = serveOverStdio(testOptions({ authenticate }), { input, output });
  for (const id of [2, 3]) input.write(`${JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' })}\n`);
  await stdio.close();
  expect(seen).toEqual([{ transport: 'stdio' }]);
  const serving = await serveTestTools({ authenticate });
  for (const _ of [1, 2]) await raw(serving.port, { headers: GOOD_HEADERS, body: INITIALIZE });
  await serving.close({ graceMs: 0 });
  expect(seen.slice(1)).toEqual([1, 2].map(() => http(GOOD_HEADERS.Authorization)));
});
