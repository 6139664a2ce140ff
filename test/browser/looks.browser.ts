import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violationsIn } from '../support/browser/axe.ts';
import { BROWSER, findChromium, launch } from '../support/browser/chromium.ts';
import { StudioServer } from '../support/browser/studio-server.ts';
import { lacks } from '../support/lacking.ts';

const found = await findChromium();
if (!found) lacks(BROWSER);

describe.skipIf(!found)('the pages of the studio, in any light and width', () => {
  let browser: Browser;
  let studio: StudioServer;
  let context: BrowserContext;

  beforeAll(async () => {
    [browser, studio] = await Promise.all([launch(found!), StudioServer.start()]);
    ({ context } = await studio.enter(browser));
  });
  afterAll(async () => {
    await browser?.close();
    await studio?.end();
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 320],
    ['dark', 390],
  ] as const)(
    'in %s at %i pixels nothing scrolls sideways, and no rule of WCAG 2.2 AA is broken',
    async (theme, width) => {
      const other = await browser.newContext({
        storageState: await context.storageState(),
        colorScheme: theme,
        viewport: { width, height: 760 },
      });
      for (const [view, ready] of [
        ['library', '.cell, .empty'],
        ['queue', '.panel'],
        ['new', '.styles button'],
      ] as const) {
        const window = await studio.window(other, `#${view}`);
        await window.locator(ready).first().waitFor();
        expect(await violationsIn(window)).toEqual([]);
        expect(await window.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      }
      await other.close();
    },
  );
});
