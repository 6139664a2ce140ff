import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { bundle } from '../../build.mjs';
import type { Shape } from '../../src/images/masks/drawing/shapes.ts';
import { loadSharp } from '../../src/images/sharp.ts';
import { noisy } from '../images/pictures.ts';
import type * as masks from './masks.ts';
import { median } from './start-up.ts';

const ROUNDS = 7;
const PICTURE = { width: 4000, height: 3000 };
const PICTURE_FACTS = { ...PICTURE, sha256: '', mimeType: 'image/jpeg', bytes: 0 } as const;
const SHAPES: readonly Shape[] = [
  { shape: 'ellipse', x: 10, y: 10, width: 40, height: 60 },
  {
    shape: 'polygon',
    points: [
      [50, 50],
      [95, 60],
      [70, 95],
    ],
  },
  {
    shape: 'stroke',
    points: [
      [5, 90],
      [50, 20],
      [90, 30],
    ],
    thickness: 6,
  },
];

/** What a painter sends at most: a thousand strokes across 24 megapixels, twenty thousand points in all. */
const WIDE = { width: 6000, height: 4000 };
const STROKES: readonly Shape[] = Array.from({ length: 1000 }, (_, stroke) => ({
  shape: 'stroke' as const,
  unit: 'pixels' as const,
  thickness: 40,
  points: Array.from({ length: 20 }, (__, point) => [
    ((stroke * 379) % WIDE.width) * 0.8 + point * 60,
    ((stroke * 617) % WIDE.height) * 0.9 + 150 * Math.sin(point / 3 + stroke),
  ]),
}));

let folder: string | undefined;
afterAll(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/** The measured functions, bundled as in the product: a test runner's own module loader makes inner loops twice as slow. */
async function bundled(): Promise<typeof masks> {
  await mkdir('.test-tmp', { recursive: true });
  folder = await mkdtemp(path.resolve('.test-tmp/bench-'));
  await bundle({ entry: path.resolve('test/bench/masks.ts'), outdir: path.join(folder, 'masks'), plain: true });
  return import(pathToFileURL(path.join(folder, 'masks/main.js')).href);
}

interface Figures {
  readonly ms: number;
  /** The longest that the event loop was blocked, beyond the resolution of the timer. */
  readonly blockedMs: number;
  readonly rssMb: number;
}

async function observe(work: () => Promise<unknown>): Promise<Figures> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let rss = 0;
  const watch = setInterval(() => (rss = Math.max(rss, process.memoryUsage.rss())), 5);
  // The histogram counts from its second tick on.
  delay.enable();
  await pause(20);
  delay.reset();
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  await pause(5);
  delay.disable();
  clearInterval(watch);
  return { ms, blockedMs: delay.max / 1e6, rssMb: rss / 1e6 };
}

test('a mask and previews of 12 megapixels', async () => {
  const { composeMask, drawShapes, encodeMask, eventLoopTurns, feather, grow, renderOverlay, renderPreview } =
    await bundled();
  const turns = eventLoopTurns();
  const sharp = await loadSharp();
  const drawn = await drawShapes(SHAPES, PICTURE, turns);
  const photograph = await noisy(PICTURE.width, PICTURE.height).jpeg().toBuffer();
  const raw = { ...PICTURE, channels: 1 } as const;
  const contestants: Record<string, () => Promise<unknown>> = {
    'ours: 3 shapes': () => drawShapes(SHAPES, PICTURE, turns),
    'ours: 1000 strokes on 24 megapixels': () => drawShapes(STROKES, WIDE, turns),
    'ours: grow 20': () => grow(drawn, 20, turns),
    'ours: feather 10': () => feather(drawn, 10, turns),
    'ours: 3 shapes, grow 20, feather 10, measured': () =>
      composeMask({ picture: PICTURE, shapes: SHAPES, grow: 20, feather: 10 }, turns),
    'ours: PNG': () => encodeMask(drawn),
    'ours: overlay 512 px': () => renderOverlay(photograph, drawn, { maxSide: 512, maxBytes: 25_000 }, turns),
    'ours: preview 1024 px': () => renderPreview(photograph, PICTURE_FACTS, { maxSide: 1024, maxBytes: 250_000 }),
    'sharp: blur and threshold (a rough grow)': () =>
      sharp(drawn.data, { raw }).blur(10).threshold(20).raw().toBuffer(),
    'sharp: dilate 20': () => sharp(drawn.data, { raw }).dilate(20).raw().toBuffer(),
    'sharp: blur (feather)': () => sharp(drawn.data, { raw }).blur(4).raw().toBuffer(),
    'sharp: picture to 512 px WebP': () => sharp(photograph).resize(512, 512, { fit: 'inside' }).webp().toBuffer(),
  };
  const figures: Record<string, Figures[]> = {};
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [name, work] of Object.entries(contestants)) {
      const seen = await observe(work);
      // The first round compiles.
      if (round >= 0) (figures[name] ??= []).push(seen);
    }
  }
  console.log(`\nMasks of ${PICTURE.width}x${PICTURE.height}, Node ${process.version}, ${ROUNDS} interleaved rounds`);
  console.table(
    Object.entries(figures).map(([name, seen]) => ({
      name,
      'median ms': Math.round(median(seen.map(({ ms }) => ms))),
      'loop blocked, median of maxima, ms': Math.round(median(seen.map(({ blockedMs }) => blockedMs))),
      'worst ms': Math.round(Math.max(...seen.map(({ blockedMs }) => blockedMs))),
      'RSS MB': Math.round(Math.max(...seen.map(({ rssMb }) => rssMb))),
    })),
  );
  expect(Object.keys(figures)).toHaveLength(Object.keys(contestants).length);
});
