import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emulatorEnv, startEmulator, type Emulator } from '../../src/emulator/index.ts';
import { ROOT } from '../architecture/source-files.ts';
import { findChromium, launch } from '../support/browser/chromium.ts';
import { StudioServer } from '../support/browser/studio-server.ts';
import { median } from './start-up.ts';

const ROUNDS = 7;
/** Pictures of the library whose memory is measured. */
const MANY = 200;

const found = await findChromium();
let browser: Browser;
let emulator: Emulator;
let studio: StudioServer;
let context: BrowserContext;
let page: Page;
const rows: { what: string; measured: string; goal: string }[] = [];

beforeAll(async () => {
  if (!found) return;
  emulator = await startEmulator({ latencyMs: 0, rpm: 100_000 });
  const env = { ...emulatorEnv(emulator), FIREFLY_RPM: '100000', FIREFLY_RPD: '100000' };
  [browser, studio] = await Promise.all([launch(found), StudioServer.start(env, [])]);
  ({ context, page } = await studio.enter(browser));
});
afterAll(async () => {
  await browser?.close();
  await studio?.end();
  await emulator?.close();
});

/** A picture of the person's device, sent as the page sends it. @returns its handle */
const add = (bytes: Buffer, type: string) =>
  page.evaluate(
    async ([data, contentType]) => {
      const body = Uint8Array.from(atob(data ?? ''), (letter) => letter.charCodeAt(0));
      const headers = { 'Content-Type': contentType ?? '', 'X-File-Name': 'a.jpg' };
      const answer = await fetch('/studio/pictures', { method: 'POST', headers, body });
      return ((await answer.json()) as { image: string }).image;
    },
    [bytes.toString('base64'), type],
  );

test.skipIf(!found)('the studio, in a browser without a graphics card', async () => {
  const html = await readFile(join(ROOT, 'dist/studio.html'));
  rows.push({ what: 'page', measured: `${(html.length / 1000).toFixed(1)} kB`, goal: '< 200 kB' });
  await firstPaint();
  await strokes();
  await fromJobToPicture();
  await memory();
  console.log(`\nThe studio, Chromium ${browser.version()}, Node ${process.version}`);
  console.table(rows);
  expect(rows).toHaveLength(6);
});

async function firstPaint(): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const window = await studio.window(context, '#new');
    await window.locator('textarea').waitFor();
    times.push(
      await window.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN),
    );
    await window.close();
  }
  rows.push({ what: 'first paint', measured: `${Math.round(median(times))} ms`, goal: '< 300 ms' });
}

/** Time from a pointer event to the frame that shows its ink, on a picture of 24 megapixels. */
async function strokes(): Promise<void> {
  const noise = { type: 'gaussian', mean: 128, sigma: 20 } as const;
  const bytes = await sharp({ create: { width: 6000, height: 4000, channels: 3, background: '#888', noise } })
    .jpeg({ quality: 60 })
    .toBuffer();
  const window = await studio.window(context, `#paint/${await add(bytes, 'image/jpeg')}`);
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
  for (let stroke = 0; stroke < 12; stroke += 1) {
    const y = box.y + (box.height * (stroke + 1)) / 14;
    await window.mouse.move(box.x + 20, y);
    await window.mouse.down();
    await window.mouse.move(box.x + box.width - 20, y, { steps: 30 });
    await window.mouse.up();
  }
  const late = await window.evaluate(() => (globalThis as unknown as { late: number[] }).late);
  rows.push({ what: 'stroke to ink, 24 MP', measured: `${Math.round(median(late))} ms`, goal: '< 50 ms' });
  await window.close();
}

/** Time from the answer that a job is done to its picture, and what moves meanwhile. */
async function fromJobToPicture(): Promise<void> {
  const times: number[] = [];
  let shift = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const window = await studio.window(context, '#new');
    await window.evaluate(() => {
      const seen = { shift: 0, done: 0 };
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
  rows.push({ what: 'job done to picture', measured: `${Math.round(median(times))} ms`, goal: '< 300 ms' });
  rows.push({ what: `layout shift of ${ROUNDS} jobs`, measured: shift.toFixed(4), goal: '0' });
}

async function memory(): Promise<void> {
  for (let picture = 0; picture < MANY; picture += 1) {
    const background = { r: picture, g: 255 - picture, b: (picture * 7) % 256 };
    await add(
      await sharp({ create: { width: 800, height: 600, channels: 3, background } })
        .jpeg()
        .toBuffer(),
      'image/jpeg',
    );
  }
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
  for (let step = 0; step < 60; step += 1) {
    await window.mouse.move(600, 500);
    await window.mouse.wheel(0, 600);
    await window.waitForTimeout(50);
  }
  const cells = await window.locator('.cell').count();
  const grown = (await heap()) - before;
  rows.push({ what: `memory after ${cells} pictures`, measured: `${grown.toFixed(1)} MB`, goal: '< 50 MB' });
  await window.close();
}
