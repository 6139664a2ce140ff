import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NO_DRIFT } from '../../../src/emulator/drawing/edits/drift.ts';
import { startEmulator, type Emulator } from '../../../src/emulator/index.ts';
import { decode, maskOf, type Raw } from '../../emulator/editing.ts';
import { scriptsIn, STAND_INS, tutorial } from './tutorials.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';
import { canary } from '../../support/canaries.ts';

const FILL = tutorial('000');
const GENERATE = tutorial('002');

let folder: string;
let emulator: Emulator;
beforeEach(async () => {
  folder = temporaryFolder('firefly-tutorial-');
  for (const [name, code] of Object.entries(STAND_INS)) {
    mkdirSync(join(folder, 'node_modules', name), { recursive: true });
    writeFileSync(join(folder, 'node_modules', name, 'index.js'), code);
  }
  // Jobs take a minute, so that a synchronous route that waited for one would time out.
  const asScripts = { syncRoutes: true, latencyMs: 60_000, drift: NO_DRIFT };
  emulator = await startEmulator({ clientSecret: canary('secret'), ...asScripts });
});
afterEach(async () => {
  await emulator.close();
  removeFolder(folder);
});

interface Printed {
  readonly code: unknown;
  readonly out: string;
  readonly err: string;
}

/** Runs a tutorial's code as CommonJS, with these variables only, and changed in nothing but its hosts. */
async function run(code: string, env: Readonly<Record<string, string>>): Promise<Printed> {
  const hosts = {
    'https://firefly-api.adobe.io': emulator.apiOrigin,
    'https://ims-na1.adobelogin.com': emulator.imsOrigin,
  };
  const here = Object.entries(hosts).reduce((text, [host, origin]) => text.replaceAll(host, origin), code);
  expect(here).not.toContain('adobe.io/');
  writeFileSync(join(folder, 'package.json'), '{}');
  writeFileSync(join(folder, 'index.js'), here);
  const child = spawn(process.execPath, ['index.js'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (part: Buffer) => out.push(part));
  child.stderr.on('data', (part: Buffer) => err.push(part));
  const [exit] = (await once(child, 'close')) as unknown[];
  return { code: exit, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
}

async function pictureAt(url: string): Promise<Buffer> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

/** A picture of 2048x2048 pixels without sharp edges, which survives a JPEG, unlike any scene that the emulator draws. */
function waves(period: number): Promise<Buffer> {
  const [side, channels] = [2048, 3] as const;
  const data = Buffer.alloc(side * side * channels);
  for (let at = 0; at < data.length; at += 1) {
    const pixel = Math.floor(at / channels);
    const phase = ((pixel % side) + Math.floor(pixel / side)) / period + (at % channels);
    data[at] = 128 + 100 * Math.sin(phase);
  }
  return sharp(data, { raw: { width: side, height: side, channels } })
    .png()
    .toBuffer();
}

/** Mean difference of the channels, in levels, over the pixels for which `where` holds. */
function difference(a: Raw, b: Raw, where: (x: number, y: number) => boolean): number {
  let [sum, count] = [0, 0];
  for (let y = 0; y < a.height; y += 4) {
    for (let x = 0; x < a.width; x += 4) {
      if (!where(x, y)) continue;
      const pixel = y * a.width + x;
      for (let channel = 0; channel < 3; channel += 1) {
        sum += Math.abs((a.data[pixel * a.channels + channel] ?? 0) - (b.data[pixel * b.channels + channel] ?? 0));
        count += 1;
      }
    }
  }
  return sum / count;
}

describe.skipIf(FILL === undefined)('the full example of Adobe’s tutorial 000, on the emulator', () => {
  test('gives every employee a new background, and leaves the employee as they are', async () => {
    const { clientId, clientSecret } = emulator.credentials;
    const isPerson = (x: number, y: number) => Math.hypot((x - 1024) / 512, (y - 1100) / 900) < 1;
    // Adobe's default size of a fill, so that nothing is scaled.
    const photos = [await waves(60), await waves(90)];
    for (const [at, photo] of photos.entries()) {
      writeFileSync(join(folder, `source-person-photo-${at + 1}.png`), photo);
      const mask = await maskOf(2048, 2048, (x, y) => (isPerson(x, y) ? 0 : 255));
      writeFileSync(join(folder, `mask-person-photo-${at + 1}.png`), mask);
    }
    const code = scriptsIn((FILL ?? '').split('\n## Full example\n')[1] ?? '')[0] ?? '';
    expect(code).toContain('require("axios")');

    const names = { FIREFLY_SERVICES_CLIENT_ID: clientId, FIREFLY_SERVICES_CLIENT_SECRET: clientSecret };
    const printed = await run(code, names);
    expect(printed).toMatchObject({ code: 0, err: '' });
    const lines = printed.out.trim().split('\n');
    const urls = lines.map((line) => / (http:\/\/\S+)$/.exec(line)?.[1] ?? line);
    expect(urls).toHaveLength(photos.length);
    for (const [at, url] of urls.entries()) {
      const [before, after] = [photos[at] ?? Buffer.alloc(0), await pictureAt(url)];
      const [source, result] = [await decode(before), await decode(after)];
      expect(result).toMatchObject({ width: 2048, height: 2048 });
      // The answer is a JPEG.
      expect(difference(source, result, isPerson)).toBeLessThan(2);
      expect(difference(source, result, (x, y) => !isPerson(x, y))).toBeGreaterThan(20);
    }
    expect(emulator.control.uploads().map(({ mimeType }) => mimeType)).toEqual(Array(4).fill('image/png'));
    expect(emulator.control.uploads()[0]?.bytes?.equals(photos[0] ?? Buffer.alloc(0))).toBe(true);
    expect(emulator.control.submits()).toMatchObject([{ path: '/v3/images/fill' }, { path: '/v3/images/fill' }]);
  });
});

describe.skipIf(GENERATE === undefined)('the complete JavaScript of Adobe’s tutorial 002, on the emulator', () => {
  /**
   * The block under "Generate an image" is the complete program; "Full Implementation" below it is three lines that
   * call a function which is defined nowhere. The page says "index.mjs", where its `require` would not work: it runs
   * as `index.js` here, which is a file name.
   */
  const complete = () => scriptsIn(GENERATE ?? '').filter((code) => code.includes("require('axios')"));

  test('generates a picture and prints its URL', async () => {
    expect(complete()).toHaveLength(1);
    const names = {
      FIREFLY_CLIENT_ID: emulator.credentials.clientId,
      FIREFLY_ACCESS_TOKEN: emulator.control.issueToken(),
    };
    const printed = await run(complete()[0] ?? '', names);
    expect(printed).toMatchObject({ code: 0, err: '' });
    const { size, outputs } = JSON.parse(printed.out) as { size: object; outputs: { image: { url: string } }[] };
    expect(size).toEqual({ width: 2048, height: 2048 });
    expect(outputs).toHaveLength(1);
    const metadata = await sharp(await pictureAt(outputs[0]?.image.url ?? '')).metadata();
    expect(metadata).toMatchObject({ format: 'jpeg', width: 2048, height: 2048 });
    const [job, ...more] = emulator.control.jobs();
    expect(more).toEqual([]);
    expect(complete()[0]).toContain(`'${job?.prompt}'`);
  });

  test('prints an error for a wrong token', async () => {
    const names = { FIREFLY_CLIENT_ID: emulator.credentials.clientId, FIREFLY_ACCESS_TOKEN: 'x' };
    expect((await run(complete()[0] ?? '', names)).out).toContain("error_code: '401013'");
  });
});
