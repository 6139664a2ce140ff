import { afterEach, describe, expect, test } from 'vitest';
import type { Authenticate } from '../../../src/mcp/client/authentication.ts';
import type { HttpServingOptions } from '../../../src/mcp/http/options.ts';
import type { HttpServing } from '../../../src/mcp/http/serve-http.ts';
import { LOCAL, type Scope } from '../../../src/shared/caller.ts';
import { systemClock, type Clock } from '../../../src/shared/time/clock.ts';
import { eventsOf, GOOD_HEADERS, INITIALIZE, raw, serveTestTools } from '../fixture/http.ts';
import { tools } from '../fixture/tools.ts';
import { turnsMs } from '../../support/work.ts';

let serving: HttpServing | undefined;
let calls = 0;
afterEach(() => serving?.close({ graceMs: 0 }));

async function serve(changes: Partial<HttpServingOptions> = {}): Promise<HttpServing> {
  calls = 0;
  const loadTools = async () => {
    calls += 1;
    return tools;
  };
  serving = await serveTestTools({ loadTools, ...changes });
  return serving;
}

/** Waits until so many tool calls have reached their tool. */
const untilCalled = (count: number) => expect.poll(() => calls, { interval: 5 }).toBe(count);

/** A token is the name of its person. */
const byName: Authenticate = async (credentials) => {
  const principal = (credentials.transport === 'http' ? credentials.authorization : '')?.slice('Bearer '.length) ?? '';
  return { kind: 'accepted', identity: { ...LOCAL, principal } };
};

async function begin(port: number, headers: Record<string, string> = {}): Promise<string> {
  const answer = await raw(port, { headers: { ...GOOD_HEADERS, ...headers }, body: INITIALIZE });
  expect(answer.status).toBe(200);
  return String(answer.headers['mcp-session-id']);
}

const inSession = (id: string, headers: Record<string, string> = {}) => ({
  ...GOOD_HEADERS,
  'Mcp-Session-Id': id,
  ...headers,
});
const message = (id: number, method: string, params: object = {}) =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params });
const echo = message(7, 'tools/call', { name: 'echo', arguments: { prompt: 'a' } });

/** The real clock, whose monotonic time is ahead by `ahead` milliseconds. */
function movableClock(): Clock & { ahead: number } {
  return {
    ahead: 0,
    now: () => systemClock.now(),
    monotonic() {
      return systemClock.monotonic() + this.ahead;
    },
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
  };
}

describe('a session of the 2025 era', () => {
  test('lasts from initialize to DELETE', async () => {
    const { port } = await serve();
    const id = await begin(port);
    expect(id).toMatch(/^[\w-]{43}$/);
    const list = await raw(port, { headers: inSession(id), body: message(2, 'tools/list') });
    expect(eventsOf(list.body)[0]).toMatchObject({ id: 2 });
    expect((await raw(port, { method: 'DELETE', headers: inSession(id) })).status).toBe(200);
    expect((await raw(port, { headers: inSession(id), body: message(3, 'tools/list') })).status).toBe(404);
  });

  test('has a conversation of its own, whose name is not the session id', async () => {
    const { port } = await serve();
    const [one, two] = [await begin(port), await begin(port)];
    const conversations = await Promise.all(
      [one, one, two].map(async (id, index) => {
        const call = message(index, 'tools/call', { name: 'echo', arguments: { prompt: 'a' } });
        const { body } = await raw(port, { headers: inSession(id), body: call });
        return /http-[0-9a-f]{32}/.exec(body)?.[0];
      }),
    );
    expect(conversations[0]).toBeDefined();
    expect(conversations[0]).toBe(conversations[1]);
    expect(conversations[2]).not.toBe(conversations[0]);
  });

  test.each([
    ['no session id', 'POST', {}, 400],
    ['an unknown session id', 'POST', { 'Mcp-Session-Id': 'unknown' }, 404],
    ['GET without session', 'GET', {}, 400],
    ['DELETE without session', 'DELETE', {}, 400],
    ['GET of an unknown session', 'GET', { 'Mcp-Session-Id': 'unknown' }, 404],
    ['DELETE of an unknown session', 'DELETE', { 'Mcp-Session-Id': 'unknown' }, 404],
  ])('is required: %s is refused', async (_name, method, headers, status) => {
    const { port } = await serve();
    const body = method === 'POST' ? message(1, 'tools/list') : '';
    expect((await raw(port, { method, headers: { ...GOOD_HEADERS, ...headers }, body })).status).toBe(status);
  });

  test('refuses PUT', async () => {
    const { port } = await serve();
    const id = await begin(port);
    expect((await raw(port, { method: 'PUT', headers: inSession(id), body: '{}' })).status).toBe(405);
  });

  test('exists only for the principal that opened it', async () => {
    let principal = 'alice';
    const authenticate: Authenticate = async () => ({ kind: 'accepted', identity: { ...LOCAL, principal } });
    const { port } = await serve({ authenticate });
    const id = await begin(port);
    principal = 'bob';
    const foreign = await raw(port, { headers: inSession(id), body: echo });
    const unknown = await raw(port, { headers: inSession('unknown'), body: echo });
    expect([foreign.status, foreign.body]).toEqual([unknown.status, unknown.body]);
    // Neither its notifications are heard, nor can it be ended; and what it has asked is neither cancelled nor answered.
    const reply = JSON.stringify({ jsonrpc: '2.0', id: 1, result: { action: 'accept', content: { spend: true } } });
    const cancel = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
    for (const [method, body] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', reply],
      ['POST', cancel],
    ] as const) {
      const answers = [];
      for (const named of [id, 'unknown']) {
        const { status, body: told } = await raw(port, { method, headers: inSession(named), body });
        answers.push([status, told]);
      }
      expect(answers[0]).toEqual(answers[1]);
      expect(answers[0]?.[0]).toBe(404);
    }
    principal = 'alice';
    expect((await raw(port, { headers: inSession(id), body: echo })).body).toContain('alice');
  });

  test('gives each request the rights that its sender has now, not those of the one that opened it', async () => {
    let scopes: readonly Scope[] = ['read'];
    const authenticate: Authenticate = async () => ({
      kind: 'accepted',
      identity: { principal: 'alice', can: { ...LOCAL.can, scopes: new Set(scopes) } },
    });
    const { port } = await serve({ authenticate });
    const id = await begin(port);
    expect((await raw(port, { headers: inSession(id), body: echo })).body).toContain('alice');
    scopes = ['generate'];
    expect((await raw(port, { headers: inSession(id), body: echo })).body).toContain('scope_missing');
  });

  test('is closed after its idle time, but not while a call is running', async () => {
    const clock = movableClock();
    const { port } = await serve({ clock, sessionIdleMs: 1_000 });
    const [idle, busy] = [await begin(port), await begin(port)];
    const running = raw(port, {
      headers: inSession(busy),
      body: message(1, 'tools/call', { name: 'deaf', arguments: { ms: 400 } }),
    });
    await untilCalled(1);
    clock.ahead = 5_000;
    await begin(port);
    expect((await raw(port, { headers: inSession(idle), body: echo })).status).toBe(404);
    expect(eventsOf((await running).body)[0]?.result).toBeDefined();
    expect((await raw(port, { headers: inSession(busy), body: echo })).status).toBe(200);
  });

  test('is closed for a new one where it is idle longest; where all are busy, the new one is refused', async () => {
    const clock = movableClock();
    const { port } = await serve({ clock, maxSessions: 2 });
    const first = await begin(port);
    clock.ahead += 10;
    const second = await begin(port);
    clock.ahead += 10;
    const third = await begin(port);
    expect((await raw(port, { headers: inSession(first), body: echo })).status).toBe(404);
    const wait = message(1, 'tools/call', { name: 'deaf', arguments: { ms: 500 } });
    const running = [second, third].map((id) => raw(port, { headers: inSession(id), body: wait }));
    await untilCalled(2);
    const refused = await raw(port, { headers: GOOD_HEADERS, body: INITIALIZE });
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toBe('60');
    await Promise.all(running);
  });

  test('of others outlives a person who opens one after the other, and holds all of them open', async () => {
    const clock = movableClock();
    const { port } = await serve({ clock, maxSessions: 4, authenticate: byName });
    const as = (name: string) => ({ Authorization: `Bearer ${name}` });
    const ben = await begin(port, as('ben'));
    const held: string[] = [];
    for (let i = 0; i < 6; i += 1) {
      clock.ahead += 10;
      held.push(await begin(port, as('mallory')));
    }
    const call = (id: string, name: string) => raw(port, { headers: inSession(id, as(name)), body: echo });
    expect((await call(ben, 'ben')).status).toBe(200);
    expect((await call(held[0] ?? '', 'mallory')).status).toBe(404);
    const wait = message(1, 'tools/call', { name: 'deaf', arguments: { ms: 500 } });
    const running = held.slice(-3).map((id) => raw(port, { headers: inSession(id, as('mallory')), body: wait }));
    await untilCalled(4);
    expect((await raw(port, { headers: { ...GOOD_HEADERS, ...as('mallory') }, body: INITIALIZE })).status).toBe(503);
    await begin(port, as('carol'));
    await Promise.allSettled(running);
  });

  test('passes a cancel notification to the call, whose stream ends without an answer', async () => {
    const { port } = await serve();
    const id = await begin(port);
    const running = raw(port, {
      headers: inSession(id),
      body: message(9, 'tools/call', { name: 'wait', arguments: {} }),
    });
    await untilCalled(1);
    const cancel = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 9 } });
    expect((await raw(port, { headers: inSession(id), body: cancel })).status).toBe(202);
    // The stream ends although the session goes on.
    expect(eventsOf((await running).body)).toEqual([]);
    expect((await raw(port, { headers: inSession(id), body: message(10, 'ping') })).status).toBe(200);
  });

  test('keeps no request of a call open that was cancelled, in a batch neither', async () => {
    const { port } = await serve({ isShared: true, mostOpenEach: 3 });
    const first = await raw(port, { headers: GOOD_HEADERS, body: INITIALIZE.replace('2025-11-25', '2025-03-26') });
    const headers = inSession(String(first.headers['mcp-session-id']));
    const wait = (id: number) => message(id, 'tools/call', { name: 'wait', arguments: {} });
    const cancel = (id: number) =>
      JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
    const running = [`[${message(1, 'ping')},${wait(2)}]`, wait(3)].map((body) => raw(port, { headers, body }));
    await untilCalled(2);
    for (const id of [2, 3]) await raw(port, { headers, body: cancel(id) });
    const told = await Promise.all(running);
    expect(told.map(({ body }) => eventsOf(body).map(({ id }) => id))).toEqual([[1], []]);
    const further = [4, 5].map((id) => raw(port, { headers, body: wait(id) }));
    await untilCalled(4);
    for (const id of [4, 5]) await raw(port, { headers, body: cancel(id) });
    await Promise.all(further);
  });

  test('refuses a request with the id of one that is still open, and answers both', async () => {
    const { port } = await serve();
    const headers = inSession(await begin(port));
    const call = (id: number, name: string, args: object = {}) =>
      raw(port, { headers, body: message(id, 'tools/call', { name, arguments: args }) });
    const first = call(5, 'wait', { steps: 20 });
    await untilCalled(1);
    const second = await call(5, 'echo', { prompt: 'a' });
    expect(second.status).toBe(400);
    expect(JSON.parse(second.body)).toMatchObject({ id: 5, error: { code: -32600 } });
    expect(eventsOf((await first).body).at(-1)).toMatchObject({ id: 5, result: { content: [{ text: 'done' }] } });
    expect(eventsOf((await call(5, 'echo', { prompt: 'a' })).body)[0]).toMatchObject({ id: 5, result: {} });
  });

  test('takes no request for the cancel of another one, whatever it is called', async () => {
    const { port } = await serve();
    const headers = inSession(await begin(port));
    const running = raw(port, { headers, body: message(5, 'tools/call', { name: 'wait', arguments: { steps: 20 } }) });
    await untilCalled(1);
    const odd = await raw(port, { headers, body: message(6, 'notifications/cancelled', { requestId: 5 }) });
    expect(eventsOf(odd.body)[0]).toMatchObject({ id: 6, error: { code: -32601 } });
    expect(eventsOf((await running).body).at(-1)).toMatchObject({ id: 5, result: { content: [{ text: 'done' }] } });
  });

  test('refuses a batch that has an id twice, and a refused request keeps no id', async () => {
    const { port } = await serve();
    const first = await raw(port, { headers: GOOD_HEADERS, body: INITIALIZE.replace('2025-11-25', '2025-03-26') });
    const headers = inSession(String(first.headers['mcp-session-id']));
    const twice = await raw(port, { headers, body: `[${message(5, 'ping')},${message(5, 'ping')}]` });
    expect([twice.status, JSON.parse(twice.body)]).toMatchObject([400, { id: 5, error: { code: -32600 } }]);
    const wrong = { ...headers, 'Mcp-Protocol-Version': '1999-01-01' };
    expect((await raw(port, { headers: wrong, body: message(5, 'ping') })).status).toBe(400);
    const both = await raw(port, { headers, body: `[${message(5, 'ping')},${message(6, 'ping')}]` });
    expect(eventsOf(both.body).map(({ id }) => id)).toEqual([5, 6]);
  });
});

test('by requests, any number of calls may have one id: each is answered on its own', async () => {
  const { port } = await serve({ isStateless: true });
  const call = (name: string, args: object) =>
    raw(port, { headers: GOOD_HEADERS, body: message(5, 'tools/call', { name, arguments: args }) });
  const answers = await Promise.all([call('wait', { steps: 5 }), call('echo', { prompt: 'a' })]);
  expect(answers.map(({ body }) => eventsOf(body).at(-1))).toMatchObject([
    { id: 5, result: {} },
    { id: 5, result: {} },
  ]);
});

describe('closing the server', () => {
  test('lets open calls finish and waiting ones answer with what they have, and then frees the port', async () => {
    const open = await serve();
    const { port } = open;
    const id = await begin(port);
    const quick = raw(port, {
      headers: inSession(id),
      body: message(1, 'tools/call', { name: 'deaf', arguments: { ms: 200 } }),
    });
    const waiting = raw(port, {
      headers: inSession(id),
      body: message(2, 'tools/call', { name: 'wait', arguments: {} }),
    });
    await untilCalled(2);
    await Promise.all([open.close({ graceMs: 400 }), open.close()]);
    expect((await quick).body).toContain('done');
    expect((await waiting).body).toContain('job_1 is still running');
    await expect(raw(port, { headers: GOOD_HEADERS, body: INITIALIZE })).rejects.toThrow();
  });

  test('does not wait for an open stream of notifications', async () => {
    const open = await serve();
    const id = await begin(open.port);
    const stream = await fetch(open.url, { headers: inSession(id, { Accept: 'text/event-stream' }) });
    expect(stream.status).toBe(200);
    const closing = async () => {
      await open.close();
      await stream.text().catch(() => undefined);
    };
    // Open calls would have four seconds.
    expect(await turnsMs(closing)).toBeLessThan(1_000);
  });
});

test('many calls at once are no leak, and nothing says so', async () => {
  const warnings: string[] = [];
  const note = ({ name }: Error) => void warnings.push(name);
  process.on('warning', note);
  const { port } = await serve();
  const headers = inSession(await begin(port));
  const call = (id: number) => message(id, 'tools/call', { name: 'wait', arguments: {} });
  const held = Array.from({ length: 12 }, (_, i) => raw(port, { headers, body: call(i + 2) }));
  await untilCalled(12);
  await serving?.close({ graceMs: 0 });
  await Promise.allSettled(held);
  process.off('warning', note);
  expect(warnings).not.toContain('MaxListenersExceededWarning');
});

test('a person who holds all of a share of requests open shuts out nobody else', async () => {
  const { port } = await serve({ isShared: true, mostOpenEach: 3, authenticate: byName });
  const ask = (name: string, body: string) =>
    raw(port, { headers: { ...GOOD_HEADERS, Authorization: `Bearer ${name}` }, body });
  const id = await begin(port, { Authorization: 'Bearer mallory' });
  const wait = (n: number) => message(n, 'tools/call', { name: 'deaf', arguments: { ms: 500 } });
  const headers = inSession(id, { Authorization: 'Bearer mallory' });
  const held = [2, 3, 4].map((n) => raw(port, { headers, body: wait(n) }));
  await untilCalled(3);
  const refused = await ask('mallory', INITIALIZE);
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '5']);
  expect((await ask('ben', INITIALIZE)).status).toBe(200);
  await Promise.allSettled(held);
  expect((await ask('mallory', INITIALIZE)).status).toBe(200);
});
