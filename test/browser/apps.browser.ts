import type { Client } from '@modelcontextprotocol/client';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AppsHost, type HostOptions } from '../support/browser/apps-host.ts';
import { violationsIn } from '../support/browser/axe.ts';
import { BROWSER, findChromium, sharedBrowser } from '../support/browser/chromium.ts';
import { lacks } from '../support/lacking.ts';
import { TestInstallation } from '../support/program/test-installation.ts';

const found = await findChromium();
if (!found) lacks(BROWSER);

describe.skipIf(!found)('the studio in a chat', () => {
  let browser: Browser;
  let installation: TestInstallation;
  let client: Client;
  let host: AppsHost;
  const made = { prompt: 'a red fox in the snow', count: 2, model: 'image3', size: '1024x1024' };
  let result: unknown;

  beforeAll(async () => {
    installation = await TestInstallation.create();
    const [started, connected] = await Promise.all([
      sharedBrowser(found!),
      installation.client(installation.environment(), ['stdio', '--demo']),
    ]);
    browser = started;
    client = connected.client;
    result = await client.callTool({ name: 'generate_image', arguments: made }, { timeout: 120_000 });
  });
  afterAll(async () => {
    await installation?.end();
  });
  afterEach(() => host?.close());

  const open = async (options: HostOptions = {}) =>
    (host = await AppsHost.open(browser, client, { tool: 'generate_image', ...options }));

  test('shows what the call has brought, with its pictures and its price, and no violation of WCAG 2.2 AA', async () => {
    const { view } = await open();
    await host.input(made);
    await host.result(result);
    await view.getByText('a red fox in the snow').first().waitFor();
    await expect.poll(() => view.locator('img').count()).toBeGreaterThanOrEqual(2);
    await expect.poll(() => loaded()).toBe(true);
    expect(await violationsIn(view)).toEqual([]);
  });

  const loaded = () =>
    host.view.evaluate(() => [...document.images].every(({ complete, naturalWidth }) => complete && naturalWidth > 0));
});
