/** A part of a tool's answer. */
export interface Block {
  readonly type: string;
  readonly text?: string;
  /** Base64 of a picture. */
  readonly data?: string;
  readonly mimeType?: string;
}

/** What a tool answered. */
export interface ToolResult {
  readonly isError?: boolean;
  readonly content?: readonly Block[];
  readonly structuredContent?: Readonly<Record<string, unknown>>;
}

/** One content of a resource. */
export interface Contents {
  readonly uri: string;
  readonly mimeType?: string;
  readonly text?: string;
  /** Base64. */
  readonly blob?: string;
}

/** Arguments of a call, as the tool's schema wants them. */
export type Arguments = Readonly<Record<string, unknown>>;

/** How the page is shown. */
export type DisplayMode = 'inline' | 'fullscreen' | 'pip';

/** What the page is shown in: the host of MCP Apps, or a browser. Every field may be missing. */
export interface HostContext {
  readonly theme?: 'light' | 'dark';
  readonly styles?: { readonly variables?: Readonly<Record<string, string | undefined>> };
  readonly displayMode?: DisplayMode;
  readonly availableDisplayModes?: readonly DisplayMode[];
  /** BCP 47. */
  readonly locale?: string;
  /** IANA. */
  readonly timeZone?: string;
  readonly safeAreaInsets?: {
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
    readonly left: number;
  };
  readonly toolInfo?: { readonly tool?: { readonly name?: string } };
}

/** What this host lets the page do. What is missing is not offered to the person. */
export interface Abilities {
  readonly callTools: boolean;
  readonly readResources: boolean;
  readonly tellModel: boolean;
  readonly openLinks: boolean;
  /** Files can be given to the person. */
  readonly download: boolean;
  /** Pictures of the person's device can be added. */
  readonly upload: boolean;
}

/** What the host says about the tool call that the page was opened for. */
export type HostEvent =
  | { readonly kind: 'input'; readonly arguments: Arguments }
  | { readonly kind: 'result'; readonly result: ToolResult }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'context'; readonly context: HostContext }
  | { readonly kind: 'teardown' };

/** Hears what the host says. */
export type HostListener = (event: HostEvent) => void | Promise<void>;

/** Options of a tool call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Called with 0-100 and words, where the way to the server carries progress. */
  readonly onProgress?: (percent: number, words: string) => void;
}

/** The one way of the page to its server and its host. */
export interface Bridge {
  /** In a chat of a host, or in a window of its own. */
  readonly kind: 'apps' | 'browser';
  /** Resolves once calls can be made. Events that come earlier are kept for the first listener. */
  connect(): Promise<void>;
  readonly can: Abilities;
  readonly context: HostContext;
  /** A host that takes the page away waits for what `listener` does about it. */
  listen(listener: HostListener): void;
  /** @throws BridgeError where no answer came; an answer with `isError` is returned */
  callTool(name: string, args: Arguments, options?: CallOptions): Promise<ToolResult>;
  /** @throws BridgeError */
  readResource(uri: string): Promise<readonly Contents[]>;
  /** Tells the model in a few words what the person did. Replaces what was told before. */
  tellModel(words: string): Promise<void>;
  openLink(url: string): Promise<void>;
  /** Asks for a display mode; answers with the one that it is in from now on. */
  requestDisplayMode(mode: DisplayMode): Promise<DisplayMode>;
  /** Gives the person a file. `data` is base64. */
  download(name: string, mimeType: string, data: string): Promise<void>;
  /**
   * Signs in with a token that the person has, once. Absent where no token counts, and where the host has signed in.
   * @returns whether the server knows the token
   * @throws BridgeError where no answer came
   */
  readonly signIn?: ((token: string) => Promise<boolean>) | undefined;
  /** Adds a picture of the person's device. Answers with its handle. @throws BridgeError */
  upload(file: File, onProgress: (percent: number) => void, signal?: AbortSignal): Promise<string>;
}

/** Why no answer came: `offline` may pass by itself, `session` needs a new sign-in, `refused` is final. */
export class BridgeError extends Error {
  override readonly name = 'BridgeError';
  readonly reason: 'offline' | 'session' | 'refused';

  constructor(reason: BridgeError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}
