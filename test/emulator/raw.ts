import { ManualClock } from '../support/clocks/manual-clock.ts';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/index.ts';

/** An answer as received by fetch, without our client. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

/** Options of a raw request. A body that is neither text nor bytes is sent as JSON. */
export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Sends one handwritten request. */
export async function ask(url: string, { method = 'GET', headers = {}, body }: RawRequest = {}): Promise<RawAnswer> {
  const asItIs = typeof body === 'string' || body === undefined || body instanceof Uint8Array;
  const payload = asItIs ? (body as string | Uint8Array<ArrayBuffer> | undefined) : JSON.stringify(body);
  const response = await fetch(url, { method, headers, ...(payload === undefined ? {} : { body: payload }) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The form of a token request. */
export function tokenForm(emulator: Emulator, changes: Readonly<Record<string, string>> = {}): RawRequest {
  const { clientId, clientSecret } = emulator.credentials;
  const fields = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'openid,AdobeID,firefly_api,ff_apis',
    ...changes,
  };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { method: 'POST', headers, body: new URLSearchParams(fields).toString() };
}

/** An emulator with a manual clock, a token, and the requests that most tests need. */
export interface Session {
  readonly emulator: Emulator;
  readonly clock: ManualClock;
  /** The two headers of every request to the API. */
  readonly auth: Readonly<Record<string, string>>;
  get(url: string): Promise<RawAnswer>;
  put(url: string): Promise<RawAnswer>;
  /** `POST /v3/images/generate-async`. */
  v3(body: unknown, headers?: Readonly<Record<string, string>>): Promise<RawAnswer>;
  /** `POST /v4/images/generate-async`, with the model header unless another is given. */
  v4(body: unknown, headers?: Readonly<Record<string, string>>): Promise<RawAnswer>;
  close(): Promise<void>;
}

export async function openSession(options: EmulatorOptions = {}): Promise<Session> {
  const clock = new ManualClock();
  const emulator = await startEmulator({ clock, ...options });
  const auth = {
    'x-api-key': emulator.credentials.clientId,
    authorization: `Bearer ${emulator.control.issueToken()}`,
  };
  const post = (path: string, body: unknown, headers: Readonly<Record<string, string>>) =>
    ask(`${emulator.apiOrigin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...auth, ...headers },
      body,
    });
  return {
    emulator,
    clock,
    auth,
    get: (url) => ask(url, { headers: auth }),
    put: (url) => ask(url, { method: 'PUT', headers: auth }),
    v3: (body, headers = {}) => post('/v3/images/generate-async', body, headers),
    v4: (body, headers = {}) => post('/v4/images/generate-async', body, { 'x-model-version': 'image5', ...headers }),
    close: () => emulator.close(),
  };
}

/** The links of an accepted v3 job. */
export function linksIn(answer: RawAnswer): { readonly statusUrl: string; readonly cancelUrl: string; jobId: string } {
  const body = answer.json as { statusUrl: string; cancelUrl: string; jobId: string };
  if (answer.status !== 202) throw new Error(`not accepted: ${answer.status} ${answer.text}`);
  return body;
}

/** The result URLs of a job that has succeeded. */
export function urlsIn(answer: RawAnswer): readonly string[] {
  const { result } = answer.json as { result?: { outputs: { image: { url: string } }[] } };
  return (result?.outputs ?? []).map(({ image }) => image.url);
}
