import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { emulatorEnv, startEmulator, type Emulator } from '../../src/emulator/index.ts';
import { ROOT } from '../architecture/source-files.ts';
import { BROWSER, findChromium, launch } from '../support/browser/chromium.ts';
import { StudioServer } from '../support/browser/studio-server.ts';
import { type Bar, isQuiet, judge } from './bars.ts';
import { median } from './start-up.ts';

const ROUNDS = 7;
const STROKES = 12;
/** Pictures of the library whose memory is measured. */
const MANY = 200;
/** The most that `FIREFLY_RPM` takes: no job waits for its turn here. */
const RPM = 10_000;

const found = await findChromium();
if (!found) console.log(`The studio was not measured: there is no ${BROWSER}`);
const quiet = isQuiet();
let browser: Browser;
let emulator: Emulator;
let studio: StudioServer;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  if (!found) return;
  emulator = await startEmulator({ latencyMs: 0, rpm: RPM });
  const env = { ...emulatorEnv(emulator), FIREFLY_RPM: String(RPM), FIREFLY_RPD: '100000' };
  [browser, studio] = await Promise.all([launch(found), StudioServer.start(env, [])]);
  ({ context, page } = await studio.enter(browser));
});
afterAll(async () => {
  await browser?.close();
  await studio?.end();
  await emulator?.close();
});

test.skipIf(!found)('the studio, in a browser without a graphics card', async () => {
  const html = await readFile(join(ROOT, 'dist/studio.html'));
  const bars: Bar[] = [
    { what: 'page, kB', seen: html.length / 1000, most: 200, of: 'size' },
    { what: 'first paint, ms', seen: await firstPaint(), most: 300, of: 'time' },
    ...(await strokes()),
    ...(await fromJobToPicture()),
    ...(await memory()),
  ];
  console.log(`\nThe studio, Chromium ${browser.version()}, Node ${process.version}`);
  judge(bars, quiet);
});

/** A picture of grain, which compresses badly as photographs do. */
const grain = (width: number, height: number, mean: number) =>
  sharp({ create: { width, height, channels: 3, background: '#888', noise: { type: 'gaussian', mean, sigma: 20 } } })
    .jpeg({ quality: 60 })
    .toBuffer();

/** A picture of the person's device, sent as the page sends it. @returns its handle */
const add = (bytes: Buffer) =>
  page.evaluate(async (data) => {
    const body = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const headers = { 'Content-Type': 'image/jpeg', 'X-File-Name': 'a.jpg' };
    const answer = await fetch('/studio/pictures', { method: 'POST', headers, body });
    return ((await answer.json()) as { image: string }).image;
  }, bytes.toString('base64'));

async function firstPaint(): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const window = await studio.window(context, '#new');
    await window.locator('textarea').waitFor();
    times.push(
      await window.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN),
    );
    await window.close();
  }
  return median(times);
}

/** Time from a pointer event to the frame that shows its ink, on a picture of 24 megapixels, and strokes that were lost. */
async function strokes(): Promise<readonly Bar[]> {
  const window = await studio.window(context, `#paint/${await add(await grain(6000, 4000, 128))}`);
  await window.locator('.easel img').waitFor();
  await window.evaluate(() => {
    const late: number[] = [];
    Object.assign(globalThis, { late });
    document.addEventListener(
      'pointermove',
      (event) => requestAnimationFrame(() => setTimeout(() => late.push(performance.now() - event.timeStamp))),
      true,
    );
  });
  const box = (await window.locator('.sheet').boundingBox())!;
  for (let stroke = 0; stroke < STROKES; stroke += 1) {
    const y = box.y + (box.height * (stroke + 1)) / (STROKES + 2);
    await window.mouse.move(box.x + 20, y);
    await window.mouse.down();
    await window.mouse.move(box.x + box.width - 20, y, { steps: 30 });
    await window.mouse.up();
  }
  const late = await window.evaluate(() => (globalThis as unknown as { late: number[] }).late);
  const kept = await window.evaluate(() => {
    const list = document.querySelector<HTMLOListElement>('ol.steps');
    return list === null ? 0 : list.start - 1 + list.children.length;
  });
  await window.close();
  const slowest = late.toSorted((a, b) => a - b)[Math.floor(late.length * 0.95)] ?? Number.NaN;
  return [
    { what: 'pointer to ink at 24 MP, ms, median', seen: median(late), most: 50, of: 'time' },
    { what: 'the same, 95 of 100 within', seen: slowest, most: 50, of: 'time' },
    { what: `strokes lost of ${STROKES}`, seen: STROKES - kept, most: 0, of: 'size' },
  ];
}

/** Time from the answer that a job is done to its picture, and what moves meanwhile. */
async function fromJobToPicture(): Promise<readonly Bar[]> {
  const times: number[] = [];
  let shift = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const window = await studio.window(context, '#new');
    await window.evaluate(() => {
      const seen = { shift: 0 };
      Object.assign(globalThis, { seen });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
          if (!entry.hadRecentInput) seen.shift += entry.value;
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await window.getByLabel('What should be in it?').fill(`a fox, number ${round}`);
    await window.getByRole('button', { name: /^1$/ }).click();
    let answered = 0;
    window.on('response', (response) => {
      // The last answer before the picture is asked for is the one that says that the job is done.
      if (response.request().postData()?.includes('job_status') === true) {
        void response.finished().then(() => (answered = performance.now()));
      }
    });
    await window.getByRole('button', { name: /^Generate/ }).click();
    await window.locator('.hero img').waitFor();
    times.push(performance.now() - answered);
    shift += await window.evaluate(() => (globalThis as unknown as { seen: { shift: number } }).seen.shift);
    await window.close();
  }
  return [
    { what: 'job done to its picture on screen, ms', seen: median(times), most: 300, of: 'time' },
    // Of the window, moved as far as it is high: less than a thousandth in all rounds is nothing that can be seen.
    { what: `layout shift of ${ROUNDS} jobs, thousandths`, seen: shift * 1000, most: 1, of: 'size' },
  ];
}

const handlesOf = (cells: Element[]) => cells.map((cell) => cell.getAttribute('data-image') ?? '');

/** What the page keeps after its library was scrolled through to the end. */
async function memory(): Promise<readonly Bar[]> {
  for (let picture = 0; picture < MANY; picture += 1) await add(await grain(800, 600, 40 + (picture * 170) / MANY));
  const window = await studio.window(context, '#library');
  const input = await context.newCDPSession(window);
  await input.send('HeapProfiler.enable');
  const heap = async () => {
    await input.send('HeapProfiler.collectGarbage');
    const { usedSize } = await input.send('Runtime.getHeapUsage');
    return usedSize / 1e6;
  };
  await window.locator('.cell img').first().waitFor();
  await window.getByRole('button', { name: 'Yours' }).first().click();
  const before = await heap();
  const shown = new Set<string>();
  await window.mouse.move(600, 500);
  for (let step = 0; step < 400 && shown.size < MANY; step += 1) {
    await window.mouse.wheel(0, 250);
    await window.waitForTimeout(80);
    // What is scrolled past before its turn is never loaded, so that each row is waited for.
    await window.waitForFunction(() =>
      [...document.querySelectorAll('.cell')].every((cell) => {
        const { top, bottom } = cell.getBoundingClientRect();
        return bottom < 0 || top > innerHeight || cell.querySelector('img') !== null;
      }),
    );
    for (const handle of await window.locator('.cell:has(img)').evaluateAll(handlesOf)) shown.add(handle);
  }
  const grown = (await heap()) - before;
  await window.close();
  return [
    { what: `pictures of ${MANY} that the library did not show`, seen: MANY - shown.size, most: 0, of: 'size' },
    { what: `memory after ${MANY} pictures, MB`, seen: grown, most: 50, of: 'memory' },
  ];
}
