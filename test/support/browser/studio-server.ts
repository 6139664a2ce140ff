import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { removeFolder, temporaryFolder } from '../artefacts.ts';
import { start, type Running } from '../program/command.ts';

/** What a browser of the tests is like. */
export interface BrowserOptions {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly touch?: boolean;
}

/** `firefly-mcp studio` as a person starts it, on an emulator of its own. */
export class StudioServer {
  readonly folder: string;
  readonly #running: Running;
  readonly #opened: BrowserContext[] = [];
  /** The address that signs one browser in. */
  readonly entrance: string;

  private constructor(folder: string, running: Running, entrance: string) {
    this.folder = folder;
    this.#running = running;
    this.entrance = entrance;
  }

  static async start(
    env: Readonly<Record<string, string>> = {},
    args: readonly string[] = ['--demo'],
  ): Promise<StudioServer> {
    const folder = temporaryFolder('firefly-studio-');
    const running = start(['studio', '--no-open', ...args], {
      cwd: folder,
      env: { FIREFLY_OUTPUT_DIR: join(folder, 'out'), FIREFLY_ROOTS: folder, ...env },
    });
    const [, entrance = ''] = await running.shows(/works once: (http:\S+)/);
    return new StudioServer(folder, running, entrance);
  }

  get origin(): string {
    return new URL(this.entrance).origin;
  }

  /** A browser that comes in by the entrance. */
  async enter(browser: Browser, options: BrowserOptions = {}): Promise<{ context: BrowserContext; page: Page }> {
    const { theme = 'light', width = 1280, height = 800, touch = false } = options;
    const context = await browser.newContext({
      colorScheme: theme,
      viewport: { width, height },
      hasTouch: touch,
      locale: 'en-GB',
      timezoneId: 'Europe/London',
      acceptDownloads: true,
    });
    this.#opened.push(context);
    const page = await context.newPage();
    await page.goto(this.entrance);
    return { context, page };
  }

  /** Another window of a browser that is signed in. */
  async window(context: BrowserContext, hash = ''): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${this.origin}/studio${hash}`);
    return page;
  }

  /** Ends the program as Ctrl-C does. */
  async stop(): Promise<void> {
    this.#running.child.kill('SIGINT');
    await this.#running.ended;
  }

  async end(): Promise<void> {
    await Promise.all(this.#opened.map((context) => context.close()));
    await this.stop();
    removeFolder(this.folder);
  }
}
