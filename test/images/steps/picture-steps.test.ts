import { readdirSync } from 'node:fs';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pictureSteps, type PictureSteps } from '../../../src/images/steps/picture-steps.ts';
import type { OrderOf, StepName } from '../../../src/images/steps/steps.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';
import { lacks } from '../../support/lacking.ts';
import { haltedProcess, isThere, TELLS_PROCESSES } from '../../support/program/worker-processes.ts';

// What a record says decides where a step is carried out, so that small bytes stand for large ones here.
const SMALL = { width: 120, height: 80, mimeType: 'image/png' } as const;
const VAST = { width: 8_000, height: 8_000 };
const BOX = { left: 0, top: 0, right: 120, bottom: 80 };

const picture = async () =>
  new Uint8Array(
    await sharp(shapes(), { raw: { ...SMALL, channels: 3 } })
      .png()
      .toBuffer(),
  );
const mask = async () =>
  new Uint8Array(
    await sharp(shapes(), { raw: { ...SMALL, channels: 3 } })
      .threshold(90)
      .toColourspace('b-w')
      .png()
      .toBuffer(),
  );
const hole = async () =>
  new Uint8Array(
    await sharp({ create: { ...SMALL, channels: 4, background: '#12345600' } })
      .png()
      .toBuffer(),
  );
const shapes = () => Buffer.alloc(SMALL.width * SMALL.height * 3).map((_, at) => ((at >> 5) * 7919) % 250);
const limits = { maxSide: 64, maxBytes: 20_000 };
const PART = { shape: 'ellipse', x: 20, y: 20, width: 50, height: 50 } as const;

/** An order for each step, made anew each time, since its bytes may be handed over. */
const ORDERS: { readonly [Name in StepName]: () => Promise<OrderOf<Name>> } = {
  preview: async () => ({ bytes: await picture(), image: SMALL, limits }),
  tile: async () => ({ bytes: await picture(), cell: 40 }),
  convert: async () => ({
    bytes: await picture(),
    image: SMALL,
    plan: { box: { left: 0, top: 0, width: 120, height: 80 }, size: { width: 60, height: 40 }, format: 'image/jpeg' },
  }),
  isSound: async () => ({ bytes: await picture() }),
  uploadCopy: async () => ({
    bytes: await picture(),
    image: SMALL,
    options: { limits: { mostBytes: 1e6, formats: ['image/jpeg'] }, size: { width: 60, height: 40 } },
  }),
  window: async () => ({
    source: { bytes: await picture(), mimeType: 'image/png' },
    mask: await mask(),
    window: {
      size: { width: 240, height: 160 },
      x: -60,
      y: -40,
      width: 240,
      height: 160,
      scale: 1,
      padding: 0.75,
      context: 1,
    },
    maskPadding: 'mirrored',
  }),
  expansion: async () => ({ source: { bytes: await picture(), mimeType: 'image/png' }, placed: BOX }),
  composeMask: async () => ({
    picture: { width: 120, height: 80 },
    from: { bytes: await mask(), by: 'luminance' },
    shapes: [PART],
    grow: 2,
    feather: 3,
    points: { belongs: [[1, 1]] },
    opened: { isInverted: true },
    overlay: { picture: await picture(), limits },
  }),
  readMask: async () => ({ bytes: await hole(), as: 'given', opened: { isInverted: false } }),
  scaledMask: async () => ({ bytes: await mask(), isInverted: true, size: { width: 60, height: 40 } }),
  overlay: async () => ({ picture: await picture(), mask: await mask(), limits }),
  isTransparent: async () => ({ bytes: await hole() }),
  cutOut: async () => ({ bytes: await picture(), mask: await mask() }),
};
const NAMES = Object.keys(ORDERS) as StepName[];

let folder: string;
let warnings: string[];
beforeEach(() => {
  folder = temporaryFolder('steps-');
  warnings = [];
});
afterEach(() => removeFolder(folder));

const logger = { warn: (event: string) => void warnings.push(event) };
/** A result with its byte arrays as text, whether they are Buffers or not. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

async function resultOf(steps: PictureSteps, name: StepName, size: { width: number; height: number }) {
  return plain(await steps.run(name, size, ORDERS[name] as () => Promise<never>));
}

test.each(NAMES)('where no process can start, %s is done here, with one warning for all of them', async (name) => {
  const here = await resultOf(pictureSteps(), name, SMALL);
  const steps = pictureSteps({ folder, logger, program: '/nowhere/node' });
  expect(await resultOf(steps, name, SMALL)).toEqual(here);
  expect(warnings).toEqual([]);
  expect(await resultOf(steps, name, VAST)).toEqual(here);
  expect(await resultOf(steps, name, VAST)).toEqual(here);
  expect(warnings).toEqual(['picture_in_server']);
  expect(readdirSync(folder)).toEqual([]);
});

test.each(NAMES)('a process does %s as this one, byte for byte', { tags: 'long' }, async (name) => {
  const here = await resultOf(pictureSteps(), name, SMALL);
  expect(await resultOf(pictureSteps({ folder, logger }), name, VAST)).toEqual(here);
  expect(warnings).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

if (!TELLS_PROCESSES) lacks('a system that tells of processes in /proc, such as Linux');

describe.skipIf(!TELLS_PROCESSES)('a step of a process', { tags: 'long' }, () => {
  test('that is given up ends with its process at once, even halted, and the next one is carried out', async () => {
    const steps = pictureSteps({ folder, logger });
    const unwanted = new AbortController();
    const given = expect(steps.run('tile', VAST, ORDERS.tile, unwanted.signal)).rejects.toThrow('not this one');
    const pid = await haltedProcess(process.pid, 'picture-worker');
    unwanted.abort(new Error('not this one'));
    await given;
    await expect.poll(() => isThere(pid)).toBe(false);
    expect((await steps.run('tile', VAST, ORDERS.tile)).width).toBe(40);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is ordered when the one before has ended, so that none that waits holds bytes', async () => {
    const steps = pictureSteps({ folder, logger });
    const camera = { width: 4_000, height: 3_000 };
    const ordered: string[] = [];
    const run = (name: string) =>
      steps.run('tile', camera, async () => {
        ordered.push(name);
        return ORDERS.tile();
      });
    const both = [run('first'), run('second')];
    const pid = await haltedProcess(process.pid, 'picture-worker');
    expect(ordered).toEqual(['first']);
    process.kill(pid, 'SIGCONT');
    await Promise.all(both);
    expect(ordered).toEqual(['first', 'second']);
  });

  test('begins when the one before has ended', async () => {
    const steps = pictureSteps({ folder, logger });
    const both = [steps.run('tile', VAST, ORDERS.tile), steps.run('preview', VAST, ORDERS.preview)];
    const pid = await haltedProcess(process.pid, 'picture-worker');
    expect(readdirSync(folder)).toHaveLength(1);
    process.kill(pid, 'SIGCONT');
    await Promise.all(both);
    expect(readdirSync(folder)).toEqual([]);
  });
});
