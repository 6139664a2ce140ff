import type {
  Abilities,
  Arguments,
  Bridge,
  CallOptions,
  Contents,
  DisplayMode,
  HostContext,
  HostListener,
  ToolResult,
} from './bridge.ts';
import { BridgeError } from './bridge.ts';
import { EventStream } from './event-stream.ts';
import { uploadFile } from './upload.ts';

/** The revision of the protocol whose requests need no session. */
const PROTOCOL = '2026-07-28';
const SESSION = '/studio/session';
/** Browsers let 64 KiB outlive a page (Fetch, "HTTP-network-or-cache fetch"); the rest is room for other letters than ASCII. */
const MOST_KEPT_ALIVE = 20_000;
const META = 'io.modelcontextprotocol';

interface Answer {
  readonly method?: string;
  readonly params?: { readonly progress?: number; readonly message?: string };
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message?: string };
}

/** The bridge of a browser: Streamable HTTP to the server that the page came from. A cookie says who asks. */
export class BrowserBridge implements Bridge {
  readonly kind = 'browser';
  readonly can: Abilities = {
    callTools: true,
    readResources: true,
    tellModel: false,
    openLinks: true,
    download: true,
    upload: true,
  };
  readonly signIn: Bridge['signIn'];
  readonly #endpoint: string;
  readonly #window: Window;
  readonly #dark: MediaQueryList;
  #lastId = 0;

  constructor(own: Window, endpoint: string) {
    this.#window = own;
    this.#endpoint = endpoint;
    // The server says in its page whether tokens count there (`src/mcp/http/studio/page.ts`).
    this.signIn = own.document.body.dataset['signIn'] === 'token' ? (token) => this.#signIn(token) : undefined;
    this.#dark = own.matchMedia('(prefers-color-scheme: dark)');
  }

  get context(): HostContext {
    const theme = this.#dark.matches ? 'dark' : 'light';
    return { theme, locale: this.#window.navigator.language, displayMode: 'fullscreen' };
  }

  async connect(): Promise<void> {
    // The revision needs no handshake.
  }

  listen(listener: HostListener): void {
    this.#dark.addEventListener('change', () => void listener({ kind: 'context', context: this.context }));
  }

  async callTool(name: string, args: Arguments, options: CallOptions = {}): Promise<ToolResult> {
    return this.#request('tools/call', name, { name, arguments: args }, options);
  }

  async readResource(uri: string): Promise<readonly Contents[]> {
    const { contents } = await this.#request('resources/read', uri, { uri }, {});
    return Array.isArray(contents) ? (contents as readonly Contents[]) : [];
  }

  async tellModel(): Promise<void> {
    // No model listens here.
  }

  async openLink(url: string): Promise<void> {
    this.#window.open(url, '_blank', 'noopener,noreferrer');
  }

  async requestDisplayMode(): Promise<DisplayMode> {
    return 'fullscreen';
  }

  async download(name: string, mimeType: string, data: string): Promise<void> {
    const link = this.#window.document.createElement('a');
    link.href = `data:${mimeType};base64,${data}`;
    link.download = name;
    link.click();
  }

  upload(file: File, onProgress: (percent: number) => void, signal?: AbortSignal): Promise<string> {
    return uploadFile(file, onProgress, signal);
  }

  /** The cookie of the answer takes the token's place. */
  async #signIn(token: string): Promise<boolean> {
    const headers = { Authorization: `Bearer ${token}` };
    const response = await this.#window.fetch(SESSION, { method: 'POST', headers }).catch(() => undefined);
    if (response === undefined || response.status >= 500) throw new BridgeError('offline', 'No connection.');
    return response.ok;
  }

  async #request(
    method: string,
    name: string,
    params: object,
    { signal, onProgress }: CallOptions,
  ): Promise<Readonly<Record<string, unknown>>> {
    const id = ++this.#lastId;
    const meta = {
      [`${META}/protocolVersion`]: PROTOCOL,
      [`${META}/clientInfo`]: { name: 'firefly-studio', version: '1' },
      // This page is the studio: results need no way to it.
      [`${META}/clientCapabilities`]: { extensions: { [`${META}/ui`]: {} } },
      ...(onProgress === undefined ? {} : { progressToken: id }),
    };
    const response = await this.#post(
      { jsonrpc: '2.0', id, method, params: { ...params, _meta: meta } },
      { 'Mcp-Method': method, 'Mcp-Name': headerText(name) },
      signal,
    );
    for await (const answer of answersOf(response)) {
      if (answer.result !== undefined) return answer.result;
      if (answer.error !== undefined) throw new BridgeError('refused', answer.error.message ?? 'The server refused.');
      if (answer.method === 'notifications/progress') {
        onProgress?.(answer.params?.progress ?? 0, answer.params?.message ?? '');
      }
    }
    throw new BridgeError('offline', 'The connection broke too early.');
  }

  async #post(message: object, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Response> {
    const body = JSON.stringify(message);
    const response = await this.#window
      .fetch(this.#endpoint, {
        method: 'POST',
        credentials: 'same-origin',
        headers: {
          'Content-Type': 'application/json',
          Accept: 'application/json, text/event-stream',
          'MCP-Protocol-Version': PROTOCOL,
          ...headers,
        },
        body,
        // What is sent while the page goes away is to outlive it.
        keepalive: this.#window.document.visibilityState === 'hidden' && body.length < MOST_KEPT_ALIVE,
        ...(signal === undefined ? {} : { signal }),
      })
      .catch((error: unknown) => {
        if (signal?.aborted === true) throw new BridgeError('refused', 'Stopped.');
        throw new BridgeError('offline', error instanceof Error ? error.message : 'No connection.');
      });
    if (response.status === 401 || response.status === 403) throw new BridgeError('session', 'The session has ended.');
    if (response.status >= 500) throw new BridgeError('offline', `The server answered ${response.status}.`);
    return response;
  }
}

/** Text as the protocol wants it in a header: as it is where it is plain ASCII, else as base64 of UTF-8. */
function headerText(text: string): string {
  if (/^[\x21-\x7e]*$/.test(text)) return text;
  const bytes = new TextEncoder().encode(text);
  return `=?base64?${btoa(String.fromCharCode(...bytes))}?=`;
}

/** The messages of a response, which is one message or a stream of them. */
async function* answersOf(response: Response): AsyncGenerator<Answer> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) {
    const answer: Answer = await response.json().catch(() => ({}));
    yield answer;
    return;
  }
  if (response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const events = new EventStream();
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
    if (done || value === undefined) return;
    for (const data of events.push(value)) yield JSON.parse(data) as Answer;
  }
}
