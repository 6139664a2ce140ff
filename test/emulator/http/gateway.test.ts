import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EMULATOR_CLIENT_ID } from '../../../src/emulator/index.ts';
import { ask, openSession, tokenForm, type Session } from '../raw.ts';

let session: Session;
let ims: string;
let models: string;
beforeAll(async () => {
  session = await openSession();
  ims = `${session.emulator.imsOrigin}/ims/token/v3`;
  models = `${session.emulator.apiOrigin}/v3/custom-models`;
});
afterAll(() => session.close());

describe('IMS', () => {
  test('issues a token for client credentials', async () => {
    const answer = await ask(ims, tokenForm(session.emulator));
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      access_token: expect.stringMatching(/^[\w-]+(\.[\w-]+)*$/) as string,
      token_type: 'bearer',
      expires_in: 86_399,
    });
    const again = await ask(ims, tokenForm(session.emulator));
    expect(again.json).not.toEqual(answer.json);
    const { access_token: token } = answer.json as { access_token: string };
    const headers = { ...session.auth, authorization: `Bearer ${token}` };
    expect((await ask(models, { headers })).status).toBe(200);
  });

  test.each([
    [{ client_secret: 'wrong' }, 'invalid_client', 'invalid client_secret parameter'],
    [{ client_id: 'wrong' }, 'invalid_client', 'invalid client_id parameter'],
    [{ grant_type: 'password' }, 'unsupported_grant_type', expect.any(String) as string],
  ])('refuses a token request with %j', async (changes, error, error_description) => {
    const answer = await ask(ims, tokenForm(session.emulator, changes));
    expect([answer.status, answer.json]).toEqual([400, { error, error_description }]);
  });

  test('refuses a JSON body and other methods', async () => {
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    expect((await ask(ims, json)).status).toBe(400);
    expect((await ask(ims, { method: 'HEAD' })).status).toBe(405);
    expect((await ask(ims)).status).toBe(405);
  });

  test('issues a token for unknown scopes, which the API then refuses', async () => {
    const answer = await ask(ims, tokenForm(session.emulator, { scope: 'openid,firefly_apii' }));
    expect(answer.status).toBe(200);
    const { access_token: token } = answer.json as { access_token: string };
    const status = `${session.emulator.apiOrigin}/v3/status/${crypto.randomUUID()}`;
    const refused = await ask(status, { headers: { ...session.auth, authorization: `Bearer ${token}` } });
    expect(refused.status).toBe(403);
  });
});

describe('the gateway', () => {
  const id = crypto.randomUUID();
  const routes = (['generate v3', 'generate v4', 'status', 'status on the shard', 'cancel'] as const).map((name) => [
    name,
  ]);
  const targets: Readonly<Record<string, readonly [string, string, 'apiOrigin' | 'shardOrigin']>> = {
    'generate v3': ['POST', '/v3/images/generate-async', 'apiOrigin'],
    'generate v4': ['POST', '/v4/images/generate-async', 'apiOrigin'],
    status: ['GET', `/v3/status/${id}`, 'apiOrigin'],
    'status on the shard': ['GET', `/v3/status/${id}`, 'shardOrigin'],
    cancel: ['PUT', `/v3/cancel/${id}`, 'shardOrigin'],
  };

  test.each(routes)('checks first the key, then the token: %s', async (name) => {
    const [method, path, origin] = targets[name] ?? ['GET', '/', 'apiOrigin'];
    const say = async (headers: Record<string, string>) => {
      const answer = await ask(session.emulator[origin] + path, { method, headers });
      return [answer.status, answer.json];
    };
    const key = { 'x-api-key': EMULATOR_CLIENT_ID };
    expect(await say({})).toEqual([403, { error_code: '403000', message: 'Api Key is required' }]);
    expect(await say({ ...session.auth, 'x-api-key': 'other' })).toEqual([
      403,
      { error_code: '403003', message: 'Api Key is invalid' },
    ]);
    expect(await say(key)).toEqual([403, { error_code: '403010', message: 'Oauth token is missing.' }]);
    expect(await say({ ...key, authorization: 'Bearer nonsense' })).toEqual([
      401,
      { error_code: '401013', message: 'Oauth token is not valid' },
    ]);
  });

  test('refuses an expired token', async () => {
    const own = await openSession();
    try {
      const status = `${own.emulator.apiOrigin}/v3/status/${id}`;
      own.clock.advance(86_398_000);
      expect((await own.get(status)).status).toBe(404);
      own.clock.advance(1_000);
      expect((await own.get(status)).json).toMatchObject({ error_code: '401013' });
    } finally {
      await own.close();
    }
  });

  test('refuses a revoked token', async () => {
    const own = await openSession();
    own.emulator.control.revokeTokens();
    const answer = await own.get(`${own.emulator.apiOrigin}/v3/status/${id}`);
    await own.close();
    expect(answer.status).toBe(401);
  });

  test('checks credentials before the body', async () => {
    const url = `${session.emulator.apiOrigin}/v3/images/generate-async`;
    const answer = await ask(url, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' });
    expect(answer.json).toMatchObject({ error_code: '403000' });
  });
});

describe('a route', () => {
  test('that is not documented is 404, and one with another method is 405', async () => {
    const { apiOrigin, shardOrigin, storageOrigin } = session.emulator;
    expect((await session.get(`${apiOrigin}/v3/images/generate`)).status).toBe(404);
    // An operation of older documents.
    expect((await ask(`${apiOrigin}/v3/images/generate`, { method: 'POST' })).status).toBe(404);
    expect((await session.get(`${apiOrigin}/v3/images/generate-async`)).status).toBe(405);
    expect((await ask(`${shardOrigin}/v3/images/generate-async`, { method: 'POST' })).status).toBe(404);
    expect((await ask(`${storageOrigin}/elsewhere`)).status).toBe(404);
    expect((await ask(`${storageOrigin}/v3/status/${crypto.randomUUID()}`, { headers: session.auth })).status).toBe(
      404,
    );
  });
});
