import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/index.ts';
import { grow } from '../../src/images/masks/refining/grow.ts';
import { eventLoopTurns } from '../../src/images/masks/pace.ts';
import { BatchResult } from '../../src/render/batch-schemas.ts';
import { photographed } from '../images/subject/scenes.ts';
import { canary } from '../support/canaries.ts';
import { TestInstallation, type Connected } from '../support/program/test-installation.ts';

// Forty portraits get a new background in one batch, by one argument, and beside that by plain shapes.
const PORTRAITS = 40;
const SIDE = 384;
const PIXELS = SIDE * SIDE;
const SHEET = '.test-tmp/select-portraits.png';

let installation: TestInstallation;
let server: Connected;
beforeAll(async () => {
  installation = await TestInstallation.create();
  const adobe = await startEmulator({ clientSecret: canary('secret'), latencyMs: 20, rpm: 600 });
  installation.onEnd(() => adobe.close());
  server = await installation.client(installation.environment(adobe, { FIREFLY_RPM: '600', FIREFLY_PREVIEW: 'none' }));
  await mkdir(join(installation.folder, 'staff'));
  for (let n = 0; n < PORTRAITS; n += 1) await sharp(await portrait(n)).toFile(path('staff', n));
});
afterAll(() => installation.end());

const path = (folder: string, n: number) => join(installation.folder, folder, `${String(n).padStart(2, '0')}.png`);

/** The portrait in another light, and every other one mirrored: what the outline by hand still tells. */
async function portrait(n: number): Promise<Buffer> {
  const light = { brightness: 0.8 + (n % 5) * 0.1, saturation: 0.7 + (n % 4) * 0.2, hue: (n % 10) * 6 };
  const scaled = sharp('examples/portrait.png').removeAlpha().resize(SIDE, SIDE).modulate(light);
  return (n % 2 === 1 ? scaled.flop() : scaled).png().toBuffer();
}

/** Where the person is for certain, and where not: 255 each. */
async function truthOf(n: number) {
  const { truth } = await photographed('portrait');
  const raw = { width: truth.width, height: truth.height, channels: 1 } as const;
  const area = sharp(
    truth.data.map((inside) => inside * 255),
    { raw },
  ).resize(SIDE, SIDE, { kernel: 'nearest' });
  const data = new Uint8Array(await (n % 2 === 1 ? area.flop() : area).toColourspace('b-w').raw().toBuffer());
  const mask = { width: SIDE, height: SIDE, data };
  const turns = eventLoopTurns();
  const [inside, around] = [await grow(mask, -4, turns), await grow(mask, 8, turns)];
  return { person: inside.data, background: around.data.map((value) => 255 - value) };
}

const pixels = async (file: string) => sharp(file).removeAlpha().raw().toBuffer();

/** Shares of the person that were painted over, and of the background that is still there, of each portrait. */
async function figures(folder: string) {
  const all: { readonly painted: number; readonly left: number }[] = [];
  for (let n = 0; n < PORTRAITS; n += 1) {
    const [before, after] = [await pixels(path('staff', n)), await pixels(path(`out/${folder}`, n))];
    const { person, background } = await truthOf(n);
    const count = { person: 0, painted: 0, background: 0, left: 0 };
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      const differs = !before.subarray(pixel * 3, pixel * 3 + 3).equals(after.subarray(pixel * 3, pixel * 3 + 3));
      if (person[pixel] === 255) [count.person, count.painted] = [count.person + 1, count.painted + Number(differs)];
      if (background[pixel] === 255)
        [count.background, count.left] = [count.background + 1, count.left + Number(!differs)];
    }
    all.push({ painted: count.painted / count.person, left: count.left / count.background });
  }
  const mean = (of: (each: { painted: number; left: number }) => number) =>
    all.reduce((sum, each) => sum + of(each), 0) / PORTRAITS;
  return { all, painted: mean(({ painted }) => painted), left: mean(({ left }) => left) };
}

async function made(folder: string, common: object): Promise<BatchResult> {
  const input = { folder: 'staff', common: { prompt: 'an office', ...common }, save_to: folder, name: '{file}' };
  const tried = BatchResult.parse((await server.call('submit_batch', { ...input, dry_run: true })).facts);
  expect(tried.will_cost?.operations).toBe(PORTRAITS);
  let told = BatchResult.parse((await server.call('submit_batch', input)).facts);
  while (told.batch_state !== 'finished' || told.manifests === undefined) {
    told = BatchResult.parse((await server.call('job_status', { job: told.batch, wait_seconds: 40 })).facts);
  }
  return told;
}

test(
  'forty portraits get a new background by select, which plain shapes cannot do',
  { timeout: 1_500_000 },
  async () => {
    const bySelect = await made('select', { select: 'person', invert_mask: true });
    expect(bySelect.counts?.succeeded).toBe(PORTRAITS);
    expect(bySelect.cost).toMatchObject({ operations: PORTRAITS, requests: PORTRAITS });
    const ellipse = { shape: 'ellipse', x: 5, y: 2, width: 90, height: 130 };
    await made('shapes', { mask_shapes: [ellipse], invert_mask: true });
    const [select, shapes] = [await figures('select'), await figures('shapes')];
    console.log(
      ['select', 'shapes'].map((name, i) => {
        const { painted, left } = [select, shapes][i]!;
        return `${name}: ${(100 * painted).toFixed(1)} % of the person painted over, ${(100 * left).toFixed(1)} % of the background left`;
      }),
    );
    const rows = [0, 1, 2, 3].map((n) => [path('staff', n), path('out/select', n), path('out/shapes', n)]);
    await sharp({ create: { width: 3 * SIDE, height: 4 * SIDE, channels: 3, background: '#fff' } })
      .composite(
        rows.flatMap((row, y) =>
          row.map((input, x) => ({ input: readFileSync(input), left: x * SIDE, top: y * SIDE })),
        ),
      )
      .png()
      .toFile(SHEET);
    // Of each portrait, not only on average.
    for (const [n, { painted, left }] of select.all.entries()) {
      expect(painted, `portrait ${n}`).toBeLessThan(0.03);
      expect(left, `portrait ${n}`).toBeLessThan(0.03);
    }
    expect(shapes.left + shapes.painted).toBeGreaterThan(5 * (select.left + select.painted));
  },
);
