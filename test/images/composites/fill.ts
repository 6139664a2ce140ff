import { tmpdir } from 'node:os';
import sharp, { type Sharp } from 'sharp';
import { expect } from 'vitest';
import { USUAL_DRIFT, type Drift } from '../../../src/emulator/drawing/edits/drift.ts';
import type { Composite } from '../../../src/images/composites/composite.ts';
import { makeComposite } from '../../../src/images/composites/make-composite.ts';
import { cutWindow } from '../../../src/images/composites/upload/cut.ts';
import { findOpenParts } from '../../../src/images/composites/window/open-parts.ts';
import { planFill } from '../../../src/images/composites/window/plan-fill.ts';
import { eventLoopTurns } from '../../../src/images/masks/pace.ts';
import type { Size } from '../../../src/images/masks/mask.ts';
import type { StillType } from '../../../src/images/media.ts';
import { decoded, drawn, ellipses, encoder, type Picture } from './scenes.ts';
import { SMALL_SIZES } from './sizes.ts';
import { answerTo, type Content } from './stand-in.ts';

export const MAKING = { folder: tmpdir(), check: () => {} };
export const SIZE = { width: 300, height: 200 };
export const HOLE = { x: 110, y: 60, width: 90, height: 80 };

export interface FillSetup {
  readonly mask?: Uint8Array;
  readonly format?: StillType;
  readonly drift?: Drift;
  readonly oneRequest?: boolean;
  readonly content?: Content;
  /** The sizes of the stand-in (a quarter of Firefly's). */
  readonly sizes?: readonly Size[];
}

/** Fills a hole of an encoded picture: plan, cut, stand-in, composite. */
export async function fill(
  bytes: Uint8Array,
  mimeType: StillType,
  { mask, format, drift = USUAL_DRIFT, oneRequest, content = {}, sizes = SMALL_SIZES }: FillSetup = {},
) {
  const { width, height } = await decoded(bytes);
  const open = mask ?? ellipses({ width, height }, [HOLE]);
  const maskBytes = await encoder({ width, height, data: open }).png().toBuffer();
  const parts = await findOpenParts({ width, height, data: open }, eventLoopTurns());
  const plan = planFill({ width, height }, parts, { sizes, choices: { oneRequest } });
  const cut = await cutWindow({ bytes, mimeType }, maskBytes, plan.window);
  const pixels = async (given: Uint8Array, channels: 1 | 3) =>
    sharp(given)
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer();
  const sent: Picture = { ...plan.window.size, data: await pixels(cut.picture.bytes, 3) };
  const answer = (await answerTo(sent, await pixels(cut.mask.bytes, 1), 1, { drift, content })).jpeg;
  const order = { kind: 'fill', source: { bytes, mimeType }, answer, plan, mask: maskBytes, format } as const;
  return { composite: await makeComposite(order, MAKING), open, plan, answer, order };
}

/** The greatest difference between source and result, by whether the mask is open. */
export async function differences(source: Uint8Array, composite: Composite, open: Uint8Array, deep = false) {
  const [before, after] = [await decoded(source, { deep }), await decoded(composite.bytes, { deep })];
  expect({ width: after.width, height: after.height, channels: after.channels }).toEqual({
    width: before.width,
    height: before.height,
    channels: before.channels,
  });
  let [outside, inside] = [0, 0];
  for (let at = 0; at < before.values.length; at++) {
    const difference = Math.abs(before.values[at]! - after.values[at]!);
    if (open[Math.floor(at / before.channels)]! > 0) inside = Math.max(inside, difference);
    else outside = Math.max(outside, difference);
  }
  return { outside, inside };
}

export const rgb = (ground: Parameters<typeof drawn>[0] = 'graded') => encoder(drawn(ground, SIZE.width, SIZE.height));

/** RGBA with colours under full transparency on the right. */
export function translucent(): Sharp {
  const { data } = drawn('graded', SIZE.width, SIZE.height);
  const pixels = new Uint8Array(SIZE.width * SIZE.height * 4);
  for (let pixel = 0; pixel < SIZE.width * SIZE.height; pixel++) {
    pixels.set(data.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
    const x = pixel % SIZE.width;
    pixels[pixel * 4 + 3] = x > 240 ? 0 : x > 160 ? 120 : 255;
  }
  return sharp(pixels, { raw: { ...SIZE, channels: 4 } });
}

export function deep(channels: 3 | 4): Sharp {
  const { data } = drawn('graded', SIZE.width, SIZE.height);
  const values = new Uint16Array(SIZE.width * SIZE.height * channels);
  for (let pixel = 0; pixel < SIZE.width * SIZE.height; pixel++) {
    for (let c = 0; c < 3; c++) values[pixel * channels + c] = data[pixel * 3 + c]! * 257 + ((pixel * 7 + c) % 200);
    if (channels === 4) values[pixel * 4 + 3] = 65_535 - (pixel % 300);
  }
  return sharp(values, { raw: { ...SIZE, channels } }).toColourspace('rgb16');
}
