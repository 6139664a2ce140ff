import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emulatorEnv, startEmulator, type Emulator } from '../../src/emulator/index.ts';
import { BROWSER, findChromium, sharedBrowser } from '../support/browser/chromium.ts';
import { disc } from '../support/browser/disc.ts';
import { StudioServer } from '../support/browser/studio-server.ts';
import { lacks } from '../support/lacking.ts';

const found = await findChromium();
if (!found) lacks(BROWSER);

/** A file name that would run where it is not shown as text, and is short enough to be shown whole. */
const HOSTILE = '<img src=x onerror=ran=1>.png';

describe.skipIf(!found)('hands on the studio', () => {
  let browser: Browser;
  let emulator: Emulator;
  let studio: StudioServer;
  let context: BrowserContext;
  let page: Page;
  let input: CDPSession;
  const sent: string[] = [];

  beforeAll(async () => {
    emulator = await startEmulator({ latencyMs: 100, rpm: 600 });
    const env = { ...emulatorEnv(emulator), FIREFLY_RPM: '600', FIREFLY_CONFIRM: 'over:3' };
    [browser, studio] = await Promise.all([sharedBrowser(found!), StudioServer.start(env, [])]);
    ({ context, page } = await studio.enter(browser, { touch: true }));
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    input = await context.newCDPSession(page);
    page.on('request', (request) => sent.push(`${request.method()} ${new URL(request.url()).pathname}`));
  });
  afterAll(async () => {
    await studio?.end();
    await emulator?.close();
  });

  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const share = async () => Number.parseFloat((await page.getByTestId('share').textContent()) ?? '');
  const kept = () => page.locator('.kept.kept', { hasText: 'Kept' }).waitFor();
  const uploads = () => page.locator('li.upload');
  /** A place of the picture, in shares of its sides, on the screen. */
  const at = async (x: number, y: number) => {
    const sheet = (await page.locator('.sheet').boundingBox())!;
    return { x: sheet.x + sheet.width * x, y: sheet.y + sheet.height * y };
  };

  test('pictures come in by the picker, by a drop and from the clipboard, and by no file that cannot be read', async () => {
    const file = join(studio.folder, HOSTILE);
    // A subject that an edge can be found of.
    writeFileSync(file, await disc());
    await button(/^Library/)
      .first()
      .click();
    await page.getByTestId('chooser').setInputFiles([
      { name: 'holiday.heic', mimeType: 'image/heic', buffer: Buffer.from('no matter') },
      { name: 'empty.png', mimeType: 'image/png', buffer: Buffer.alloc(0) },
      { name: 'scan.tiff', mimeType: 'image/tiff', buffer: Buffer.from('II*') },
    ]);
    await page.getByText(/HEIC cannot be read here/).waitFor();
    await page.getByText('This file is empty.').waitFor();
    await page.getByText('scan.tiff cannot be read here.', { exact: false }).waitFor();
    expect(sent).not.toContain('POST /studio/pictures');

    await page.getByTestId('chooser').setInputFiles(file);
    await uploads().filter({ hasText: HOSTILE }).getByText('Ready').waitFor();
    const drag = (type: 'dragEnter' | 'dragOver' | 'drop') =>
      input.send('Input.dispatchDragEvent', {
        type,
        x: 400,
        y: 400,
        data: { items: [], files: [file], dragOperationsMask: 1 },
      });
    await drag('dragEnter');
    await drag('dragOver');
    await page.getByText('Drop to add to the library.', { exact: false }).waitFor();
    // What is now under the pointer is asked, as with a hand that moves on.
    await drag('dragOver');
    await drag('drop');
    await expect.poll(() => uploads().filter({ hasText: 'Ready' }).count()).toBe(2);
    const red = await sharp({ create: { width: 60, height: 40, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    await page.evaluate(async (data) => {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) })]);
    }, red.toString('base64'));
    await page.keyboard.press('Control+v');
    await expect.poll(() => uploads().filter({ hasText: 'Ready' }).count()).toBe(3);
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
    expect(await page.locator('img[src="x"]').count()).toBe(0);
  });

  test('the painter finds the subject in a rough box, says how sure it is, and takes points', async () => {
    await uploads().filter({ hasText: HOSTILE }).first().getByRole('button', { name: 'Edit' }).click();
    await page.locator('.easel img').waitFor();
    await page.getByTestId('easel').focus();
    await page.keyboard.press('r');
    const [from, to] = [await at(0.3, 0.2), await at(0.7, 0.8)];
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 4 });
    await page.mouse.up();
    await expect.poll(share).toBeGreaterThan(20);
    await page.getByTestId('easel').press('f');
    // The disc is 10.6 % of the picture, the box was 24 %.
    await expect.poll(async () => Math.abs((await share()) - 10.6)).toBeLessThan(1.5);
    await page.getByText(/^(good|check|doubtful)$/).waitFor();
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await expect.poll(share).toBe(0);
  });

  test('a pen draws lines as wide as it presses', async () => {
    const line = async (y: number, force: number) => {
      const [from, to] = [await at(0.2, y), await at(0.8, y)];
      const pen = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', place: { x: number; y: number }) =>
        input.send('Input.dispatchMouseEvent', {
          type,
          ...place,
          pointerType: 'pen',
          force,
          button: 'left',
          buttons: type === 'mouseReleased' ? 0 : 1,
          clickCount: 1,
        });
      await pen('mousePressed', from);
      await pen('mouseMoved', { x: (from.x + to.x) / 2, y: from.y });
      await pen('mouseMoved', to);
      await pen('mouseReleased', to);
    };
    await page.getByTestId('easel').press('b');
    await line(0.3, 0.05);
    await expect.poll(share).toBeGreaterThan(0.5);
    await kept();
    const narrow = await share();
    await line(0.7, 1);
    await expect.poll(share).toBeGreaterThan(narrow * 3);
    await kept();
  });

  test('two fingers zoom and paint nothing, a tap of two undoes, and beside a pen one finger moves the picture', async () => {
    const painted = await share();
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: { x: number; y: number }[]) =>
      input.send('Input.dispatchTouchEvent', { type, touchPoints: points.map((point, id) => ({ ...point, id })) });
    const sheet = () => page.locator('.sheet').boundingBox();
    const before = (await sheet())!;
    const [left, right] = [await at(0.45, 0.5), await at(0.55, 0.5)];
    const apart = (by: number) => [
      { x: left.x - by, y: left.y },
      { x: right.x + by, y: right.y },
    ];
    // As fast as a tap of two fingers, which differs from a pinch by staying in its place.
    await Promise.all([
      touch('touchStart', [left]),
      touch('touchStart', [left, right]),
      ...[20, 40, 60].map((by) => touch('touchMove', apart(by))),
      touch('touchEnd', []),
    ]);
    await expect.poll(async () => (await sheet())!.width).toBeGreaterThan(before.width * 1.5);
    expect(await share()).toBe(painted);
    const zoomed = (await sheet())!;
    await touch('touchStart', [left]);
    await touch('touchMove', [{ x: left.x + 30, y: left.y + 20 }]);
    await touch('touchMove', [{ x: left.x + 60, y: left.y + 40 }]);
    await touch('touchEnd', []);
    await expect.poll(async () => (await sheet())!.x).toBeGreaterThan(zoomed.x + 40);
    expect(await share()).toBe(painted);
    await touch('touchStart', [left]);
    await touch('touchStart', [left, right]);
    await touch('touchEnd', []);
    await expect.poll(share).toBeLessThan(painted);
  });

  test('what is taken away in many strokes is taken away by the server too, as one picture of the mask', async () => {
    const easel = page.getByTestId('easel');
    await easel.press('0');
    await easel.press('Home');
    await easel.press('r');
    const [from, to] = [await at(0.1, 0.1), await at(0.9, 0.9)];
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 4 });
    await page.mouse.up();
    await easel.press('e');
    for (const y of [0.3, 0.5, 0.7]) {
      const [start, end] = [await at(0.2, y), await at(0.8, y)];
      await page.mouse.move(start.x, start.y);
      await page.mouse.down();
      await page.mouse.move(end.x, end.y, { steps: 3 });
      await page.mouse.up();
    }
    // Counted by the page as soon as it knows of the last stroke, before the server has drawn it.
    await expect
      .poll(() => page.locator('ol.steps li').allTextContents())
      .toEqual(['Rectangle', 'Eraser', 'Eraser', 'Eraser']);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    const estimate = await share();
    await kept();
    expect(estimate).toBeLessThan(60);
    // The server's own count, of what it has drawn at the picture's size.
    expect(Math.abs((await share()) - estimate)).toBeLessThan(1);
  });

  test('a fill is compared with a slider by keys and pointer, and leads back to what it was made from', async () => {
    await page.getByLabel('What goes into the tinted part').fill('a pond');
    await button(/^Fill/).click();
    const slider = page.getByRole('slider', { name: 'Before and after' });
    await slider.waitFor();
    const cut = () => page.locator('.compare').evaluate((element) => element.style.getPropertyValue('--x'));
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(cut).toBe('51%');
    await page.keyboard.press('End');
    await expect.poll(cut).toBe('100%');
    const box = (await page.locator('.compare').boundingBox())!;
    await page.mouse.click(box.x + box.width / 4, box.y + box.height / 2);
    await expect.poll(async () => Number.parseInt(await cut(), 10)).toBeLessThan(30);
    await button('Details').click();
    const side = page.locator('.side');
    await side.getByText('600 × 400', { exact: false }).waitFor();
    await side.getByText('your pixels, unchanged').waitFor();
    await side.locator('.tree').getByText(HOSTILE).first().waitFor();
    await side.locator('.tree button').first().click();
    await expect.poll(() => page.url()).toMatch(/#img_/);
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  });

  test('a server that asks before it spends asks in a window, and "No" spends nothing', async () => {
    const paid = () => emulator.control.submits().filter(({ path }) => path.includes('similar')).length;
    await button(/^Vary/).click();
    const dialog = page.getByRole('dialog', { name: 'Spend this?' });
    await dialog.getByText('4 operations', { exact: false }).waitFor();
    await dialog.getByRole('button', { name: 'No' }).click();
    await dialog.waitFor({ state: 'detached' });
    // All is as it was before the question.
    await page.getByRole('button', { name: /^Vary/, disabled: false }).and(page.locator(':not(.torn)')).waitFor();
    await page.locator('.hero img').waitFor();
    expect(paid()).toBe(0);
    await button(/^Library/)
      .first()
      .click();
    await page.locator('.cell').nth(1).click();
    await button(/^Vary/).click();
    await dialog.getByRole('button', { name: 'Yes, go on' }).click();
    await expect.poll(paid).toBe(1);
  });
});
