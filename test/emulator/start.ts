import { afterEach, expect } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/index.ts';
import { AcceptFlat } from '../../src/firefly/contract/accept.ts';
import { StatusResponse } from '../../src/firefly/contract/status.ts';
import { ManualClock } from '../firefly/manual-clock.ts';

/** One answer, read to its end. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON of the body; undefined where it is none. */
  readonly json: unknown;
}

/** An emulator whose time stands still until a test moves it, and what a hand-written client needs. */
export interface Bench {
  readonly emulator: Emulator;
  readonly clock: ManualClock;
  /** API key and a valid token. */
  readonly auth: Readonly<Record<string, string>>;
  get(url: string, headers?: Record<string, string>): Promise<Answered>;
  put(url: string): Promise<Answered>;
  /** Posts JSON (or text, as it is) to a path of the API with key, token and content type. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answered>;
  /** Submits to v3 and expects it to be accepted. */
  submit(body?: object, headers?: Record<string, string>): Promise<AcceptFlat>;
  /** What a job's status says; expects HTTP 200. */
  status(url: string): Promise<StatusResponse>;
}

export const V3 = '/v3/images/generate-async';
export const V4 = '/v4/images/generate-async';

const running: Emulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

/** Starts an emulator on free ports; it is closed after the test. Jobs run for a second of the manual clock. */
export async function bench(options: EmulatorOptions = {}): Promise<Bench> {
  const clock = new ManualClock();
  const emulator = await startEmulator({ latencyMs: 1_000, clock, ...options });
  running.push(emulator);
  const auth = {
    'x-api-key': emulator.credentials.clientId,
    authorization: `Bearer ${emulator.control.issueToken()}`,
  };
  const at = (url: string) => (url.startsWith('http') ? url : emulator.apiOrigin + url);
  const get: Bench['get'] = (url, headers = auth) => send(at(url), { headers });
  const post: Bench['post'] = (path, body, headers = {}) =>
    send(at(path), {
      method: 'POST',
      headers: { ...auth, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    emulator,
    clock,
    auth,
    get,
    put: (url) => send(at(url), { method: 'PUT', headers: auth }),
    post,
    submit: async (body = {}, headers = {}) => {
      const answer = await post(V3, { prompt: 'a fox in the snow', ...body }, headers);
      expect(answer, answer.text).toMatchObject({ status: 202 });
      return AcceptFlat.parse(answer.json);
    },
    status: async (url) => {
      const answer = await get(url);
      expect(answer, answer.text).toMatchObject({ status: 200 });
      return StatusResponse.parse(answer.json);
    },
  };
}

/** One request with Node's own fetch. */
export async function send(url: string, init?: RequestInit): Promise<Answered> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
