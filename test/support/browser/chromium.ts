import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { packagedChromium, type Chromium } from './packaged-chromium.ts';

/** What the end of a run says where no browser is found. */
export const BROWSER =
  'a browser: install Chromium or Chrome, or name one in CHROMIUM_PATH (on x64 Linux, npm ci brings one)';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
  'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe',
];

/** The browser of this machine, else the packaged one; undefined where there is none. */
export async function findChromium(): Promise<Chromium | undefined> {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined) return named === 'packaged' ? packagedChromium() : { path: named };
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...APPLICATIONS];
  const path = candidates.find((candidate) => existsSync(candidate));
  return path === undefined ? packagedChromium() : { path };
}

let shared: Promise<Browser> | undefined;

/** The one browser of all test files of this process. Playwright ends it with the process; files close what they open. */
export const sharedBrowser = (found: Chromium): Promise<Browser> => (shared ??= launch(found));

/** Starts the browser without a window and without a graphics card, so that every machine draws alike. */
export function launch({ path, env }: Chromium): Promise<Browser> {
  return chromium.launch({
    executablePath: path,
    args: ['--disable-gpu', '--disable-quic', '--force-color-profile=srgb', '--hide-scrollbars'],
    env: { ...process.env, ...env },
  });
}
