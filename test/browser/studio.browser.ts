import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violationsIn } from '../support/browser/axe.ts';
import { BROWSER, findChromium, sharedBrowser } from '../support/browser/chromium.ts';
import { StudioServer } from '../support/browser/studio-server.ts';
import { lacks } from '../support/lacking.ts';

const found = await findChromium();
if (!found) lacks(BROWSER);

const SHOTS = join(import.meta.dirname, '../../docs/studio');
const isForDocs = process.env['SHOTS'] === '1';
const VARIANTS = [
  ['light', 'light', 1280],
  ['dark', 'dark', 1280],
  ['phone', 'light', isForDocs ? 360 : 320],
  ['phone-dark', 'dark', 320],
] as const;

/** Text that would do harm as HTML; in pictures for the documentation, none. */
const HOSTILE = isForDocs ? 'a fox at dusk' : '<img src=x onerror="document.title=1"> & a fox';

describe.skipIf(!found)('the studio in a browser', () => {
  let browser: Browser;
  let studio: StudioServer;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    [browser, studio] = await Promise.all([sharedBrowser(found!), StudioServer.start()]);
    ({ page } = await studio.enter(browser));
    page.on('pageerror', (error) => errors.push(error.message));
    page.setDefaultTimeout(60_000);
  });
  afterAll(async () => {
    await studio?.end();
  });

  const tab = (name: string) => page.locator('header').getByRole('button', { name, exact: true }).click();

  /** Every view has to hold in light, in dark and on a phone. With `SHOTS=1` pictures of it go to `docs/studio/`. */
  async function look(view: string): Promise<void> {
    // What was said last is gone, or each look would say it again.
    await page.locator('.toast').waitFor({ state: 'detached' });
    for (const [variant, colorScheme, width] of VARIANTS) {
      // Without motion no colour is on its way from the theme before, neither the one's nor the other's.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 800 });
      await expect.poll(() => stillLoading()).toBe(0);
      expect(await violationsIn(page), `${view}, ${variant}`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${view}, ${variant}`).toBe(width);
      const path = join(SHOTS, `${view}-${variant}.jpg`);
      if (isForDocs && variant !== 'phone-dark') await page.screenshot({ path, type: 'jpeg', quality: 65 });
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  }

  const stillLoading = () =>
    page.evaluate(
      () => [...document.images].filter(({ complete, naturalWidth }) => !complete || naturalWidth === 0).length,
    );

  test('makes pictures from a prompt, with the price on the button, and saves one as a file', async () => {
    await page.getByLabel('What should be in it?').fill(HOSTILE);
    await look('new');
    await page.getByRole('button', { name: /^Generate \d.*op/ }).click();
    await expect.poll(() => page.locator('.strip img, main img').count()).toBeGreaterThan(0);
    await page.getByRole('button', { name: /^Save/ }).first().waitFor();
    expect(await page.title()).not.toBe('1');
    await page.getByText(HOSTILE).first().waitFor();
    await look('result');
    await page.getByRole('button', { name: /^Save/ }).first().click();
    await page.getByLabel('File name').fill('fox.png');
    await page.getByRole('dialog').getByRole('button', { name: /^Save/ }).click();
    await expect
      .poll(
        () =>
          existsSync(join(studio.folder, 'out')) && readdirSync(join(studio.folder, 'out'), { recursive: true }).join(),
      )
      .toMatch(/fox.*\.png/);
  });

  test('shows what was made in the library and the queue', async () => {
    await tab('Library');
    await page.locator('main img, .grid img').first().waitFor();
    await look('library');
    await tab('Queue');
    await page.getByText('This minute').waitFor();
    await look('queue');
  });

  test('paints a mask with the pointer, and fills it', async () => {
    await tab('Picture');
    await page.getByRole('button', { name: 'Edit this part' }).first().click();
    const easel = page.getByRole('application');
    await easel.waitFor();
    await easel.focus();
    await page.keyboard.press('r');
    const box = (await easel.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.4);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.6, { steps: 5 });
    await page.mouse.up();
    await page
      .getByText(/painted anew/)
      .first()
      .waitFor();
    await look('painter');
    await page.getByLabel('What goes into the tinted part').fill('a red balloon');
    await page.getByRole('button', { name: /^Fill/ }).click();
    await page.locator('.compare').waitFor();
    await page.getByRole('button', { name: /^Again/ }).waitFor();
    await look('compare');
    await page.setViewportSize({ width: 360, height: 800 });
    await page.getByRole('button', { name: 'Go on with this' }).click({ trial: true });
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test('has thrown no error', () => {
    expect(errors).toEqual([]);
  });
});
