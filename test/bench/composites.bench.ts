import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import sharp, { type Sharp } from 'sharp';
import { expect, test } from 'vitest';
import type { CompositeOrder } from '../../src/images/composites/composite.ts';
import { planExpand } from '../../src/images/composites/expand/plan-expand.ts';
import { planFill } from '../../src/images/composites/window/plan-fill.ts';
import { compositeWorker } from '../../src/images/composites/worker/composite-worker.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import type { StillType } from '../../src/images/media.ts';
import { bundle } from '../../build.mjs';
import { readOrder } from './composite-once.ts';
import { SIZES } from '../images/composites/sizes.ts';
import { isQuiet, judge, type Bar } from './bars.ts';
import { median } from './start-up.ts';

const ROUNDS = 5;
const [WIDTH, HEIGHT] = [6000, 4000];

interface Figures {
  readonly ms: number;
  /** The longest that the event loop was blocked, beyond the resolution of the timer. */
  readonly blockedMs: number;
}

async function observe(work: () => Promise<unknown>): Promise<Figures> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await pause(20);
  delay.reset();
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  await pause(5);
  delay.disable();
  return { ms, blockedMs: delay.max / 1e6 };
}

/** A photograph of 24 megapixels as far as encoders are concerned: soft shapes with the grain of a sensor. */
async function grainy(): Promise<Sharp> {
  const shapes = Buffer.alloc(60 * 40 * 3).map((_, at) => 60 + ((at * 7919) % 130));
  const base = await sharp(shapes, { raw: { width: 60, height: 40, channels: 3 } })
    .resize(WIDTH, HEIGHT, { kernel: 'cubic', fit: 'fill' })
    .raw()
    .toBuffer();
  let state = 1;
  for (let at = 0; at < base.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    base[at] = Math.min(255, Math.max(0, base[at]! + (state >>> 29) - 3));
  }
  return sharp(base, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
}

/** The answer to a window: the picture there, a little brighter, encoded as JPEG. */
async function answerOf(bytes: Uint8Array, plan: ReturnType<typeof planFill>): Promise<Buffer> {
  const { x, y, width, height, size } = plan.window;
  const left = Math.max(0, x);
  const top = Math.max(0, y);
  return sharp(bytes)
    .extract({ left, top, width: Math.min(width, WIDTH - left), height: Math.min(height, HEIGHT - top) })
    .resize(size.width, size.height, { fit: 'fill' })
    .linear(1, 6)
    .jpeg({ quality: 90 })
    .toBuffer();
}

async function maskOf(box: { left: number; top: number; right: number; bottom: number }): Promise<Buffer> {
  const open = { width: box.right - box.left, height: box.bottom - box.top };
  const white = await sharp({ create: { ...open, channels: 3, background: '#fff' } })
    .png()
    .toBuffer();
  return sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#000' } })
    .composite([{ input: white, left: box.left, top: box.top }])
    .toColourspace('b-w')
    .png()
    .toBuffer();
}

/** Writes an order down for `composite-once.ts`. */
async function writeOrder(folder: string, order: CompositeOrder): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { kind, plan, source, answer } = order;
  await writeFile(path.join(folder, 'order.json'), JSON.stringify({ kind, plan, mimeType: source.mimeType }));
  await writeFile(path.join(folder, 'source'), source.bytes);
  await writeFile(path.join(folder, 'answer'), answer);
  if (order.kind === 'fill') await writeFile(path.join(folder, 'mask'), order.mask);
}

/**
 * Rows with a promise (docs/exact-edits.md#worker): memory and pauses for all, `ms` for fills of an eighth of the picture.
 * Where most of it is open, nearly all is encoded anew, and no time is promised.
 */
const PROMISED: readonly { readonly part: string; readonly ms?: number }[] = [
  { part: ', JPEG of', ms: 1_500 },
  { part: ', PNG of', ms: 3_000 },
  { part: '5600x4000, JPEG' },
  { part: '5600x4000, progressive JPEG' },
  { part: '5600x4000, PNG' },
];
const MOST_PAUSE_MS = 50;
const MOST_MB = 400;

test('composites of 24 megapixels', async () => {
  const quiet = isQuiet();
  await mkdir('.test-tmp', { recursive: true });
  const folder = await mkdtemp(path.resolve('.test-tmp/bench-'));
  const picture = await grainy();
  const sources: Record<string, { bytes: Buffer; mimeType: StillType }> = {
    JPEG: {
      bytes: await picture.clone().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(),
      mimeType: 'image/jpeg',
    },
    'progressive JPEG': {
      bytes: await picture.clone().jpeg({ quality: 90, progressive: true }).toBuffer(),
      mimeType: 'image/jpeg',
    },
    PNG: { bytes: await picture.clone().png({ compressionLevel: 2 }).toBuffer(), mimeType: 'image/png' },
  };
  const worker = compositeWorker({ folder, logger: silentLogger });
  const orders: Record<string, CompositeOrder> = {};
  for (const [name, source] of Object.entries(sources)) {
    const open = { left: 2000, top: 1300, right: 3500, bottom: 2500 };
    const plan = planFill({ width: WIDTH, height: HEIGHT }, { boxes: [open], share: 0.1 }, { sizes: SIZES });
    const mask = await maskOf(open);
    orders[`fill of 1500x1200, ${name} of ${Math.round(source.bytes.length / 1e6)} MB`] = {
      kind: 'fill',
      source,
      plan,
      mask,
      answer: await answerOf(source.bytes, plan),
    };
    const most = { left: 0, top: 0, right: 5600, bottom: 4000 };
    const whole = planFill({ width: WIDTH, height: HEIGHT }, { boxes: [most], share: 0.93 }, { sizes: SIZES });
    const answer = await answerOf(source.bytes, whole);
    orders[`fill of 5600x4000, ${name}`] = { kind: 'fill', source, plan: whole, mask: await maskOf(most), answer };
  }
  const { JPEG: jpeg } = sources;
  const expansion = planExpand({ width: WIDTH, height: HEIGHT }, { insets: { left: { pixels: 1000 } } }, 3999);
  const painted = await sharp(jpeg!.bytes)
    .resize(expansion.painted.width, expansion.painted.height, { fit: 'fill' })
    .jpeg()
    .toBuffer();
  orders['expand to 7000x4000, JPEG'] = { kind: 'expand', source: jpeg!, answer: painted, plan: expansion };
  const folders = Object.entries(orders).map(([name, order], index) => ({
    name,
    order,
    at: path.join(folder, `${index}`),
  }));
  for (const { order, at } of folders) await writeOrder(at, order);
  // What is measured begins with the order in memory: its bytes are read anew, since they are handed over.
  const contestants: Record<string, () => Promise<() => Promise<unknown>>> = Object.fromEntries(
    folders.map(({ name, at }) => [
      name,
      async () => {
        const order = await readOrder(at);
        return () => worker.make(order);
      },
    ]),
  );
  contestants['sharp alone: JPEG in and out'] = async () => () => sharp(jpeg!.bytes).jpeg({ quality: 90 }).toBuffer();
  contestants['sharp alone: PNG in and out'] = async () => () =>
    sharp(sources['PNG']!.bytes).png({ compressionLevel: 2 }).toBuffer();
  const figures: Record<string, Figures[]> = {};
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, prepare] of Object.entries(contestants)) {
      const seen = await observe(await prepare());
      if (round >= 0) (figures[name] ??= []).push(seen);
    }
  }
  const memory = new Map<string, Record<string, number>>();
  await bundle({ entry: path.resolve('test/bench/composite-once.ts'), outdir: path.join(folder, 'once'), plain: true });
  await copyFile('dist/composite-worker.js', path.join(folder, 'once/composite-worker.js'));
  for (const { name, at } of folders) {
    const { stdout } = await promisify(execFile)(process.execPath, [path.join(folder, 'once/main.js'), at]);
    const { ms, before, peak } = JSON.parse(stdout);
    const alone = { 'first ms': ms, 'peak RSS MB': peak / 1e6, 'of it before': before / 1e6 };
    memory.set(name, Object.fromEntries(Object.entries(alone).map(([key, value]) => [key, Math.round(value)])));
  }
  console.log(`\nComposites of ${WIDTH}x${HEIGHT}, Node ${process.version}, ${ROUNDS} interleaved rounds`);
  console.table(
    Object.entries(figures).map(([name, seen]) => ({
      name,
      'median ms': Math.round(median(seen.map(({ ms }) => ms))),
      'best ms': Math.round(Math.min(...seen.map(({ ms }) => ms))),
      'loop blocked, median of maxima, ms': Math.round(median(seen.map(({ blockedMs }) => blockedMs))),
      'worst ms': Math.round(Math.max(...seen.map(({ blockedMs }) => blockedMs))),
      ...memory.get(name),
    })),
  );
  await rm(folder, { recursive: true, force: true });
  const bars = PROMISED.flatMap(({ part, ms: most }): readonly Bar[] => {
    const name = Object.keys(orders).find((each) => each.includes(part)) ?? '';
    const seen = figures[name] ?? [];
    const { 'peak RSS MB': peak = NaN } = memory.get(name) ?? {};
    const blocked = median(seen.map(({ blockedMs }) => blockedMs));
    const ms = median(seen.map((each) => each.ms));
    return [
      ...(most === undefined ? [] : [{ what: `${name}: ms`, seen: ms, most, of: 'time' as const }]),
      { what: `${name}: event loop late, ms`, seen: blocked, most: MOST_PAUSE_MS, of: 'time' },
      { what: `${name}: peak MB`, seen: peak, most: MOST_MB, of: 'memory' },
    ];
  });
  judge(bars, quiet);
  expect(Object.keys(figures)).toHaveLength(Object.keys(contestants).length);
});
