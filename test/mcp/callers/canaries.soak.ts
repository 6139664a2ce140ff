import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventsOf } from '../fixture/http.ts';
import { SharedServer } from './shared-server.ts';

/*
 * Many people at once over one server, half of them in either era, each with words of its own in what it makes: no answer
 * holds the words of another one. USERS and REQUESTS bound it (50, 1000 each).
 */

const USERS = Number(process.env['USERS'] ?? 50);
const REQUESTS = Number(process.env['REQUESTS'] ?? 1_000);
const HOUR_MS = 3_600_000;

let server: SharedServer;
beforeAll(async () => {
  server = await SharedServer.open();
});
afterAll(() => server.end());

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'soak', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const canaryOf = (user: number) => `canary-${user}-${'abcdefghij'[user % 10]}z`;

/** One person: sends requests by one era, and knows its own picture and job. */
class User {
  readonly #headers: Record<string, string>;
  #session: string | undefined;
  #id = 0;
  image = '';
  job = '';

  readonly number: number;

  constructor(number: number) {
    this.number = number;
    this.#headers = {
      Authorization: `Bearer token-of-user${number}`,
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
    };
  }

  get #isInSession() {
    return this.number % 2 === 0;
  }

  async begin(): Promise<void> {
    if (this.#isInSession) {
      const clientInfo = { name: 'soak', version: '1' };
      const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
      const body = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
      const answer = await fetch(server.urls.network, { method: 'POST', headers: this.#headers, body });
      await answer.text();
      this.#session = answer.headers.get('mcp-session-id') ?? expect.unreachable('no session');
    }
    const prompt = `a fox, ${canaryOf(this.number)}`;
    const made = await this.call('generate_image', { prompt, wait_seconds: 60 });
    this.image = /img_[a-z0-9]{26}/.exec(made)?.[0] ?? expect.unreachable(made);
    this.job = /job_[a-z0-9]{26}/.exec(made)?.[0] ?? expect.unreachable(made);
  }

  call(name: string, args: object): Promise<string> {
    return this.send('tools/call', { name, arguments: args }, name);
  }

  async send(method: string, params: object, name?: string): Promise<string> {
    this.#id += 1;
    const era: Record<string, string> = this.#isInSession
      ? { 'Mcp-Session-Id': this.#session ?? '' }
      : {
          'Mcp-Protocol-Version': '2026-07-28',
          'Mcp-Method': method,
          ...(name !== undefined && { 'Mcp-Name': name }),
        };
    const body = {
      jsonrpc: '2.0',
      id: this.#id,
      method,
      params: this.#isInSession ? params : { ...params, _meta: META },
    };
    const headers = { ...this.#headers, ...era };
    const answer = await fetch(server.urls.network, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await answer.text();
    expect([answer.status, eventsOf(text).some(({ id }) => id === this.#id)]).toEqual([200, true]);
    return text;
  }

  /** One of what people do all day. */
  ask(n: number): Promise<string> {
    const read = (uri: string) => this.send('resources/read', { uri }, uri);
    const ways = [
      () => this.call('job_status', {}),
      () => this.call('list_images', {}),
      () => read('firefly://jobs'),
      () => read(`firefly://jobs/${this.job}`),
      () => read(`firefly://images/${this.image}/facts`),
      () => this.send('resources/list', {}),
      () => this.call('job_status', { job: this.job, wait_seconds: 0 }),
      () => this.call('list_images', { text: canaryOf(this.number) }),
      () => read('firefly://usage'),
      () => this.call('list_images', { text: canaryOf((this.number + n) % USERS) }),
    ];
    return (ways[n % ways.length] ?? expect.unreachable())();
  }
}

test(
  'no answer holds the words of another person',
  async () => {
    const users = Array.from({ length: USERS }, (_, number) => new User(number));
    for (const user of users) await user.begin();
    const started = performance.now();
    let [own, crossed] = [0, 0];
    const work = async (user: User) => {
      for (let n = 0; n < REQUESTS; n += 1) {
        const text = await user.ask(n);
        const found = new Set(text.match(/canary-\d+-\wz/g));
        // A search names the words that were searched for.
        const asked = n % 10 === 9 ? canaryOf((user.number + n) % USERS) : '';
        if (found.has(canaryOf(user.number))) own += 1;
        crossed += [...found].filter((each) => each !== canaryOf(user.number) && each !== asked).length;
        crossed += (text.match(/(?:img|job)_[a-z0-9]{26}/g) ?? []).filter(
          (id) => id !== user.image && id !== user.job,
        ).length;
      }
    };
    await Promise.all(users.map(work));
    const seconds = (performance.now() - started) / 1_000;
    const total = USERS * REQUESTS;
    console.log(
      `${USERS} people, ${total} requests in ${seconds.toFixed(0)} s; own words ${own} times, foreign ${crossed}`,
    );
    expect(own).toBeGreaterThan(total / 3);
    expect(crossed).toBe(0);
  },
  HOUR_MS,
);
