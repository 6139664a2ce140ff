import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BROWSER, findChromium, sharedBrowser } from '../support/browser/chromium.ts';
import { StudioServer } from '../support/browser/studio-server.ts';
import { lacks } from '../support/lacking.ts';

const found = await findChromium();
if (!found) lacks(BROWSER);

describe.skipIf(!found)('firefly-mcp studio', () => {
  let browser: Browser;
  let studio: StudioServer;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    [browser, studio] = await Promise.all([sharedBrowser(found!), StudioServer.start()]);
    ({ context, page } = await studio.enter(browser));
  });
  afterAll(async () => {
    await studio?.end();
  });

  const callFrom = (from: Page, origin = '') =>
    from.evaluate(async (address) => {
      try {
        const answer = await fetch(`${address}/studio/session`, { method: 'POST', credentials: 'include' });
        return answer.status;
      } catch {
        return 'blocked';
      }
    }, origin);

  test('the page opens, and its address holds no secret', async () => {
    expect(page.url().replace(/#.*/, '')).toBe(`${studio.origin}/studio`);
    await page.getByRole('navigation').first().waitFor();
    expect(await page.evaluate(() => document.referrer)).toBe('');
    expect(await page.evaluate(() => document.cookie)).toBe('');
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', domain: '127.0.0.1' });
    await page.goBack();
    expect(page.url()).toBe('about:blank');
    await page.goForward();
  });

  test('the address of the entrance works once', async () => {
    const other = await browser.newContext();
    const second = await other.newPage();
    const answer = await second.goto(studio.entrance);
    expect(answer?.status()).toBe(410);
    expect(await second.getByRole('heading', { level: 1 }).textContent()).toContain('opens the studio no more');
    expect(
      await second.evaluate(() => getComputedStyle(document.querySelector('p') ?? document.body).fontFamily),
    ).toMatch(/^system-ui/);
    expect(await other.cookies()).toEqual([]);
    await other.close();
  });

  test('a browser that did not come in is told how, in every view, and sees none of the data', async () => {
    const other = await browser.newContext();
    const stranger = await other.newPage();
    await stranger.goto(`${studio.origin}/studio`);
    expect(await callFrom(stranger)).toBe(401);
    await stranger.getByText('This browser is not signed in.').waitFor();
    for (const view of ['', '#library', '#queue', '#job_0', '#img_0', '#paint/img_0']) {
      // Another address behind the # alone would not load the page anew.
      await stranger.goto('about:blank');
      await stranger.goto(`${studio.origin}/studio${view}`);
      await stranger.getByText('This browser is not signed in. “firefly-mcp studio” opens the page').waitFor();
      // Nothing goes on as if an answer were to come, and nothing says that there are no pictures or jobs.
      await stranger.locator('.spin, [aria-busy="true"]').waitFor({ state: 'detached' });
      expect(await stranger.locator('main').textContent()).toBe('');
    }
    await other.close();
  });

  test('the page runs nothing but its own script, is framed by no page, and tells no other where it was', async () => {
    const { headers } = await fetch(`${studio.origin}/studio`);
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'sha256-\S+'; style-src 'sha256-\S+'; img-src 'self' data: blob:; .*frame-ancestors 'none'$/,
    );
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    const ran = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      return 'ran' in window;
    });
    expect(ran).toBe(false);
  });

  test('pages on another port of this machine have the cookie sent along and are refused all the same', async () => {
    const { createServer } = await import('node:http');
    const server = createServer((_request, response) =>
      response.setHeader('Content-Type', 'text/html').end('<p>Mine</p>'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const evil = await context.newPage();
    try {
      await evil.goto(`http://127.0.0.1:${port}/`);
      expect(await callFrom(evil, studio.origin)).toBe('blocked');
      // The request itself, without the browser's rule about reading: the cookie alone is worth nothing.
      const [cookie] = await context.cookies();
      const answer = await fetch(`${studio.origin}/studio/session`, {
        method: 'POST',
        headers: { Cookie: `${cookie?.name}=${cookie?.value}`, Origin: `http://127.0.0.1:${port}` },
      });
      expect(answer.status).toBe(401);
      await evil.setContent(`<iframe name="studio" src="${studio.origin}/studio"></iframe>`);
      await evil.waitForLoadState('networkidle');
      const frame = evil.frame({ name: 'studio' });
      expect(frame?.url()).not.toContain('/studio');
    } finally {
      await evil.close();
      server.close();
    }
  });

  test('a cookie of the same name, which any server on this machine can set, signs nobody out', async () => {
    const name = `firefly-studio-${new URL(studio.origin).port}`;
    await context.addCookies([{ name, value: 'tossed', domain: '127.0.0.1', path: '/studio/session' }]);
    expect(await callFrom(page)).toBe(204);
  });

  test('a foreign Host is refused, so that a name which is led to this machine reaches nothing', async () => {
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      const { port } = new URL(studio.origin);
      request({ host: '127.0.0.1', port, path: '/studio', headers: { Host: 'rebind.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .once('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  test('the session ends with its server, and the page says so', async () => {
    expect(await callFrom(page)).toBe(204);
    await studio.stop();
    expect(await callFrom(page)).toBe('blocked');
  });
});
