import { readFileSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { main } from '../../../src/cli/main.ts';
import { fakeTerminal, type FakeTerminal } from '../../cli/fake-terminal.ts';
import { OutsideWork } from '../../support/clocks/outside-work.ts';
import { SimulatedClock } from '../../support/clocks/simulated-clock.ts';
import { TestInstallation } from '../../support/program/test-installation.ts';

/** The prompt of Adobe's tutorial of background replacement. */
const BACKGROUND =
  'A professional background for corporate headshots, blending a smooth gradient in neutral tones (e.g., gray, beige, or light blue) with subtle abstract artistic elements.';
const WIDTH = 600;
const HEIGHT = 800;
const MINUTE = 60_000;
const PER_MINUTE = 4;

/** Figures of a run. Times are minutes of the simulated clock. */
export interface PortraitFigures {
  readonly codes: readonly number[];
  readonly texts: readonly string[];
  /** Names of the portraits without extension. */
  readonly names: readonly string[];
  readonly files: readonly string[];
  readonly csvRows: readonly string[];
  readonly rows: readonly {
    item: string;
    state: string;
    images: { file: string | null }[];
    cost: { operations: number; requests: number };
  }[];
  readonly madeBeforeCtrlC: number;
  /** Status of every paid request. */
  readonly statuses: readonly (number | undefined)[];
  /** Number of uploads of each content, by hash. */
  readonly uploads: ReadonlyMap<string, number>;
  /** Upload ids in the paid requests. */
  readonly sources: readonly string[];
  readonly maxPerMinute: number;
  readonly minutes: number;
  readonly idealMinutes: number;
  /** Results of the size of their portraits in which not one pixel of the person differs, and the background does. */
  readonly intact: number;
}

/**
 * Runs the batch command for a folder of portraits with one mask, on the emulator with the default quota, in simulated
 * time: interrupted in the middle, run again to the end, and run once more.
 */
export async function runPortraits(count: number): Promise<PortraitFigures> {
  const installation = await TestInstallation.create();
  const outside = new OutsideWork();
  installation.onEnd(async () => outside.close());
  const clock = new SimulatedClock({ start: Date.now(), outside });
  try {
    const names = await drawPortraits(join(installation.folder, 'staff'), count);
    await drawMask(join(installation.folder, 'mask.png'));
    const emulator = await installation.emulator({ clock, rpm: PER_MINUTE, latencyMs: 8_000, logLimit: 100_000 });
    const args = ['batch', '--folder', 'staff', '--out', 'new', '--name', '{file}-background'];
    const json = JSON.stringify({ mask: 'mask.png', prompt: BACKGROUND });
    const run = (): { terminal: FakeTerminal; code: Promise<number> } => {
      const env = installation.environment(emulator, { FIREFLY_LOG_LEVEL: 'error' });
      const terminal = fakeTerminal([...args, '--json', json], {
        env,
        cwd: installation.folder,
        home: installation.folder,
        clock,
      });
      return { terminal, code: clock.run(main(terminal)) };
    };
    const submits = () => emulator.control.submits();

    const first = run();
    await clock.until(() => submits().length >= count / 2);
    first.terminal.interrupt();
    const codes = [await first.code];
    const madeBeforeCtrlC = submits().length;
    const others = [];
    for (let n = 0; n < 2; n += 1) {
      const again = run();
      codes.push(await again.code);
      others.push(again);
    }

    const folder = join(installation.folder, 'new');
    const arrivals = submits().map(({ headAt }) => headAt);
    const uploads = new Map<string, number>();
    for (const { uploaded } of emulator.control.requests('upload')) {
      const sha256 = uploaded?.sha256 ?? '';
      uploads.set(sha256, (uploads.get(sha256) ?? 0) + 1);
    }
    const { items } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
      items: PortraitFigures['rows'];
    };
    return {
      codes,
      texts: [first, ...others].map(({ terminal }) => terminal.output.err + terminal.output.out),
      names,
      files: await readdir(folder),
      csvRows: readFileSync(join(folder, 'manifest.csv'), 'utf8').trimEnd().split('\r\n').slice(1),
      rows: items,
      madeBeforeCtrlC,
      statuses: submits().map(({ status }) => status),
      uploads,
      sources: submits().map(({ json: body }) => sourceOf(body)),
      maxPerMinute: maxInAnyMinute(arrivals),
      minutes: ((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)) / MINUTE,
      idealMinutes: Math.ceil(count / PER_MINUTE) - 1,
      intact: await countIntact(join(installation.folder, 'staff'), folder, names),
    };
  } finally {
    await installation.end();
  }
}

/** Draws portraits that all differ: a head and shoulders in front of a wall. */
async function drawPortraits(folder: string, count: number): Promise<readonly string[]> {
  await mkdir(folder);
  const names = Array.from({ length: count }, (_, n) => `employee-${String(n + 1).padStart(4, '0')}`);
  for (const [n, name] of names.entries()) {
    const wall = { r: 120 + (n % 100), g: 140, b: 90 + Math.floor(n / 100) };
    const skin = { r: 224 - (n % 7) * 20, g: 172 - (n % 7) * 18, b: 105 };
    await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: wall } })
      .composite([
        { input: { create: { width: 220, height: 280, channels: 3, background: skin } }, left: 190, top: 120 },
        { input: { create: { width: 400, height: 350, channels: 3, background: '#223' } }, left: 100, top: 400 },
      ])
      .png({ compressionLevel: 1 })
      .toFile(join(folder, `${name}.png`));
  }
  return names;
}

/** White for the background, black for the person (docs/pictures-and-masks.md#masks). */
async function drawMask(path: string): Promise<void> {
  await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: 'white' } })
    .composite([
      { input: { create: { width: 220, height: 280, channels: 3, background: 'black' } }, left: 190, top: 120 },
      { input: { create: { width: 400, height: 350, channels: 3, background: 'black' } }, left: 100, top: 400 },
    ])
    .png()
    .toFile(path);
}

async function countIntact(before: string, after: string, names: readonly string[]): Promise<number> {
  let intact = 0;
  for (const name of names) {
    const [source, result] = [join(before, `${name}.png`), join(after, `${name}-background.png`)];
    const { width, height } = await sharp(result).metadata();
    const isSame = async (part: { left: number; top: number; width: number; height: number }) => {
      const [one, other] = await Promise.all(
        [source, result].map((path) => sharp(path).extract(part).raw().toBuffer()),
      );
      return other !== undefined && one?.equals(other) === true;
    };
    const person = { left: 225, top: 155, width: 150, height: 500 };
    const wall = { left: 0, top: 0, width: 150, height: 300 };
    if (width === WIDTH && height === HEIGHT && (await isSame(person)) && !(await isSame(wall))) intact += 1;
  }
  return intact;
}

function sourceOf(body: unknown): string {
  return (body as { image: { source: { uploadId: string } } }).image.source.uploadId;
}

function maxInAnyMinute(arrivals: readonly number[]): number {
  let most = 0;
  let oldest = 0;
  for (const [index, at] of arrivals.entries()) {
    while (at - (arrivals[oldest] ?? at) >= MINUTE) oldest += 1;
    most = Math.max(most, index - oldest + 1);
  }
  return most;
}
