import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BROWSER, findChromium, sharedBrowser } from '../support/browser/chromium.ts';
import { disc } from '../support/browser/disc.ts';
import { StudioServer } from '../support/browser/studio-server.ts';
import { lacks } from '../support/lacking.ts';

const found = await findChromium();
if (!found) lacks(BROWSER);

describe.skipIf(!found)('the tools of the painter', () => {
  let browser: Browser;
  let studio: StudioServer;
  let page: Page;
  let input: CDPSession;

  beforeAll(async () => {
    [browser, studio] = await Promise.all([sharedBrowser(found!), StudioServer.start()]);
    ({ page } = await studio.enter(browser, { touch: true }));
    input = await page.context().newCDPSession(page);
    await page.goto(`${studio.origin}/studio#library`);
    const buffer = await disc();
    await page.getByTestId('chooser').setInputFiles([{ name: 'disc.png', mimeType: 'image/png', buffer }]);
    await page.locator('li.upload').getByRole('button', { name: 'Edit' }).click();
    await page.locator('.easel img').waitFor();
  });
  afterAll(() => studio?.end());

  const easel = () => page.getByTestId('easel');
  const share = async () => Number.parseFloat((await page.getByTestId('share').textContent()) ?? '');
  const kept = () => page.locator('.kept.kept', { hasText: 'Kept' }).waitFor();
  const keys = async (...all: readonly string[]) => {
    for (const key of all) await easel().press(key);
  };
  const at = async (x: number, y: number) => {
    const sheet = (await page.locator('.sheet').boundingBox())!;
    return { x: sheet.x + sheet.width * x, y: sheet.y + sheet.height * y };
  };
  const drag = async (from: { x: number; y: number }, to: { x: number; y: number }) => {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 4 });
    await page.mouse.up();
  };
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: { x: number; y: number }[]) =>
    input.send('Input.dispatchTouchEvent', { type, touchPoints: points.map((point, id) => ({ ...point, id })) });

  test('a lasso is drawn by keys alone, corner by corner', async () => {
    await keys('l', 'Enter', 'Enter', 'Shift+ArrowRight', 'Enter', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Enter', 'c');
    // A triangle of a tenth by a fifth of the sides.
    await expect.poll(share).toBeGreaterThan(0.8);
    expect(await share()).toBeLessThan(1.2);
    await keys('Home');
    await expect.poll(share).toBe(0);
  });

  test('a finger sees in a loupe what it hides, sets its point where it lifts, and leaves none with a thick brush', async () => {
    const loupe = page.getByTestId('loupe');
    await keys('p');
    for (const [x, y] of [
      [0.3, 0.6],
      [0.5, 0.6],
      [0.5, 0.9],
    ] as const) {
      await touch('touchStart', [await at(x - 0.1, y)]);
      await loupe.waitFor();
      await touch('touchMove', [await at(x, y)]);
      const [lens, finger] = [(await loupe.boundingBox())!, await at(x, y)];
      expect(lens.y + lens.height).toBeLessThan(finger.y);
      await touch('touchEnd', []);
      await loupe.waitFor({ state: 'detached' });
    }
    expect(await page.locator('.marks .dot').count()).toBe(3);
    await keys('c');
    await expect.poll(share).toBeGreaterThan(2.5);
    expect(await share()).toBeLessThan(3.5);
    await keys('Home', 'b');
    await touch('touchStart', [await at(0.3, 0.6)]);
    await touch('touchMove', [await at(0.4, 0.6)]);
    expect(await loupe.count()).toBe(0);
    await touch('touchEnd', []);
    await expect.poll(share).toBeGreaterThan(0);
  });

  test('a tap of two fingers undoes, and one of three brings it back', async () => {
    const before = await share();
    const fingers = [await at(0.4, 0.4), await at(0.5, 0.4), await at(0.6, 0.4)];
    const tap = async (count: number) => {
      await touch('touchStart', fingers.slice(0, 1));
      await touch('touchStart', fingers.slice(0, count));
      await touch('touchEnd', []);
    };
    await tap(2);
    await expect.poll(share).toBe(0);
    await tap(3);
    await expect.poll(share).toBe(before);
  });

  test('the eraser end of a pen takes away, whatever tool is in hand, and the tool stays', async () => {
    await keys('Home', 'r');
    await drag(await at(0.2, 0.2), await at(0.8, 0.8));
    await keys('b');
    await expect.poll(share).toBe(36);
    const [from, to] = [await at(0.3, 0.5), await at(0.7, 0.5)];
    // Chromium's protocol knows no eraser: the events are made here, as a pen sends them (Pointer Events, 10.1.1).
    await easel().evaluate(
      (element, [start, end]) => {
        const send = (type: string, { x, y }: { x: number; y: number }, buttons: number) =>
          element.dispatchEvent(
            new PointerEvent(type, {
              bubbles: true,
              pointerId: 1,
              pointerType: 'pen',
              isPrimary: true,
              pressure: 0.5,
              clientX: x,
              clientY: y,
              button: type === 'pointermove' ? -1 : 5,
              buttons,
            }),
          );
        send('pointerdown', start!, 32);
        send('pointermove', end!, 32);
        send('pointerup', end!, 0);
      },
      [from, to],
    );
    await expect.poll(share).toBeLessThan(34);
    await page.locator('ol.steps li.here', { hasText: 'Eraser' }).waitFor();
    const erased = await share();
    await keys('Enter', 'Enter');
    await expect.poll(share).toBeGreaterThan(erased - 0.01);
  });

  test('a point that is set while a fit is under way is seen at once, and waits for it', async () => {
    const fits: string[] = [];
    const waiting: (() => void)[] = [];
    await page.route('**/mcp', async (route) => {
      const sent = route.request().postData() ?? '';
      if (sent.includes('"fit":true')) {
        fits.push(sent);
        if (fits.length === 1) await new Promise<void>((resolve) => waiting.push(resolve));
      }
      await route.continue();
    });
    await keys('Home', 'r');
    await drag(await at(0.3, 0.2), await at(0.7, 0.8));
    await keys('f');
    await page.getByText('Finding the edge').waitFor();
    await keys('-');
    const { x, y } = await at(0.5, 0.45);
    await page.mouse.click(x, y);
    await expect.poll(() => page.locator('.fit-point').count()).toBe(1);
    waiting.forEach((go) => go());
    await expect.poll(() => fits.length).toBe(2);
    expect(fits[1]).toContain('"stays":[[');
    await page.getByText('Finding the edge').waitFor({ state: 'detached' });
    expect(await page.locator('.fit-point').count()).toBe(1);
    await page.unroute('**/mcp');
    await page.getByRole('button', { name: 'Brush', exact: true }).click();
    await keys('Home');
  });

  test('Space and arrows move a picture that is zoomed, and paint nothing', async () => {
    await keys('z', 'z');
    const before = (await page.locator('.sheet').boundingBox())!;
    await easel().focus();
    await page.keyboard.down(' ');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.up(' ');
    await expect.poll(async () => (await page.locator('.sheet').boundingBox())!.x).toBeLessThan(before.x - 20);
    await keys('0');
  });

  test('a fit on a mask that was kept adds to it', async () => {
    await keys('Home', 'r');
    await drag(await at(0.02, 0.02), await at(0.2, 0.2));
    await kept();
    await page.reload();
    await page.getByText(/Your mask from/).waitFor();
    await expect.poll(share).toBeGreaterThan(3);
    const before = await share();
    await keys('r');
    await drag(await at(0.3, 0.2), await at(0.7, 0.8));
    await expect.poll(share).toBeGreaterThan(before + 20);
    await keys('f');
    // The disc is 10.6 % of the picture, its box was 24 %.
    await expect.poll(async () => Math.abs((await share()) - before - 10.6)).toBeLessThan(1.5);
  });
});
