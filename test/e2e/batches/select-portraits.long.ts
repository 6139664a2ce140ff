/** @module-tag long */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { grow } from '../../../src/images/masks/refining/grow.ts';
import { eventLoopTurns } from '../../../src/images/masks/pace.ts';
import { BatchResult } from '../../../src/render/batch-schemas.ts';
import { MaskResult } from '../../../src/render/schemas.ts';
import { photographed } from '../../images/subject/scenes.ts';
import { TestInstallation, type Connected } from '../../support/program/test-installation.ts';

// Forty portraits get a new background in one batch, by one argument, and beside that by plain shapes.
// `PORTRAITS=3` is a quick look.
const PORTRAITS = Number(process.env['PORTRAITS'] ?? 40);
const SIDE = 256;
/** Side of a picture on the sheet, and how many of them are beside each other. */
const [SHOWN, COLUMNS] = [192, 10];
/** Share of the portraits of which a part may be lost. */
const MOST_SPOILT = 0.05;
/** Time for finding people in all pictures, on a machine that is busy with other tests. */
const LONGEST_CHECK_MS = 600_000;
const PIXELS = SIDE * SIDE;
const SHEET = '.test-tmp/select-portraits.png';

let installation: TestInstallation;
let server: Connected;
beforeAll(async () => {
  installation = await TestInstallation.create();
  const adobe = await installation.emulator({ latencyMs: 20, rpm: 600 });
  server = await installation.client(installation.environment(adobe, { FIREFLY_RPM: '600', FIREFLY_PREVIEW: 'none' }));
  await mkdir(join(installation.folder, 'staff'));
  for (let n = 0; n < PORTRAITS; n += 1) await sharp(await portrait(n)).toFile(path('staff', n));
});
afterAll(() => installation.end());

const path = (folder: string, n: number) => join(installation.folder, folder, `${String(n).padStart(2, '0')}.png`);

/** The part of the photograph that is taken: 512 pixels a side, less of them with each portrait. */
function partOf(n: number) {
  const side = 512 - (n % 7) * 12;
  return { left: (n * 5) % (513 - side), top: (n * 3) % (513 - side), width: side, height: side };
}

/** The portrait in another light and cut, and every other one mirrored: what the outline by hand still tells. */
async function portrait(n: number): Promise<Buffer> {
  const light = { brightness: 0.8 + (n % 5) * 0.1, saturation: 0.7 + (n % 4) * 0.2, hue: (n % 10) * 6 };
  const part = sharp('examples/portrait.png').removeAlpha().extract(partOf(n));
  const scaled = part.resize(SIDE, SIDE).modulate(light);
  return (n % 2 === 1 ? scaled.flop() : scaled).png().toBuffer();
}

/** Where the person is for certain, and where not: 255 each. */
async function truthOf(n: number) {
  const { truth } = await photographed('portrait');
  const raw = { width: truth.width, height: truth.height, channels: 1 } as const;
  const area = sharp(
    truth.data.map((inside) => inside * 255),
    { raw },
  )
    .extract(partOf(n))
    .resize(SIDE, SIDE, { kernel: 'nearest' });
  const data = new Uint8Array(await (n % 2 === 1 ? area.flop() : area).toColourspace('b-w').raw().toBuffer());
  const mask = { width: SIDE, height: SIDE, data };
  const turns = eventLoopTurns();
  const [inside, around] = [await grow(mask, -4, turns), await grow(mask, 8, turns)];
  return { person: inside.data, background: around.data.map((value) => 255 - value) };
}

const pixels = async (file: string) => sharp(file).removeAlpha().raw().toBuffer();

type Truth = Awaited<ReturnType<typeof truthOf>>;

/** Shares of the person that were painted over, and of the background that is still there, of each portrait. */
async function figures(folder: string, truths: readonly Truth[]) {
  const all: { readonly painted: number; readonly left: number }[] = [];
  for (const [n, { person, background }] of truths.entries()) {
    const [before, after] = [await pixels(path('staff', n)), await pixels(path(`out/${folder}`, n))];
    const count = { person: 0, painted: 0, background: 0, left: 0 };
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      const at = pixel * 3;
      const differs = [0, 1, 2].some((channel) => before[at + channel] !== after[at + channel]);
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
  const tried = BatchResult.parse(
    (await server.call('submit_batch', { ...input, dry_run: true }, LONGEST_CHECK_MS)).facts,
  );
  expect(tried.will_cost?.operations).toBe(PORTRAITS);
  let told = BatchResult.parse((await server.call('submit_batch', input, LONGEST_CHECK_MS)).facts);
  while (told.batch_state !== 'finished' || told.manifests === undefined) {
    told = BatchResult.parse((await server.call('job_status', { job: told.batch, wait_seconds: 40 })).facts);
  }
  return told;
}

/** Each portrait above what a new background by select and by plain shapes made of it. */
async function drawSheet(): Promise<void> {
  const folders = ['staff', 'out/select', 'out/shapes'];
  const cells = folders.flatMap((folder, row) =>
    Array.from({ length: PORTRAITS }, async (_, n) => ({
      input: await sharp(path(folder, n)).resize(SHOWN, SHOWN).png().toBuffer(),
      left: (n % COLUMNS) * SHOWN,
      top: (Math.floor(n / COLUMNS) * folders.length + row) * SHOWN,
    })),
  );
  const height = Math.ceil(PORTRAITS / COLUMNS) * folders.length * SHOWN;
  await mkdir('.test-tmp', { recursive: true });
  await sharp({ create: { width: COLUMNS * SHOWN, height, channels: 3, background: '#fff' } })
    .composite(await Promise.all(cells))
    .png()
    .toFile(SHEET);
}

test(
  'forty portraits get a new background by select, which plain shapes cannot do',
  { timeout: 3_600_000 },
  async () => {
    const bySelect = await made('select', { select: 'person', invert_mask: true });
    expect(bySelect.counts?.succeeded).toBe(PORTRAITS);
    expect(bySelect.cost).toMatchObject({ operations: PORTRAITS, requests: PORTRAITS });
    const ellipse = { shape: 'ellipse', x: 5, y: 2, width: 90, height: 130 };
    await made('shapes', { mask_shapes: [ellipse], invert_mask: true });
    const truths: Truth[] = [];
    for (let n = 0; n < PORTRAITS; n += 1) truths.push(await truthOf(n));
    const [select, shapes] = [await figures('select', truths), await figures('shapes', truths)];
    console.log(
      ['select', 'shapes'].map((name, i) => {
        const { painted, left } = [select, shapes][i]!;
        return `${name}: ${(100 * painted).toFixed(2)} % of the person painted over, ${(100 * left).toFixed(2)} % of the background left`;
      }),
    );
    const worst = (of: 'painted' | 'left') => (100 * Math.max(...select.all.map((each) => each[of]))).toFixed(2);
    console.log(`select, at worst: ${worst('painted')} % painted over, ${worst('left')} % left`);
    await drawSheet();
    // Of each portrait but a few, not only on average: one was seen to lose the black helmet before black ground.
    const isClean = ({ painted, left }: { painted: number; left: number }) => painted < 0.03 && left < 0.03;
    const spoilt = [...select.all.entries()].filter(([, each]) => !isClean(each)).map(([n]) => n);
    expect(spoilt.length, `portraits ${spoilt.join()}`).toBeLessThanOrEqual(MOST_SPOILT * PORTRAITS);
    const sure: number[] = [];
    for (let n = 0; n < PORTRAITS; n += 1) {
      const { facts } = await server.call('make_mask', { image: path('staff', n), select: 'person' });
      if (MaskResult.parse(facts).fit?.confidence === 'good') sure.push(n);
    }
    console.log(`called good: ${sure.length} of ${PORTRAITS}`);
    expect(sure.filter((n) => spoilt.includes(n))).toEqual([]);
    expect(sure.length).toBeGreaterThanOrEqual((1 - 2 * MOST_SPOILT) * PORTRAITS);
    expect(select.painted).toBeLessThan(0.02);
    expect(select.left).toBeLessThan(0.01);
    expect(shapes.left + shapes.painted).toBeGreaterThan(5 * (select.left + select.painted));
  },
);
