import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BROWSER, findChromium, sharedBrowser } from '../support/browser/chromium.ts';
import { StudioServer } from '../support/browser/studio-server.ts';
import { lacks } from '../support/lacking.ts';

const found = await findChromium();
if (!found) lacks(BROWSER);

describe.skipIf(!found)('a person who leaves midway, turns round, or has a small phone', () => {
  let browser: Browser;
  let studio: StudioServer;
  let context: BrowserContext;
  let page: Page;
  let image: string;

  beforeAll(async () => {
    [browser, studio] = await Promise.all([sharedBrowser(found!), StudioServer.start()]);
    ({ context, page } = await studio.enter(browser));
    page.setDefaultTimeout(15_000);
  });
  afterAll(() => studio?.end());

  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const share = async () => Number.parseFloat((await page.getByTestId('share').textContent()) ?? '');
  const kept = () => page.locator('.kept.kept', { hasText: 'Kept' }).waitFor();
  const rectangle = async (from: number, to: number) => {
    await button('Rectangle').click();
    const sheet = (await page.locator('.sheet').boundingBox())!;
    const at = (share: number) => [sheet.x + sheet.width * share, sheet.y + sheet.height * share] as const;
    await page.mouse.move(...at(from));
    await page.mouse.down();
    await page.mouse.move(...at(to), { steps: 4 });
    await page.mouse.up();
  };

  test('a picture that is dropped on any view is added, and the view stays', async () => {
    const file = join(studio.folder, 'dropped.png');
    writeFileSync(
      file,
      await sharp({ create: { width: 600, height: 400, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
    );
    await page.getByLabel('What should be in it?').fill('a kite');
    const input = await context.newCDPSession(page);
    // What is under the pointer is asked once more when the window has become the place to drop.
    for (const type of ['dragEnter', 'dragOver', 'dragOver', 'drop'] as const) {
      const data = { items: [], files: [file], dragOperationsMask: 1 };
      await input.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
      if (type === 'dragOver') await page.locator('.dropover').waitFor();
    }
    const upload = page.locator('li.upload', { hasText: 'dropped.png' });
    await upload.getByText('Ready').waitFor();
    expect(await page.getByLabel('What should be in it?').inputValue()).toBe('a kite');
    await upload.getByRole('button', { name: 'Edit' }).click();
    await page.locator('.easel img').waitFor();
    expect(await page.locator('li.upload').count()).toBe(0);
    image = /img_\w+/.exec(page.url())?.[0] ?? '';
  });

  test('what was painted in the moment before the page goes is kept', async () => {
    await rectangle(0.25, 0.5);
    await expect.poll(share).toBeCloseTo(6.3, 1);
    // At once: nothing waits for "Kept" here.
    await page.goto('about:blank');
    await page.goto(`${studio.origin}/studio#paint/${image}`);
    await page.getByText(/Your mask from/).waitFor();
    await expect.poll(share).toBeCloseTo(6.3, 0);
    expect(await page.locator('ol.steps').innerText()).toContain('Mask from before');
  });

  test('keys of the painter mean the mask after a press on a tool too', async () => {
    await button('Invert').click();
    await expect.poll(share).toBeGreaterThan(90);
    await page.keyboard.press('Control+z');
    await expect.poll(share).toBeLessThan(10);
    // Elsewhere this key leads to the library.
    await page.keyboard.press('l');
    await page.locator('.easel.with-lasso').waitFor();
  });

  test('a mask that was discarded does not come back by itself', async () => {
    await button('Discard').click();
    await expect.poll(share).toBe(0);
    await page.reload();
    await page.locator('.easel img').waitFor();
    // An answer that comes after the one about the drafts.
    await rectangle(0.5, 0.6);
    await kept();
    expect(await page.locator('ol.steps li').allTextContents()).toEqual(['Rectangle']);
    await page.reload();
    await page.getByText(/Your mask from/).waitFor();
  });

  test('a library and a form that were opened while the server was away are there once it is back', async () => {
    await page.route('**/mcp', (route) => route.abort());
    await page.goto('about:blank');
    await page.goto(`${studio.origin}/studio#library`);
    await button('Try now').waitFor();
    // Pictures that cannot be asked for are not said to be none.
    await page.getByText('Loading older pictures').waitFor();
    expect(await page.getByText('No pictures yet').count()).toBe(0);
    await page.unroute('**/mcp');
    await button('Try now').click();
    await page.locator('.cell').first().waitFor();
    await page.route('**/mcp', (route) => route.abort());
    await page.goto('about:blank');
    await page.goto(`${studio.origin}/studio#new`);
    const again = button('Try now');
    await again.waitFor();
    expect(await page.getByLabel('What should be in it?').count()).toBe(0);
    await page.unroute('**/mcp');
    await again.click();
    await page.getByLabel('What should be in it?').waitFor();
    await page.goto(`${studio.origin}/studio#paint/${image}`);
    await page.getByText(/Your mask from/).waitFor();
  });

  test('on a phone of 320 pixels no bar lies on the picture, and grow, feather and steps can be reached', async () => {
    await page.setViewportSize({ width: 320, height: 660 });
    const edges = async (selector: string) => (await page.locator(selector).boundingBox())!;
    const picture = await edges('.sheet');
    const [options, prompt] = [await edges('.options'), await edges('.prompt')];
    expect(options.y + options.height).toBeLessThanOrEqual(picture.y);
    expect(prompt.y).toBeGreaterThanOrEqual(picture.y + picture.height);
    const panel = page.locator('.painting-body .side');
    expect(await panel.isVisible()).toBe(false);
    await button('Mask, fit and edge').click();
    await panel.getByRole('slider', { name: 'Grow or shrink' }).fill('20');
    await panel.getByText('20 px').waitFor();
    await panel.getByText('Back to the start').click();
    await expect.poll(share).toBe(0);
    await button('Mask, fit and edge').click();
    expect(await panel.isVisible()).toBe(false);
    await button('Back').click();
    await page.waitForURL(`**/studio#${image}`);
  });
});
