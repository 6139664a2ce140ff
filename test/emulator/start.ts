import { afterEach, expect } from 'vitest';
import type { Emulator, EmulatorOptions } from '../../src/emulator/index.ts';
import { AcceptFlat } from '../../src/firefly/contract/accept.ts';
import { StatusResponse } from '../../src/firefly/contract/status.ts';
import { ask, openSession, type RawAnswer, type Session } from './raw.ts';

/** A session that ends with its test, and requests by path. */
export interface Bench extends Pick<Session, 'clock' | 'auth' | 'put'> {
  readonly emulator: Emulator;
  /** A URL, or a path of the API; with key and token unless other headers are given. */
  get(url: string, headers?: Readonly<Record<string, string>>): Promise<RawAnswer>;
  /** Posts JSON (or text, as it is) to a path of the API with key, token and content type. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<RawAnswer>;
  /** Submits to v3 and expects it to be accepted. */
  submit(body?: object, headers?: Readonly<Record<string, string>>): Promise<AcceptFlat>;
  /** The status body of a job; expects HTTP 200. */
  status(url: string): Promise<StatusResponse>;
}

export const V3 = '/v3/images/generate-async';
export const V4 = '/v4/images/generate-async';

const running: Session[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((session) => session.close()));
});

/** Starts an emulator on free ports with a manual clock. Jobs run for a second. */
export async function bench(options: EmulatorOptions = {}): Promise<Bench> {
  const session = await openSession({ latencyMs: 1_000, ...options });
  running.push(session);
  const { emulator, clock, auth } = session;
  const at = (url: string) => (url.startsWith('http') ? url : emulator.apiOrigin + url);
  const get: Bench['get'] = (url, headers = auth) => ask(at(url), { headers });
  const post: Bench['post'] = (path, body, headers = {}) =>
    ask(at(path), { method: 'POST', headers: { ...auth, 'content-type': 'application/json', ...headers }, body });
  return {
    emulator,
    clock,
    auth,
    get,
    put: (url) => session.put(at(url)),
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
