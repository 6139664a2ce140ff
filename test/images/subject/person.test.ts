import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { overlap as overlapOf } from '../../../src/images/subject/cut/measures.ts';
import { findSubjects } from '../../../src/images/subject/find-subjects.ts';
import { areaOf } from '../../../src/images/subject/hints/raster.ts';
import { readModel } from '../../../src/images/subject/net/read-model.ts';
import type { Area, PicturePoint, Subject } from '../../../src/images/subject/types.ts';
import { ROOT } from '../../architecture/source-files.ts';

import { accuracy } from './fits.ts';
import outline from './portrait.outline.json' with { type: 'json' };

const model = readModel(
  readFileSync(join(ROOT, 'node_modules/@mediapipe/selfie_segmentation/selfie_segmentation.tflite')),
);
const PORTRAIT = readFileSync(join(ROOT, 'examples/portrait.png'));
const PRODUCT = readFileSync(join(ROOT, 'examples/product.png'));
const NONE = { belongs: [], stays: [] };

async function findPerson(bytes: Uint8Array, corrections: { belongs: PicturePoint[]; stays: PicturePoint[] } = NONE) {
  const [found] = await findSubjects({ bytes, searches: [{ kind: 'person' }], corrections }, model, () => {});
  return found ?? expect.unreachable('one search has one result');
}

/** What is at least half open, at the size of the picture. */
function openPart({ region, alpha }: Subject, size: { width: number; height: number }): Area {
  const data = new Uint8Array(size.width * size.height);
  for (let y = 0; y < region.height; y++) {
    for (let x = 0; x < region.width; x++) {
      data[(region.top + y) * size.width + region.left + x] = (alpha.data[y * region.width + x] ?? 0) >= 128 ? 1 : 0;
    }
  }
  return { ...size, data };
}

/** Numbers from 0 to 1, equal ones for equal seeds. */
function seeded(seed: number): () => number {
  let state = seed * 7919;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const SIZE = { width: 512, height: 512 };
const truth = (points: readonly (readonly number[])[], size = SIZE) =>
  areaOf({ kind: 'polygon', points: points.map(([x = 0, y = 0]): PicturePoint => [x, y]) }, size);

/** A flag beside the person, which the net takes for a part of her. */
const FLAG: PicturePoint = [12, 480];
const isOpen = ({ data, width }: Area, [x, y]: PicturePoint) => data[y * width + x] === 1;

describe('a person', () => {
  test('is found without a hint, with an outline that follows hair and clothes', async () => {
    const found = await findPerson(PORTRAIT);
    const open = openPart(found, SIZE);
    const { overlap, offPerMille } = accuracy(open, truth(outline));
    expect(overlap).toBeGreaterThan(0.96);
    expect(offPerMille).toBeLessThan(6);
    expect(isOpen(open, FLAG)).toBe(true);
    expect(found.fit).toEqual({ from: 'person', confidence: 'good', reasons: [] });
  });

  test.each([1, 2])(
    'is found in another light, size and crop, mirrored or not, by chance (%i)',
    { tags: 'long' },
    async (seed) => {
      const random = seeded(seed);
      const [left, top] = [Math.round(60 * random()), Math.round(12 * random())];
      const [width, height] = [512 - left - Math.round(60 * random()), 512 - top - Math.round(60 * random())];
      const isMirrored = random() < 0.5;
      const scale = 0.6 + random();
      const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
      const bytes = await sharp(PORTRAIT)
        .extract({ left, top, width, height })
        .flop(isMirrored)
        .resize(size.width, size.height, { fit: 'fill' })
        .modulate({ brightness: 0.7 + 0.6 * random(), saturation: 0.5 + random() })
        .jpeg({ quality: 80 })
        .toBuffer();
      const placed = outline.map(([x = 0, y = 0]) => {
        const along = ((x - left) * size.width) / width;
        return [isMirrored ? size.width - along : along, ((y - top) * size.height) / height];
      });
      const found = await findPerson(new Uint8Array(bytes));
      expect(overlapOf(openPart(found, size), truth(placed, size))).toBeGreaterThan(0.95);
    },
  );

  test('who is upside down, and found with the ground, is no good fit', { tags: 'long' }, async () => {
    const turned = await sharp(PORTRAIT)
      .extract({ left: 0, top: 0, width: 400, height: 512 })
      .rotate(180)
      .png()
      .toBuffer();
    const { fit } = await findPerson(new Uint8Array(turned));
    expect(fit).toMatchObject({ confidence: 'check', reasons: ['Nearly the whole picture was taken for people.'] });
  });

  test.each([
    ['is lost', 'left out', 11, { left: 6, top: 33, side: 464, brightness: 0.9, saturation: 1.3 }],
    ['is found by another look', 'taken in', 31, { left: 7, top: 19, side: 476, brightness: 0.9, saturation: 1.3 }],
  ] as const)(
    'whose black helmet before black ground %s is no good fit',
    { tags: 'long' },
    async (_, what, hue, part) => {
      const { left, top, side, ...light } = part;
      const lit = sharp(PORTRAIT).removeAlpha().extract({ left, top, width: side, height: side }).resize(256, 256);
      const dark = lit.modulate({ ...light, hue: (hue % 10) * 6 }).flop();
      const found = await findPerson(new Uint8Array(await dark.png().toBuffer()));
      const reason = new RegExp(
        `^A part beside the person, of \\d+ % of their size, may belong to them and was ${what}\\.$`,
      );
      expect(found.fit.confidence).toBe('check');
      expect(found.fit.reasons).toContainEqual(expect.stringMatching(reason));
      const placed = outline.map(([x = 0, y = 0]) => [256 - ((x - left) * 256) / side, ((y - top) * 256) / side]);
      const size = { width: 256, height: 256 };
      if (what === 'taken in') expect(overlapOf(openPart(found, size), truth(placed, size))).toBeGreaterThan(0.95);
    },
  );

  test('gets what belongs and loses what stays', { tags: 'long' }, async () => {
    const corrected = openPart(await findPerson(PORTRAIT, { belongs: [], stays: [FLAG] }), SIZE);
    expect(isOpen(corrected, FLAG)).toBe(false);
    expect(overlapOf(corrected, truth(outline))).toBeGreaterThan(0.95);
  });
});

test.each([
  ['cups on a table', async () => PRODUCT],
  [
    'a wall',
    async () =>
      sharp({ create: { width: 300, height: 200, channels: 3, background: '#998' } })
        .png()
        .toBuffer(),
  ],
  [
    'the corner of a table',
    async () => sharp(PRODUCT).extract({ left: 300, top: 200, width: 300, height: 200 }).png().toBuffer(),
  ],
])('nobody is found in a picture of %s', { tags: 'long' }, async (_, draw) => {
  await expect(findPerson(new Uint8Array(await draw()))).rejects.toMatchObject({ code: 'nobody_found' });
});
