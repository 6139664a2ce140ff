import { mkdirSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { HARSH_DRIFT, USUAL_DRIFT } from '../../../src/emulator/drawing/edits/drift.ts';
import { drawn, type Picture } from './scenes.ts';
import { type SeamFigures } from './seam-figures.ts';
import {
  BLED,
  featheredInwards,
  fill,
  type Filled,
  membrane,
  part,
  PHOTOGRAPH,
  SIZE,
  SMOOTH,
  within,
} from './seams.ts';

/** `SEEDS` bounds how many answers of the stand-in are tried on each ground (20). */
const SEEDS = Array.from({ length: Number(process.env['SEEDS'] ?? 20) }, (_, index) => index + 1);
const LONG = { timeout: 60_000 };
const SHEETS = '.test-tmp/seams';

type Limits = readonly [jump: number, difference: number, worst: number];

/** What a seam may show after more drift, blur and shift than was ever seen. */
const HARSH: Limits = [1.5, 0.8, 2.5];

/** Grounds by name, and what a seam on them may show. Textures are as photographs. */
const GROUNDS: readonly [name: string, limits: Limits, make: (seed: number) => Picture | Promise<Picture>][] = [
  ['flat', SMOOTH, (seed) => drawn('flat', SIZE.width, SIZE.height, seed)],
  ['graded', SMOOTH, (seed) => drawn('graded', SIZE.width, SIZE.height, seed)],
  ['textured', PHOTOGRAPH, (seed) => drawn('textured', SIZE.width, SIZE.height, seed)],
  ['portrait', PHOTOGRAPH, () => part('portrait')],
  ['product', PHOTOGRAPH, () => part('product')],
];

const worst = new Map<string, Record<string, number>>();
const rows: Buffer[][] = [];

function record(name: string, { jump, difference, worst: far }: SeamFigures): void {
  const known = worst.get(name) ?? {};
  const larger = (key: string, value: number) => Math.max(known[key] ?? 0, Math.round(value * 100) / 100);
  worst.set(name, { jump: larger('jump', jump), mean: larger('mean', difference), p95: larger('p95', far) });
}

/** Keeps a row of the sheet: source, answer pasted in, composite. */
async function look({ source, answer, mask, result }: Filled): Promise<void> {
  const pasted = source.data.map((level, at) => (mask[Math.floor(at / 3)] === 0 ? level : answer[at]!));
  const tiles = [source.data, pasted, result.data].map((data) =>
    sharp(data, { raw: { ...SIZE, channels: 3 } })
      .png()
      .toBuffer(),
  );
  rows.push(await Promise.all(tiles));
}

afterAll(async () => {
  console.table(Object.fromEntries(worst));
  if (rows.length === 0) return;
  mkdirSync(SHEETS, { recursive: true });
  const { width, height } = SIZE;
  const sheet = sharp({
    create: { width: 3 * width, height: rows.length * height, channels: 3, background: '#fff' },
  });
  await sheet
    .composite(rows.flatMap((row, y) => row.map((input, x) => ({ input, left: x * width, top: y * height }))))
    .png()
    .toFile(`${SHEETS}/sheet.png`);
  console.log(`source, answer pasted in, composite: ${SHEETS}/sheet.png`);
});

describe.each(GROUNDS)('on %s ground', (name, limits, make) => {
  test.each(SEEDS)('a seam is not seen with seed %d, and would be were the answer pasted', LONG, async (seed) => {
    const filled = await fill(await make(seed), seed);
    if (seed === 1) await look(filled);
    record(name, filled.figures);
    expect(within(filled.figures, limits), JSON.stringify(filled.figures)).toBe(true);
    expect(within(filled.pasted, limits)).toBe(false);
    expect(filled.match.transition).toBe(0);
    const kept = filled.source.data.filter((_, at) => filled.mask[Math.floor(at / 3)] === 0);
    const left = filled.result.data.filter((_, at) => filled.mask[Math.floor(at / 3)] === 0);
    expect(Buffer.compare(left, kept)).toBe(0);
    // On plain ground there is nothing by which a shift could be known.
    if (limits === SMOOTH) expect(filled.match.shift).toBeUndefined();
  });

  test.each(SEEDS)('a seam is not seen after harsh drift with seed %d', LONG, async (seed) => {
    const filled = await fill(await make(seed), seed, { drift: HARSH_DRIFT });
    if (seed === 1) await look(filled);
    record(`${name}, harsh`, filled.figures);
    expect(within(filled.figures, HARSH), JSON.stringify(filled.figures)).toBe(true);
  });

  test.each(SEEDS)('content over the edge is blended in with seed %d, where other methods fail', LONG, async (seed) => {
    const filled = await fill(await make(seed), seed, { drift: BLED, content: { touching: true } });
    if (seed === 1) await look(filled);
    record(`${name}, over the edge`, filled.figures);
    record(`${name}, over the edge, hard`, filled.hard);
    record(`${name}, over the edge, membrane`, membrane(filled));
    expect(filled.figures.jump, JSON.stringify(filled.figures)).toBeLessThanOrEqual(5);
    expect(filled.figures.difference).toBeLessThanOrEqual(3);
    expect(filled.match.transition).toBeLessThanOrEqual(24);
    expect(filled.hard.jump).toBeGreaterThan(filled.figures.jump * 2);
    expect(membrane(filled).difference).toBeGreaterThan(3);
    // What is to go shines through wherever there is anything to be seen.
    const inwards = await featheredInwards(await fill(filled.source, seed, { drift: USUAL_DRIFT }));
    record(`${name}, feathered inwards`, inwards);
    if (limits === PHOTOGRAPH) expect(within(inwards, PHOTOGRAPH)).toBe(false);
  });
});
