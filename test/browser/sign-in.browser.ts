import { readFileSync } from 'node:fs';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emulatorEnv, startEmulator, type Emulator } from '../../src/emulator/index.ts';
import { overhearClient, removeFolder, temporaryFolder } from '../support/artefacts.ts';
import { violationsIn } from '../support/browser/axe.ts';
import { BROWSER, findChromium, sharedBrowser } from '../support/browser/chromium.ts';
import { lacks } from '../support/lacking.ts';
import { start, type Running } from '../support/program/command.ts';

const found = await findChromium();
if (!found) lacks(BROWSER);

describe.skipIf(!found)('the studio of firefly-mcp http', () => {
  const folder = temporaryFolder('firefly-sign-in-');
  let browser: Browser;
  let emulator: Emulator;
  let running: Running;
  let context: BrowserContext;
  let page: Page;
  let token: string;
  /** What a result names for the user's browser. */
  let link: string;
  let image: string;

  beforeAll(async () => {
    emulator = await startEmulator({ latencyMs: 100, rpm: 600 });
    running = start(['http', '--port', '0'], { cwd: folder, env: { ...emulatorEnv(emulator), FIREFLY_RPM: '600' } });
    const [, url = '', tokenFile = ''] = await running.shows(/Serving MCP at (\S+), .* token in (\S+)\n/);
    token = readFileSync(tokenFile, 'utf8').trim();
    const client = new Client({ name: 'chat', version: '1' });
    const headers = { Authorization: `Bearer ${token}` };
    const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
    await client.connect(transport);
    overhearClient(transport);
    const made = await client.callTool({ name: 'generate_image', arguments: { prompt: 'a harbour at dawn' } });
    await client.close();
    const facts = made.structuredContent as { studio: string; images: [{ image: string }] };
    [link, image] = [facts.studio, facts.images[0].image];
    browser = await sharedBrowser(found!);
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
  });
  afterAll(async () => {
    await context?.close();
    running?.child.kill('SIGINT');
    await running?.ended;
    await emulator?.close();
    removeFolder(folder);
  });

  const field = () => page.getByLabel('Your token');

  test('asks a browser for a token, and shows nothing before it has one that counts', async () => {
    await page.goto(link);
    await field().waitFor();
    expect(await violationsIn(page)).toEqual([]);
    await field().fill('a-token-of-another-server');
    await page.keyboard.press('Enter');
    await page.getByText('This server does not know that token.').waitFor();
    await page.keyboard.press('Escape');
    expect(await field().isVisible()).toBe(true);
    expect(await page.getByText('a harbour at dawn').count()).toBe(0);
  });

  test('leads with it to the picture that the link is about, and keeps no token in the page', async () => {
    await field().fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('a harbour at dawn').first().waitFor();
    await page.locator('.hero img').first().waitFor();
    expect(await page.getByText(image).count()).toBeGreaterThan(0);
    expect(page.url()).toBe(link);
    const kept = await page.evaluate(() => [
      document.cookie,
      JSON.stringify([localStorage, sessionStorage]),
      document.documentElement.outerHTML,
      location.href,
    ]);
    expect(kept.join('\n')).not.toContain(token);
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(cookie?.value).not.toContain(token);
  });

  test('asks once more where a session ends under work, and the work goes on', async () => {
    await page.getByRole('button', { name: /^New/ }).first().click();
    await page.getByLabel('What should be in it?').fill('a heron');
    await context.clearCookies();
    await page.getByRole('button', { name: 'Check without spending' }).click();
    await field().fill(token);
    await page.keyboard.press('Enter');
    await field().waitFor({ state: 'detached' });
    expect(await page.getByLabel('What should be in it?').inputValue()).toBe('a heron');
    await page.getByRole('button', { name: 'Check without spending' }).click();
    await page
      .locator('#new-state')
      .getByText(/nothing was sent or spent/)
      .waitFor();
  });
});
