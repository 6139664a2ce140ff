import type { Client } from '@modelcontextprotocol/client';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SharedServer } from '../mcp/callers/shared-server.ts';
import { violationsIn } from '../support/browser/axe.ts';
import { BROWSER, findChromium, sharedBrowser } from '../support/browser/chromium.ts';
import { lacks } from '../support/lacking.ts';

const found = await findChromium();
if (!found) lacks(BROWSER);

const MB = 1024 ** 2;
/** What a phone calls a picture. */
const HEIC = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
const LOOKS = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 360],
  ['dark', 360],
] as const;

describe.skipIf(!found)('the page on which a person gives pictures', () => {
  let browser: Browser;
  let context: BrowserContext;
  let server: SharedServer;
  let ada: Client;
  let png: Buffer;
  const complaints: string[] = [];

  beforeAll(async () => {
    [browser, server] = await Promise.all([sharedBrowser(found!), SharedServer.open()]);
    ada = await server.overNetwork('ada', 'requests');
    png = await sharp({ create: { width: 320, height: 200, channels: 3, background: 'teal' } })
      .png()
      .toBuffer();
    context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  });
  afterAll(async () => {
    await context?.close();
    await server?.end();
  });
  afterEach(() => expect(complaints.splice(0)).toEqual([]));

  const told = async (client: Client, image: string) =>
    JSON.stringify(await client.callTool({ name: 'show_images', arguments: { image } }));
  /** The page of a fresh refusal. */
  const freshPage = async () =>
    /http:\/\/[\w.:]+\/upload\/[\w.-]+/.exec(await told(ada, '/home/ada/holiday.jpg'))?.[0] ?? '';
  async function opened(address: string, within = context): Promise<Page> {
    const page = await within.newPage();
    // Answers that say no are what some tests are about; what the page's own policy stops is not.
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => void complaints.push(String(error)));
    await page.goto(address);
    return page;
  }
  /** Gives a file to the picker; `more` zeros follow its bytes, which are made in the page. */
  const pick = (page: Page, name: string, bytes: Uint8Array, { type = 'image/png', more = 0 } = {}) =>
    page.locator('input').evaluate(
      (input: HTMLInputElement, [given, called, as, zeros]) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(given), new Uint8Array(zeros)], called, { type: as }));
        input.files = data.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));
      },
      [[...bytes], name, type, more] as const,
    );
  /** What the page says of a file in the end. */
  async function saidOf(page: Page, name: string): Promise<string> {
    const item = page.locator('li', { hasText: name }).last();
    await item.locator('progress').waitFor({ state: 'detached' });
    return (await item.innerText()).replaceAll('\n', ' ');
  }
  const handleOf = async (page: Page, name: string) => /img_\w+/.exec(await saidOf(page, name))?.[0] ?? '';

  test('takes a picture from the file picker, and its handle is one of that person in the next call', async () => {
    const page = await opened(await freshPage());
    await page.locator('input').setInputFiles([{ name: 'holiday.png', mimeType: 'image/png', buffer: png }]);
    expect(await saidOf(page, 'holiday.png')).toContain('320 × 200 pixels');
    const image = await handleOf(page, 'holiday.png');
    expect(await told(ada, image)).toContain('320x200');
    const listed = await ada.callTool({ name: 'list_images', arguments: { kind: 'import', text: 'holiday' } });
    expect(JSON.stringify(listed)).toContain(image);
    expect(await told(await server.overNetwork('ben', 'requests'), image)).toContain('unknown_image');
    await page.getByRole('button', { name: 'Copy the handle of holiday.png' }).click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(image);
    await page.close();
  });

  test('can be used by keyboard, and its zone shows the focus', async () => {
    const page = await opened(await freshPage());
    // The browser is told first that a picker is to be caught, and keys go to the page in front.
    const chooser = page.waitForEvent('filechooser');
    await page.bringToFront();
    await page.keyboard.press('Tab');
    await page.locator('input:focus').waitFor({ state: 'attached' });
    await page.keyboard.press('Enter');
    await (await chooser).setFiles([{ name: 'keys.png', mimeType: 'image/png', buffer: png }]);
    expect(await saidOf(page, 'keys.png')).toContain('img_');
    const outline = await page.locator('label').evaluate((zone) => getComputedStyle(zone).outlineStyle);
    expect(outline).toBe('solid');
    await page.close();
  });

  test('takes what is dropped, several at once, and anywhere', async () => {
    const page = await opened(await freshPage());
    for (const place of ['label', 'h1']) {
      const isTaken = await page.locator(place).evaluate(
        (target, [bytes, at]) => {
          const data = new DataTransfer();
          for (const name of [`one-${at}.png`, `two-${at}.png`]) {
            data.items.add(new File([new Uint8Array(bytes)], name, { type: 'image/png' }));
          }
          const drop = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
          // A browser opens a dropped file unless the page handles the drop.
          return !target.dispatchEvent(drop);
        },
        [[...png], place] as const,
      );
      expect(isTaken).toBe(true);
      for (const name of [`one-${place}.png`, `two-${place}.png`]) expect(await handleOf(page, name)).toMatch(/^img_/);
    }
    await page.close();
  });

  test('says of what is no picture what it is, whatever it is called, however large it is', async () => {
    const page = await opened(await freshPage());
    for (const [name, type, bytes, more, words] of [
      ['notes.txt', 'text/plain', Buffer.from('hello'), 0, /it is no picture\. Give a JPEG, PNG or WebP/],
      ['clip.mp4', 'video/mp4', Buffer.alloc(0), MB, /it is no picture/],
      ['phone.heic', 'image/heic', HEIC, 2_000, /HEIC picture.*Export it as JPEG/],
      ['large.heic', 'image/heic', HEIC, 45 * MB, /HEIC picture.*Export it as JPEG/],
      ['renamed.jpg', 'image/jpeg', HEIC, 2_000, /HEIC picture.*whatever its name says/],
      ['cut.png', 'image/png', png.subarray(0, 60), 0, /not a picture that can be used/],
      ['empty.png', 'image/png', Buffer.alloc(0), 0, /not a picture that can be used/],
      ['unknown', '', Buffer.from('anything'), 0, /not a picture that can be used/],
    ] as const) {
      await pick(page, name, bytes, { type, more });
      const said = await saidOf(page, name);
      expect(said).toMatch(words);
      expect(said).not.toMatch(/img_|PUT|broke off/);
    }
    await page.close();
  });

  test('sends nothing of a file that is too large', async () => {
    const page = await opened(await freshPage());
    const sent: string[] = [];
    page.on('request', (request) => void sent.push(request.method()));
    await pick(page, 'wall.png', png, { more: 64 * MB });
    expect(await saidOf(page, 'wall.png')).toMatch(/larger than 64 MB\. Scale it down first/);
    expect(sent).toEqual([]);
    await page.close();
  });

  test('may be used more than once as long as it is good: two pictures, and one picture twice', async () => {
    const address = await freshPage();
    const [first, second] = [await opened(address), await opened(address)];
    const other = await sharp(png).negate().png().toBuffer();
    await pick(first, 'a.png', png);
    const handle = await handleOf(first, 'a.png');
    await pick(first, 'b.png', other);
    await pick(second, 'c.png', png);
    expect(await handleOf(first, 'b.png')).not.toBe(handle);
    // The same bytes are the same picture, under the name that they have now.
    expect(await handleOf(second, 'c.png')).toBe(handle);
    await Promise.all([first.close(), second.close()]);
  });

  test('says that it has expired, when it is opened and when a file is sent, a large one too', async () => {
    const address = await freshPage();
    const subject = Buffer.from(server.principalOf('ada')).toString('base64url');
    const old = server.signer.sign('upload', subject, Date.now() - 5_000);
    const late = await opened(address.replace(/[^/]+$/, old));
    await late.getByRole('heading', { name: 'This upload page has expired' }).waitFor();
    await late.getByText('the answer holds a fresh address').waitFor();
    expect(await violationsIn(late)).toEqual([]);
    const page = await opened(address);
    // As if a quarter of an hour had gone by.
    await page.route('**/uploads/*', (route) =>
      route.continue({
        url: route
          .request()
          .url()
          .replace(/uploads\/[^?]+/, `uploads/${old}`),
      }),
    );
    for (const [name, more] of [
      ['late.png', 0],
      ['large.png', 45 * MB],
    ] as const) {
      await pick(page, name, png, { more });
      expect(await saidOf(page, name)).toContain('this page has expired. Ask your assistant for a new one.');
    }
    await Promise.all([late.close(), page.close()]);
  });

  test('says that a line is gone, and takes the file again when it is back', async () => {
    const page = await opened(await freshPage());
    await context.setOffline(true);
    await pick(page, 'train.png', png);
    expect(await saidOf(page, 'train.png')).toContain('the upload broke off. Try again.');
    await context.setOffline(false);
    await pick(page, 'train.png', png);
    expect(await saidOf(page, 'train.png')).toContain('img_');
    complaints.splice(0);
    await page.close();
  });

  test.each(LOOKS)('can be read and used by all in %s at a width of %d', async (colorScheme, width) => {
    const own = await browser.newContext({ colorScheme, viewport: { width, height: 740 }, hasTouch: width < 600 });
    const page = await opened(await freshPage(), own);
    const long = `${'a-very-long-name-of-a-picture-'.repeat(6)}.png`;
    await pick(page, long, png);
    expect(await saidOf(page, long)).toContain('img_');
    await pick(page, 'phone.heic', HEIC, { type: 'image/heic', more: 2_000 });
    expect(await saidOf(page, 'phone.heic')).toContain('HEIC');
    expect(await violationsIn(page)).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await own.close();
  });
});
