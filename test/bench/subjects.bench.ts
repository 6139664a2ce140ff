import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { bundle } from '../../build.mjs';
import type { MaskArguments } from '../../src/tools/edit/masks/compose-subject.ts';
import { isQuiet, judge, type Bar } from './bars.ts';
import { median } from './start-up.ts';
import type { Order } from './subject-once.ts';

const ROUNDS = 5;
const SIDE = 3464;
/** A rough outline of the person, pixels. */
const OUTLINE = [
  [1040, 700],
  [1240, 200],
  [1800, 100],
  [2050, 700],
  [1900, 1250],
  [2500, 2300],
  [2400, 3464],
  [140, 3464],
];
const FITTED: MaskArguments = { shapes: [{ shape: 'polygon', unit: 'pixels', points: OUTLINE }], fit: true };
/** What is made; the longest time, and by how much the event loop may be late, milliseconds, that are promised for it. */
const MASKS: Readonly<Record<string, Order & { readonly mostMs: number; readonly mostLateMs: number }>> = {
  'select: person': { wanted: { select: 'person' }, mostMs: 2_000, mostLateMs: 20 },
  'fit, polygon of 8 points': { wanted: FITTED, keep: 'fitted.png', mostMs: 3_500, mostLateMs: 20 },
  // The fit is made again, and the change is searched on this thread.
  'one point corrects that fit': {
    wanted: { stays: [[62, 85]] },
    from: 'fitted.png',
    mostMs: 3_500,
    mostLateMs: 30,
  },
};

test('subjects of 12 megapixels, each in a process of its own', async () => {
  const quiet = isQuiet();
  const bars: Bar[] = [];
  await mkdir('.test-tmp', { recursive: true });
  const folder = await mkdtemp(path.resolve('.test-tmp/bench-'));
  try {
    const picture = path.join(folder, 'portrait.jpg');
    await sharp('examples/portrait.png').resize(SIDE, SIDE).jpeg({ quality: 92 }).toFile(picture);
    await bundle({ entry: path.resolve('test/bench/subject-once.ts'), outdir: path.join(folder, 'once'), plain: true });
    for (const name of ['subject-worker.js', 'selfie-segmentation.tflite']) {
      await copyFile(path.join('dist', name), path.join(folder, 'once', name));
    }
    const rows: Record<string, unknown>[] = [];
    for (const [name, { mostMs, mostLateMs, from, keep, ...order }] of Object.entries(MASKS)) {
      const files = { from: from && path.join(folder, from), keep: keep && path.join(folder, keep) };
      const seen: Record<string, number>[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const program = [path.join(folder, 'once/main.js'), picture, JSON.stringify({ ...order, ...files })];
        seen.push(JSON.parse((await promisify(execFile)(process.execPath, program)).stdout));
      }
      const of = (key: string) => seen.map((figures) => figures[key] ?? NaN);
      bars.push(
        { what: `${name}: ms`, seen: median(of('ms')), most: mostMs, of: 'time' },
        { what: `${name}: event loop late, ms`, seen: Math.max(...of('lateMs')), most: mostLateMs, of: 'time' },
        { what: `${name}: cancelled within, ms`, seen: Math.max(...of('cancelMs')), most: 100, of: 'time' },
        {
          what: `${name}: MB beyond idle`,
          seen: Math.max(...seen.map(({ peak = NaN, before = NaN }) => peak - before)) / 1e6,
          most: 300,
          of: 'memory',
        },
      );
      rows.push({
        name,
        'median ms, first mask of a process': Math.round(median(of('ms'))),
        'median CPU ms': Math.round(median(of('cpuMs'))),
        'event loop late at most, ms': Math.round(Math.max(...of('lateMs'))),
        'cancelled within, ms': Math.round(Math.max(...of('cancelMs'))),
        'peak RSS MB': Math.round(Math.max(...of('peak')) / 1e6),
        'of it before': Math.round(median(of('before')) / 1e6),
      });
    }
    console.log(`\nSubjects in a picture of ${SIDE}x${SIDE}, Node ${process.version}, ${ROUNDS} rounds`);
    console.table(rows);
    judge(bars, quiet);
    expect(rows).toHaveLength(Object.keys(MASKS).length);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
