import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { Client } from '@modelcontextprotocol/client';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { rolldown } from 'rolldown';

/** The policy of a host for a view that names no domains (MCP Apps, revision 2026-01-26). */
export const DEFAULT_CSP = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "media-src 'self' data:",
  "connect-src 'none'",
].join('; ');

/** What a host of the tests is like. */
export interface HostOptions {
  readonly theme?: 'light' | 'dark';
  /** Name of the tool whose call the view was opened for. */
  readonly tool?: string;
  /** CSS variables of the host, by their names in MCP Apps. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Display modes that the host grants; all by default. */
  readonly modes?: readonly ('inline' | 'fullscreen')[];
  /** False: the host neither calls tools nor reads resources for the view. */
  readonly callsBack?: boolean;
  readonly width?: number;
  readonly locale?: string;
  readonly reducedMotion?: boolean;
}

/** One thing that the view told its host. */
export interface Told {
  readonly kind: 'context' | 'message' | 'link' | 'download' | 'mode' | 'size';
  readonly params: Readonly<Record<string, unknown>>;
}

/** A server as the host sees it: a connected client. */
export type HostClient = Pick<Client, 'callTool' | 'readResource' | 'listResources'>;

let script: Promise<string> | undefined;

/** A host of MCP Apps: the official bridge in a page, and the view in a sandboxed frame of another origin. */
export class AppsHost {
  readonly page: Page;
  /** All that the view told the host, in order. */
  readonly told: readonly Told[];
  /** Calls of the view that the host passed on. */
  readonly calls: readonly { readonly name: string; readonly arguments?: unknown }[];
  /** Errors of the page and what its policy has blocked. */
  readonly errors: readonly string[];
  readonly #context: BrowserContext;
  readonly #server: Server;

  private constructor(
    parts: Pick<AppsHost, 'page' | 'told' | 'calls' | 'errors'> & { context: BrowserContext; server: Server },
  ) {
    this.page = parts.page;
    this.told = parts.told;
    this.calls = parts.calls;
    this.errors = parts.errors;
    this.#context = parts.context;
    this.#server = parts.server;
  }

  /** Opens the host with the view that the server has for its tools. Resolves once the view has said that it is ready. */
  static async open(browser: Browser, client: HostClient, options: HostOptions = {}): Promise<AppsHost> {
    const {
      theme = 'light',
      width = 760,
      modes = ['inline', 'fullscreen'],
      callsBack = true,
      locale = 'en-GB',
    } = options;
    const { contents } = await client.readResource({ uri: 'ui://firefly/studio.html' });
    const view = contents[0] && 'text' in contents[0] ? contents[0].text : '';
    const { server, origin } = await serve(await (script ??= bundleHostPage()), view);
    const context = await browser.newContext({
      locale,
      colorScheme: theme,
      viewport: { width: Math.max(width, 320), height: 900 },
      reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
    });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    const told: Told[] = [];
    const calls: { name: string; arguments?: unknown }[] = [];
    await page.exposeFunction('toldToHost', (kind: Told['kind'], params: Told['params']) => {
      told.push({ kind, params });
    });
    await page.exposeFunction('callServer', async (method: string, params: never) => {
      if (method === 'resources/read') return client.readResource(params);
      if (method === 'resources/list') return client.listResources(params);
      calls.push(params);
      return client.callTool(params, { timeout: 120_000 });
    });
    await page.goto(`${origin}/host`);
    const hostContext = {
      theme,
      locale,
      displayMode: 'inline',
      availableDisplayModes: modes,
      platform: 'desktop',
      containerDimensions: { width, maxHeight: 5000 },
      ...(options.variables && { styles: { variables: options.variables } }),
      ...(options.tool && { toolInfo: { tool: { name: options.tool, inputSchema: { type: 'object' } } } }),
    };
    const capabilities = {
      openLinks: {},
      updateModelContext: { text: {} },
      downloadFile: {},
      ...(callsBack && { serverTools: {}, serverResources: {} }),
    };
    await page.evaluate((given) => openView(given), { context: hostContext, capabilities, modes, size: { width } });
    return new AppsHost({ page, told, calls, errors, context, server });
  }

  /** The frame that the view is in. */
  get view(): Frame {
    const frame = this.page.frame({ name: 'view' });
    if (!frame) throw new Error('The view has no frame.');
    return frame;
  }

  /** Tells the view what the tool was called with. */
  async input(args: Readonly<Record<string, unknown>>): Promise<void> {
    await this.page.evaluate((given) => bridge.sendToolInput({ arguments: given }), args);
  }

  /** Tells the view what the tool answered. */
  async result(result: unknown): Promise<void> {
    await this.page.evaluate((given) => bridge.sendToolResult(given), result);
  }

  /** Changes the context, as when the host's theme changes. */
  async change(context: Readonly<Record<string, unknown>>): Promise<void> {
    await this.page.evaluate((given) => bridge.sendHostContextChange(given), context);
  }

  /** Takes the view away, after asking it. */
  async teardown(): Promise<void> {
    await this.page.evaluate(() => bridge.teardownResource({}));
  }

  async close(): Promise<void> {
    await this.#context.close();
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

async function bundleHostPage(): Promise<string> {
  const build = await rolldown({
    input: join(import.meta.dirname, 'host-page.mjs'),
    platform: 'browser',
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    logLevel: 'silent',
  });
  const { output } = await build.generate({ format: 'iife', codeSplitting: false });
  await build.close();
  return output[0].code;
}

async function serve(host: string, view: string): Promise<{ server: Server; origin: string }> {
  const server = createServer((request, response) => {
    if (request.url === '/view') {
      response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': DEFAULT_CSP });
      response.end(view);
    } else if (request.url === '/host.js') {
      response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(host);
    } else {
      response.writeHead(200, { 'Content-Type': 'text/html' });
      response.end(
        '<!doctype html><html lang="en"><title>Host</title><style>body{margin:0}</style><main></main><script src="/host.js"></script></html>',
      );
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** What `host-page.mjs` puts into its window. */
declare global {
  var bridge: {
    sendToolInput(params: object): Promise<void>;
    sendToolResult(params: unknown): Promise<void>;
    sendHostContextChange(params: object): Promise<void>;
    teardownResource(params: object): Promise<unknown>;
  };
  function openView(options: object): Promise<void>;
}
