import { join } from 'node:path';
import sharp from 'sharp';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emulatorEnv, startEmulator, type Emulator } from '../../src/emulator/index.ts';
import { BROWSER, findChromium, sharedBrowser } from '../support/browser/chromium.ts';
import { StudioServer } from '../support/browser/studio-server.ts';
import { lacks } from '../support/lacking.ts';

const found = await findChromium();
if (!found) lacks(BROWSER);

/** Text that would run, or be drawn bold, where it is not shown as text. */
const HOSTILE = 'a <b>red</b> fox <img src=x onerror="window.ran=1">';

describe.skipIf(!found)('the pages of the studio', () => {
  let browser: Browser;
  let emulator: Emulator;
  let studio: StudioServer;
  let page: Page;

  beforeAll(async () => {
    emulator = await startEmulator({ latencyMs: 100, rpm: 600 });
    const env = { ...emulatorEnv(emulator), FIREFLY_RPM: '600' };
    [browser, studio] = await Promise.all([sharedBrowser(found!), StudioServer.start(env, [])]);
    ({ page } = await studio.enter(browser));
  });
  afterAll(async () => {
    await studio?.end();
    await emulator?.close();
  });

  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const share = () => page.getByTestId('share').textContent();
  const kept = () => page.locator('.kept.kept', { hasText: 'Kept' }).waitFor();
  const saveAs = async (name: string) => {
    await page.locator('.side').getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByLabel('File name').fill(name);
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText(`${name}`).first().waitFor();
    return sharp(join(studio.folder, 'out', 'firefly', name))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
  };

  test('from words to a picture: hostile words are shown as words, and no rule of WCAG 2.2 AA is broken', async () => {
    await page.getByLabel('What should be in it?').fill(HOSTILE);
    await button(/^1$/).click();
    await button(/^Generate/).click();
    await page.locator('.hero img').waitFor();
    await page.locator('.side').getByText(HOSTILE).waitFor();
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
    expect(await page.locator('.side b', { hasText: 'red' }).count()).toBe(0);
  });

  test('what is painted is what changes, to the pixel, and a reload keeps the mask', async () => {
    const before = await saveAs('before.png');
    await button('Edit this part').click();
    await page.locator('.easel img').waitFor();
    const sheet = await page.locator('.sheet').boundingBox();
    const at = (x: number, y: number) => [sheet!.x + sheet!.width * x, sheet!.y + sheet!.height * y] as const;
    await button('Rectangle').click();
    await page.mouse.move(...at(0.25, 0.25));
    await page.mouse.down();
    await page.mouse.move(...at(0.5, 0.5), { steps: 4 });
    await page.mouse.up();
    await kept();
    expect(await share()).toBe('6.3%');
    await page.reload();
    await page.getByText(/Your mask from/).waitFor();
    await expect.poll(share).toMatch(/^6(\.[1-4])?%$/);
    await page.getByLabel('What goes into the tinted part').fill('a bench');
    await button(/^Fill/).click();
    await page.locator('.compare').waitFor();
    await button('Details').click();
    const after = await saveAs('after.png');
    expect(changedOutside(before, after, { from: 0.25, to: 0.5, margin: 24 })).toBe(0);
    expect(changedInside(before, after, { from: 0.3, to: 0.45 })).toBeGreaterThan(0.9);
  });

  test('a rectangle and a polygon are painted by keys alone, and undone to the start', async () => {
    await button('Edit this part').click();
    const easel = page.getByTestId('easel');
    await easel.focus();
    for (const key of ['r', 'Shift+ArrowLeft', 'Enter', 'Shift+ArrowDown', 'Shift+ArrowRight', 'Enter'])
      await easel.press(key);
    await expect.poll(share).toMatch(/^(0\.9|1)/);
    await page.getByRole('status').filter({ hasText: 'Shape added.' }).first().waitFor({ state: 'attached' });
    for (const key of ['p', 'Enter', 'Shift+ArrowRight', 'Enter', 'Shift+ArrowDown', 'Enter', 'c'])
      await easel.press(key);
    await expect.poll(share).toMatch(/^1\.[3-7]/);
    await easel.press('Home');
    await expect.poll(share).toBe('0%');
    await easel.press('Control+y');
    await expect.poll(share).toMatch(/^(0\.9|1)/);
    await easel.press('i');
    await expect.poll(share).toMatch(/^9/);
    await easel.press('Escape');
    await easel.press('Escape');
    await page.locator('.hero img').first().waitFor();
  });

  test('the library finds, selects, shows a sheet of and deletes pictures, after asking', async () => {
    await button(/^Library/)
      .first()
      .click();
    await page.locator('.cell img').first().waitFor();
    const count = await page.locator('.cell').count();
    await page.getByRole('checkbox').nth(0).click();
    await page.getByRole('checkbox').nth(1).click();
    await page.getByText('2 selected').waitFor();
    await button('Contact sheet').click();
    await page.locator('.sheet-picture').waitFor();
    await page.keyboard.press('Escape');
    await button('Delete').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => page.locator('.cell').count()).toBe(count - 2);
    await page.getByRole('searchbox').fill('zeppelin');
    await page.getByText('Nothing matches').waitFor();
  });
});

interface Pixels {
  readonly data: Uint8Array;
  readonly info: { readonly width: number; readonly height: number };
}

/** Pixels that differ outside of the square between two shares of the sides, and a margin around it. */
function changedOutside(a: Pixels, b: Pixels, square: { from: number; to: number; margin: number }): number {
  const { width, height } = a.info;
  const [low, high] = [square.from * width - square.margin, square.to * width + square.margin];
  let changed = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (x > low && x < high && y > low && y < high) continue;
      if (differs(a, b, y * width + x)) changed += 1;
    }
  }
  return changed;
}

/** The share of pixels that differ in the square between two shares of the sides. */
function changedInside(a: Pixels, b: Pixels, square: { from: number; to: number }): number {
  const { width } = a.info;
  const [low, high] = [Math.round(square.from * width), Math.round(square.to * width)];
  let changed = 0;
  for (let y = low; y < high; y++) for (let x = low; x < high; x++) if (differs(a, b, y * width + x)) changed += 1;
  return changed / (high - low) ** 2;
}

function differs(a: Pixels, b: Pixels, pixel: number): boolean {
  return [0, 1, 2].some((channel) => a.data[pixel * 3 + channel] !== b.data[pixel * 3 + channel]);
}
