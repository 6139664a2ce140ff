import type {
  Abilities,
  Arguments,
  Bridge,
  CallOptions,
  Contents,
  DisplayMode,
  HostContext,
  HostEvent,
  HostListener,
  ToolResult,
} from './bridge.ts';
import { BridgeError } from './bridge.ts';
import { type Message, record } from './messages.ts';
import { observeSize } from './own-size.ts';

const PROTOCOL = '2026-01-26';
const NO_METHOD = { code: -32601, message: 'Method not found' };

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

const NOTHING: Abilities = {
  callTools: false,
  readResources: false,
  tellModel: false,
  openLinks: false,
  download: false,
  upload: false,
};

/**
 * The bridge of MCP Apps, revision 2026-01-26: JSON-RPC by `postMessage` with the window that holds the page. Messages of
 * any other window are ignored, since every page of a browser can post to every frame that it can name.
 */
export class AppsBridge implements Bridge {
  readonly kind = 'apps';
  #can: Abilities = NOTHING;
  #context: HostContext = {};
  #lastId = 0;
  readonly #waiting = new Map<number, Waiting>();
  readonly #early: HostEvent[] = [];
  #listener: HostListener | undefined;
  readonly #window: Window;

  constructor(own: Window) {
    this.#window = own;
    own.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (event.source === own.parent) this.#receive(event.data);
    });
  }

  get can(): Abilities {
    return this.#can;
  }

  get context(): HostContext {
    return this.#context;
  }

  async connect(): Promise<void> {
    const answer = await this.#request('ui/initialize', {
      protocolVersion: PROTOCOL,
      appInfo: { name: 'firefly-studio', version: '1' },
      appCapabilities: { availableDisplayModes: ['inline', 'fullscreen'] },
    });
    const { hostCapabilities: host, hostContext } = record(answer);
    const offers = record(host);
    this.#can = {
      callTools: offers['serverTools'] !== undefined,
      readResources: offers['serverResources'] !== undefined,
      tellModel: offers['updateModelContext'] !== undefined,
      openLinks: offers['openLinks'] !== undefined,
      download: offers['downloadFile'] !== undefined,
      upload: false,
    };
    this.#context = record(hostContext);
    this.#notify('ui/notifications/initialized', {});
    observeSize(this.#window, (size) => {
      if (this.#context.displayMode !== 'fullscreen') this.#notify('ui/notifications/size-changed', size);
    });
  }

  listen(listener: HostListener): void {
    this.#listener = listener;
    for (const event of this.#early.splice(0)) void listener(event);
  }

  async callTool(name: string, args: Arguments, { signal }: CallOptions = {}): Promise<ToolResult> {
    if (!this.#can.callTools) throw new BridgeError('refused', 'This host passes no calls on.');
    return record(await this.#request('tools/call', { name, arguments: args }, signal));
  }

  async readResource(uri: string): Promise<readonly Contents[]> {
    if (!this.#can.readResources) throw new BridgeError('refused', 'This host passes no resources on.');
    const { contents } = record(await this.#request('resources/read', { uri }));
    return Array.isArray(contents) ? (contents as readonly Contents[]) : [];
  }

  async tellModel(words: string): Promise<void> {
    if (this.#can.tellModel) {
      await this.#request('ui/update-model-context', { content: [{ type: 'text', text: words }] });
    }
  }

  async openLink(url: string): Promise<void> {
    await this.#request('ui/open-link', { url });
  }

  async requestDisplayMode(mode: DisplayMode): Promise<DisplayMode> {
    const answer = record(await this.#request('ui/request-display-mode', { mode }));
    const got = answer['mode'] === 'fullscreen' || answer['mode'] === 'pip' ? answer['mode'] : 'inline';
    this.#merge({ displayMode: got });
    return got;
  }

  async download(name: string, mimeType: string, data: string): Promise<void> {
    const resource = { uri: `file:///${encodeURIComponent(name)}`, mimeType, blob: data };
    await this.#request('ui/download-file', { contents: [{ type: 'resource', resource }] });
  }

  upload(): Promise<string> {
    return Promise.reject(new BridgeError('refused', 'Pictures come in through the chat here.'));
  }

  #request(method: string, params: object, signal?: AbortSignal): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => {
        this.#waiting.delete(id);
        reject(new BridgeError('refused', 'Stopped.'));
      });
      this.#waiting.set(id, { resolve, reject });
      this.#post({ id, method, params });
    });
  }

  #notify(method: string, params: object): void {
    this.#post({ method, params });
  }

  #post(message: object): void {
    // A frame in a sandbox cannot know the origin of its host. The messages are for the window that has embedded it.
    this.#window.parent.postMessage({ jsonrpc: '2.0', ...message }, '*');
  }

  #receive(data: unknown): void {
    const message: Message = record(data);
    if (message.jsonrpc !== '2.0') return;
    if (typeof message.method !== 'string') this.#settle(message);
    else if (message.id === undefined) this.#hear(message.method, record(message.params));
    else void this.#answer(message.method, message.id);
  }

  #settle({ id, result, error }: Message): void {
    const waiting = typeof id === 'number' ? this.#waiting.get(id) : undefined;
    if (waiting === undefined) return;
    this.#waiting.delete(Number(id));
    if (error === undefined) waiting.resolve(result);
    else
      waiting.reject(
        new BridgeError('refused', typeof error.message === 'string' ? error.message : 'The host refused.'),
      );
  }

  /** Requests of the host: it asks whether the page lives, and before it takes the page away, which waits for the answer. */
  async #answer(method: string, id: unknown): Promise<void> {
    if (method === 'ui/resource-teardown') await this.#emit({ kind: 'teardown' });
    const known = method === 'ui/resource-teardown' || method === 'ping';
    this.#post(known ? { id, result: {} } : { id, error: NO_METHOD });
  }

  #hear(method: string, params: Readonly<Record<string, unknown>>): void {
    if (method === 'ui/notifications/tool-input') {
      void this.#emit({ kind: 'input', arguments: record(params['arguments']) });
    } else if (method === 'ui/notifications/tool-result') {
      void this.#emit({ kind: 'result', result: params });
    } else if (method === 'ui/notifications/tool-cancelled') {
      void this.#emit({ kind: 'cancelled' });
    } else if (method === 'ui/notifications/host-context-changed') {
      this.#merge(params);
    }
  }

  #merge(changed: HostContext): void {
    this.#context = { ...this.#context, ...changed };
    void this.#emit({ kind: 'context', context: this.#context });
  }

  async #emit(event: HostEvent): Promise<void> {
    if (this.#listener === undefined) this.#early.push(event);
    else await this.#listener(event);
  }
}
