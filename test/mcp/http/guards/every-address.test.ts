import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Administration } from '../../../../src/jobs/model/administration.ts';
import { ROUTES } from '../../../../src/mcp/http/routes/registry.ts';
import type { HttpServing } from '../../../../src/mcp/http/serve-http.ts';
import { ADDRESSES } from '../../fixture/addresses.ts';
import { GOOD_HEADERS, raw, serveTestTools } from '../../fixture/http.ts';

/* What a page in a browser can cause, at every address of the server and with every method. */

let serving: HttpServing;
const done: string[] = [];
beforeAll(async () => {
  const administration = new Proxy({} as Administration, {
    get: (_, act) => (act === 'then' ? undefined : async () => void done.push(String(act))),
  });
  serving = await serveTestTools({ administration: async () => administration });
});
afterAll(() => serving.close({ graceMs: 0 }));

const rows = ROUTES.flatMap((route) =>
  [...new Set([...route.methods, 'GET', 'POST', 'OPTIONS'])].map((method) => ({
    name: route.name,
    method,
    path: ADDRESSES[route.name as keyof typeof ADDRESSES],
    /** Pages of other sites may lead there. */
    isLink: (route.access === 'signed' || route.isLinked === true) && (method === 'GET' || method === 'HEAD'),
  })),
);
const identityRows = ROUTES.filter(({ access }) => access === 'identity').flatMap(({ name, methods }) =>
  methods.map((method) => ({ name, method, path: ADDRESSES[name as keyof typeof ADDRESSES] })),
);

test('every address has a row', () => {
  expect(Object.keys(ADDRESSES)).toEqual(ROUTES.map(({ name }) => name));
});

describe.each(rows)('$method at the address of $name', ({ method, path, isLink }) => {
  const { Authorization } = GOOD_HEADERS;
  const ask = (headers: Record<string, string | string[]>) =>
    raw(serving.port, { method, path, headers: { Authorization, ...headers } as Record<string, string> });
  const allowances = (headers: object) => Object.keys(headers).filter((name) => name.startsWith('access-control-'));

  test('is refused where it names another server, or wants a web socket', async () => {
    for (const headers of [
      { Host: 'evil.example' },
      { Host: `127.0.0.1.evil.example:${serving.port}` },
      { Host: '0.0.0.0' },
      { Host: 'evil.example', Origin: 'http://evil.example' },
      { Connection: 'Upgrade', Upgrade: 'websocket' },
    ]) {
      const answer = await ask(headers as Record<string, string>);
      expect([answer.status, allowances(answer.headers)]).toEqual([403, []]);
    }
  });

  test(`from a page of another site ${isLink ? 'opens a link, which that page cannot read' : 'is refused'}`, async () => {
    const expected = isLink ? (await ask({})).status : 403;
    done.length = 0;
    for (const headers of [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: 'file://' },
      { Origin: 'http://localhost.evil.example' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { Origin: 'https://evil.example', 'Content-Type': 'text/plain' },
      { Origin: 'null', 'Content-Type': 'application/x-www-form-urlencoded' },
      { Origin: 'https://evil.example', 'Access-Control-Request-Method': method },
    ]) {
      const answer = await ask(headers as Record<string, string>);
      expect([answer.status, allowances(answer.headers)]).toEqual([expected, []]);
      expect(answer.body).not.toContain('evil');
    }
    expect(done).toEqual([]);
  });

  test('is refused with two senders', async () => {
    expect((await ask({ Authorization: [Authorization, 'Bearer other'] })).status).toBe(400);
  });
});

describe.each(identityRows)('$method at the address of $name', ({ method, path }) => {
  test('takes the cookie of a browser from a page of this server alone', async () => {
    const own = `http://127.0.0.1:${serving.port}`;
    const { Authorization } = GOOD_HEADERS;
    const signedIn = await raw(serving.port, { path: '/studio/session', headers: { Authorization, Origin: own } });
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? '';
    const statusFrom = async (headers: object) =>
      (await raw(serving.port, { method, path, headers: { Cookie: cookie, ...headers } })).status;
    done.length = 0;
    for (const page of [
      { Origin: 'http://127.0.0.1:3000' },
      { Origin: 'http://localhost:3000', 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'none' },
      { Referer: `${own}/studio` },
      {},
    ]) {
      expect([page, await statusFrom(page)]).toEqual([page, 401]);
    }
    expect(done).toEqual([]);
    expect(await statusFrom({ Origin: own })).not.toBe(401);
  });
});
