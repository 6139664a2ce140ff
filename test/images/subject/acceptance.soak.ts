import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resample } from '../../../src/images/subject/cut/resample.ts';
import { fitShape, type FitOptions } from '../../../src/images/subject/fit-shape.ts';
import { readModel } from '../../../src/images/subject/net/read-model.ts';
import { lookForPeople } from '../../../src/images/subject/person/look.ts';
import type { Corrections, Fit, RoughShape } from '../../../src/images/subject/types.ts';
import { ROOT } from '../../architecture/source-files.ts';
import { accuracy, atFullSize, sourceOf } from './fits.ts';
import { givenPolygons, looseBox, roughPolygon } from './rough.ts';
import { drawn, drawnByChance, DRAWINGS, photographed, type Scene } from './scenes.ts';

/** For dozens of fits, on a machine that is busy with other work. */
const LONGEST_MS = 3_600_000;

const check = () => {};
const model = readModel(
  readFileSync(join(ROOT, 'node_modules/@mediapipe/selfie_segmentation/selfie_segmentation.tflite')),
);
const options: FitOptions = {
  check,
  findPeople: async (copy) => resample(lookForPeople(model, copy, check), copy),
};

interface Row extends Fit {
  readonly overlap: number;
  readonly offPerMille: number;
}

async function fitted({ picture, truth }: Scene, shapes: readonly RoughShape[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const shape of shapes) {
    const found = await fitShape(sourceOf(picture), shape, options);
    rows.push({ ...found.fit, ...accuracy(atFullSize(found, picture), truth) });
  }
  return rows;
}

/** Prints what was measured, for docs/subject-masks.md. */
function tell(name: string, rows: readonly Row[]): { mean: number; least: number } {
  const overlaps = rows.map(({ overlap }) => overlap);
  const mean = overlaps.reduce((sum, overlap) => sum + overlap, 0) / rows.length;
  const least = Math.min(...overlaps);
  const off = rows.reduce((sum, { offPerMille }) => sum + offPerMille, 0) / rows.length;
  const sure = rows.map(({ confidence }) => confidence[0]).join('');
  console.log(`${name}: overlap ${mean.toFixed(3)}, least ${least.toFixed(3)}, ${off.toFixed(1)} ‰ off, ${sure}`);
  return { mean, least };
}

const eight = (make: (seed: number) => RoughShape) => [1, 2, 3, 4, 5, 6, 7, 8].map(make);

describe('photographs', { timeout: LONGEST_MS }, () => {
  test.each([
    ['portrait', 0.97, 0.97],
    ['set', 0.97, 0.97],
    ['cup', 0.93, 0.9],
  ] as const)('%s by eight rough polygons', async (subject, mean, least) => {
    const scene = await photographed(subject);
    const rows = await fitted(scene, givenPolygons(subject));
    const found = tell(`${subject}, 8 points`, rows);
    expect(found.mean).toBeGreaterThanOrEqual(mean);
    expect(found.least).toBeGreaterThanOrEqual(least);
  });

  test('a cup above its saucer, and a point brings the part that is missing', async () => {
    const { picture } = await photographed('cup');
    const corrections: Corrections = { belongs: [[200, 75]], stays: [[300, 330]] };
    const corrected = await fitShape(sourceOf(picture), givenPolygons('cup')[0]!, { check, corrections });
    const full = atFullSize(corrected, picture);
    expect([full.data[75 * 600 + 200], full.data[330 * 600 + 300]]).toEqual([1, 0]);
  });

  test('a cup and saucer by eight loose boxes', async () => {
    const scene = await photographed('set');
    expect(
      tell(
        'set, box',
        await fitted(
          scene,
          eight((seed) => looseBox(scene, seed)),
        ),
      ).least,
    ).toBeGreaterThan(0.97);
  });

  test('a portrait by a box around the whole picture', async () => {
    const scene = await photographed('portrait');
    const whole: RoughShape = { kind: 'box', left: 0, top: 0, right: 512, bottom: 512 };
    expect(tell('portrait, whole box', await fitted(scene, [whole])).least).toBeGreaterThan(0.95);
  });
});

describe('scenes that are drawn', { timeout: LONGEST_MS }, () => {
  test.each([
    ['blob', 0.98],
    ['noise', 0.98],
    ['notch', 0.97],
    ['star', 0.97],
  ] as const)('%s by loose boxes', async (name, least) => {
    const scene = await drawn(DRAWINGS[name]);
    expect(
      tell(
        `${name}, box`,
        await fitted(
          scene,
          eight((seed) => looseBox(scene, seed)),
        ),
      ).least,
    ).toBeGreaterThan(least);
  });

  test('camouflage is never called good', async () => {
    const scene = await drawn(DRAWINGS.camouflage);
    const rows = await fitted(
      scene,
      [1, 2, 3, 4].flatMap((seed) => [looseBox(scene, seed), roughPolygon(scene, 10, seed)]),
    );
    tell('camouflage, box and 10 points', rows);
    expect(rows.filter(({ confidence }) => confidence === 'good')).toEqual([]);
  });

  test('a star by a polygon of ten corners is never called good', async () => {
    const scene = await drawn(DRAWINGS.star);
    const rows = await fitted(
      scene,
      eight((seed) => roughPolygon(scene, 10, seed)),
    );
    tell('star, 10 points', rows);
    expect(rows.filter(({ confidence }) => confidence === 'good')).toEqual([]);
  });
});

describe('scenes by chance', { timeout: LONGEST_MS }, () => {
  // `SCENES` says how many, and `SEED` the first of them: others than those that were tuned on.
  const [count, first] = [Number(process.env['SCENES'] ?? 40), Number(process.env['SEED'] ?? 100)];
  const SCENES = Array.from({ length: count }, (_, i) => first + i);

  test.each(['box', 'polygon'] as const)('by %s', async (kind) => {
    const rows: Row[] = [];
    for (const seed of SCENES) {
      const scene = await drawnByChance(seed);
      rows.push(...(await fitted(scene, [kind === 'box' ? looseBox(scene, seed) : roughPolygon(scene, 8, seed)])));
    }
    const { mean } = tell(`${rows.length} scenes, ${kind}`, rows);
    const sure = rows.filter(({ confidence }) => confidence === 'good');
    const bad = rows.filter(({ overlap }) => overlap < 0.85);
    console.log(`bad: ${bad.length}, of these called good: ${bad.filter((row) => sure.includes(row)).length}`);
    expect(mean).toBeGreaterThan(0.95);
    expect(tell(`of these called good, ${kind}`, sure).mean).toBeGreaterThan(0.96);
  });
});
