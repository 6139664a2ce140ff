import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BROWSER, findChromium, sharedBrowser } from '../support/browser/chromium.ts';
import { StudioServer } from '../support/browser/studio-server.ts';
import { lacks } from '../support/lacking.ts';

const found = await findChromium();
if (!found) lacks(BROWSER);

/** A height that no text which is there to be read goes below. */
const READABLE_PX = 10;

const WAY_ON = /No credentials .* Set FIREFLY_CLIENT_ID and FIREFLY_CLIENT_SECRET, or start with --demo/;

describe.skipIf(!found)('words on the pages of the studio', () => {
  let browser: Browser;
  let studio: StudioServer;
  let page: Page;

  beforeAll(async () => {
    [browser, studio] = await Promise.all([sharedBrowser(found!), StudioServer.start()]);
    ({ page } = await studio.enter(browser));
    page.setDefaultTimeout(60_000);
  });
  afterAll(async () => {
    await studio?.end();
  });

  test('the name of a field is bold text, and no box that looks like a field', async () => {
    await page.getByText('Golden hour').waitFor();
    const names = await page.locator('legend, .field > label').evaluateAll((all) =>
      all.map((name) => {
        const { borderTopWidth, borderBottomWidth, fontWeight } = getComputedStyle(name);
        return [name.textContent, borderTopWidth, borderBottomWidth, Number(fontWeight) >= 600];
      }),
    );
    const plain = (name: string) => [expect.stringContaining(name), '0px', '0px', true];
    expect(names).toEqual(expect.arrayContaining(['What should be in it?', 'Model', 'Shape', 'Style'].map(plain)));
    expect(names).toEqual(names.map(() => plain('')));
    const box = await page
      .getByLabel('What should be in it?')
      .evaluate((field) => getComputedStyle(field).borderTopWidth);
    expect(box).toBe('1px');
  });

  test('what Adobe said of a refusal is there to be read', async () => {
    await page.getByLabel('What should be in it?').fill('a fox [unsafe]');
    await page.getByRole('button', { name: /^Generate \d.*op/ }).click();
    const said = page.locator('.upstream bdi');
    await said.waitFor({ state: 'attached' });
    expect(await said.textContent()).not.toBe('');
    const { width, height } = (await said.boundingBox())!;
    expect(Math.min(width, height)).toBeGreaterThan(READABLE_PX);
  });

  test('who has no access to Adobe yet reads what to set, after a check and after an order', async () => {
    const bare = await StudioServer.start({}, []);
    try {
      const { page: first } = await bare.enter(browser);
      await first.getByLabel('What should be in it?').fill('a cup');
      await first.getByRole('button', { name: 'Check without spending' }).click();
      await first.locator('#new-state').getByText(WAY_ON).waitFor();
      await first.getByRole('button', { name: /^Generate \d.*op/ }).click();
      await first.locator('.notice').getByText(WAY_ON).waitFor();
    } finally {
      await bare.end();
    }
  });
});
