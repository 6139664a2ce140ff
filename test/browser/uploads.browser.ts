import sharp from 'sharp';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emulatorEnv, startEmulator, type Emulator } from '../../src/emulator/index.ts';
import { BROWSER, findChromium, sharedBrowser } from '../support/browser/chromium.ts';
import { StudioServer } from '../support/browser/studio-server.ts';
import { lacks } from '../support/lacking.ts';

const found = await findChromium();
if (!found) lacks(BROWSER);

describe.skipIf(!found)('pictures of the device, and what the studio says of what it used', () => {
  let browser: Browser;
  let emulator: Emulator;
  let studio: StudioServer;
  let page: Page;
  const sent: string[] = [];

  beforeAll(async () => {
    emulator = await startEmulator({ latencyMs: 100, rpm: 600 });
    const env = { ...emulatorEnv(emulator), FIREFLY_RPM: '600' };
    [browser, studio] = await Promise.all([sharedBrowser(found!), StudioServer.start(env, [])]);
    ({ page } = await studio.enter(browser));
    page.on('request', (request) => sent.push(`${request.method()} ${new URL(request.url()).pathname}`));
    await page.locator('header').getByRole('button', { name: 'Library' }).click();
  });
  afterAll(async () => {
    await studio?.end();
    await emulator?.close();
  });

  const upload = (name: string) => page.locator('li.upload', { hasText: name });

  test('a file over 64 MB is refused before a byte of it is sent, with both sizes', async () => {
    await page.getByTestId('chooser').evaluate((chooser) => {
      const files = new DataTransfer();
      files.items.add(new File([new Uint8Array(64 * 1024 ** 2 + 1)], 'wall.jpg', { type: 'image/jpeg' }));
      (chooser as HTMLInputElement).files = files.files;
      chooser.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await upload('wall.jpg').getByRole('alert').waitFor();
    expect(await upload('wall.jpg').getByRole('alert').textContent()).toContain(
      'Too large: 64.1 MB, and 64 MB is the most.',
    );
    expect(sent).not.toContain('POST /studio/pictures');
  });

  test('an upload shows how far it is, can be stopped, and is then no picture', async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
    const buffer = await sharp({ create: { width: 600, height: 400, channels: 3, background: '#888', noise } })
      .png()
      .toBuffer();
    const input = await page.context().newCDPSession(page);
    const speed = (uploadThroughput: number) =>
      input.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput,
      });
    await speed(400_000);
    const choose = (name: string) =>
      page.getByTestId('chooser').setInputFiles([{ name, mimeType: 'image/png', buffer }]);
    // Noted in the page: a look from here may come before the bar, or after it.
    await page.evaluate(() => {
      const noted: string[] = [];
      Object.assign(globalThis, { noted });
      new MutationObserver(() => {
        const bar = document.querySelector('li.upload [role=progressbar][aria-label="slow.png"]');
        if (bar !== null) noted.push(`${bar.getAttribute('aria-valuenow')} ${bar.closest('li')?.innerText}`);
      }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    });
    await choose('slow.png');
    await upload('slow.png').getByText('Ready').waitFor();
    const noted = await page.evaluate(() => (globalThis as unknown as { noted: string[] }).noted);
    const underWay = noted.filter((line) => /^[1-9]\d? /.test(line));
    expect(underWay.length).toBeGreaterThan(0);
    expect(underWay.at(-1)).toMatch(/\d+\s?% sent/);

    await speed(50_000);
    await choose('stopped.png');
    await upload('stopped.png').getByRole('button', { name: 'Stop' }).click();
    await upload('stopped.png').waitFor({ state: 'detached' });
    await speed(-1);
    expect(await page.locator('.cell').count()).toBe(1);
  });

  test('a check says what a call would cost until a field is another one', async () => {
    await page.locator('header').getByRole('button', { name: 'New' }).click();
    await page.getByLabel('What should be in it?').fill('a heron');
    await page.getByRole('button', { name: 'Check without spending' }).click();
    const words = page.locator('#new-state');
    await words.getByText(/nothing was sent or spent/).waitFor();
    await page.getByRole('button', { name: /^2$/ }).click();
    await expect.poll(() => words.textContent()).toBe('');
    await page.getByRole('button', { name: /^1$/ }).click();
    await words.getByText(/nothing was sent or spent/).waitFor();
  });

  test('what a picture was made from says what it was for, and the queue says who answers', async () => {
    await page.getByRole('button', { name: 'Style like this' }).click();
    await page.getByRole('dialog').locator('.picture').first().click();
    await page.getByRole('button', { name: /^1$/ }).click();
    await page.getByRole('button', { name: /^Generate/ }).click();
    await page.locator('.hero img').waitFor();
    const row = page.locator('.side .tree li', { hasText: 'slow.png' });
    await row.getByText(/^Style/).waitFor();
    await page
      .locator('header')
      .getByRole('button', { name: /^Queue/ })
      .click();
    const access = page.locator('.panel', { hasText: 'Access' });
    await access.getByText('Live: Adobe answers, and your access works.').waitFor();
  });

  test('a long name keeps its end in the library, and what went wrong says what to do', async () => {
    await page.locator('header').getByRole('button', { name: 'Library' }).click();
    const name = 'the-whole-team-of-the-office-in-the-north-of-the-city-portrait-0042.png';
    const buffer = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#295' } })
      .png()
      .toBuffer();
    await page.getByTestId('chooser').setInputFiles([{ name, mimeType: 'image/png', buffer }]);
    const cell = page.locator('.cell').first();
    await expect.poll(() => cell.locator('.caption').textContent()).toMatch(/^the-whole.*….*0042\.png$/);
    expect(await cell.getByRole('button').first().getAttribute('aria-label')).toContain(name);
    expect(await upload('0042.png').locator('.mono').textContent()).toMatch(/^the-whole.*….*0042\.png$/);

    await cell.getByRole('checkbox').click({ force: true });
    // The server refuses, as it would where a running job needs the picture.
    await page.route('**/mcp*', async (route) => {
      const body = route.request().postData() ?? '';
      if (!body.includes('"delete_images"')) return route.continue();
      const { id } = JSON.parse(body) as { id: number };
      const error = {
        code: 'scope_missing',
        message: 'You may not delete.',
        who_can_act: 'operator',
        next: 'Sign in again.',
      };
      const result = { content: [], isError: true, structuredContent: { error } };
      return route.fulfill({ json: { jsonrpc: '2.0', id, result } });
    });
    await page.locator('.selbar').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.locator('.toast').waitFor();
    expect(await page.locator('.toast').textContent()).toBe('You may not delete. Sign in again.');
    await page.unroute('**/mcp*');
    await page.locator('.selbar').getByRole('button', { name: 'Clear selection' }).click();
  });
});
