import { randomFillSync } from 'node:crypto';
import sharp from 'sharp';
import { expect } from 'vitest';
import { AcceptFlat } from '../../src/firefly/contract/accept.ts';
import { StorageImageResponse } from '../../src/firefly/contract/upload.ts';
import type { EmulatorOptions } from '../../src/emulator/index.ts';
import { NO_DRIFT } from '../../src/emulator/drawing/edits/drift.ts';
import { type Bench, bench } from './start.ts';

/** Decoded pixels, row by row. */
export interface Raw {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Buffer;
}

/** A bench with helpers for edits. Jobs end at once, and what is kept comes back unchanged unless `drift` says otherwise. */
export interface EditBench extends Bench {
  /** Stores a picture and gives its id. */
  upload(bytes: Uint8Array, type?: string): Promise<string>;
  /** Submits a fill or an expand and downloads what came of it, one buffer a variation. */
  edit(kind: 'fill' | 'expand', body: object, headers?: Readonly<Record<string, string>>): Promise<readonly Buffer[]>;
  /** The pixels of the first result, which is fetched as PNG. */
  pixels(kind: 'fill' | 'expand', body: object): Promise<Raw>;
}

export const FILL = '/v3/images/fill-async';
export const EXPAND = '/v3/images/expand-async';
export const UPLOAD = '/v2/storage/image';
export const AS_PNG = { 'x-accept-mimetype': 'image/png' };

export async function editBench(options: EmulatorOptions = {}): Promise<EditBench> {
  const on = await bench({ latencyMs: 0, drift: NO_DRIFT, ...options });
  const edit: EditBench['edit'] = async (kind, body, headers = {}) => {
    const accepted = await on.post(kind === 'fill' ? FILL : EXPAND, body, headers);
    expect(accepted, accepted.text).toMatchObject({ status: 202 });
    const { result } = await on.status(AcceptFlat.parse(accepted.json).statusUrl);
    return Promise.all((result?.outputs ?? []).map(({ image }) => download(image?.url ?? '')));
  };
  return {
    ...on,
    edit,
    upload: async (bytes, type = 'image/png') => {
      const answer = await on.post(UPLOAD, bytes, { 'content-type': type });
      expect(answer, answer.text).toMatchObject({ status: 200 });
      return StorageImageResponse.parse(answer.json).images[0]?.id ?? '';
    },
    pixels: async (kind, body) => {
      const [first] = await edit(kind, body, AS_PNG);
      return decode(first ?? Buffer.alloc(0));
    },
  };
}

async function download(url: string): Promise<Buffer> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

export async function decode(bytes: Uint8Array): Promise<Raw> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data };
}

const noises = new Map<string, Promise<Buffer>>();

/** A picture of noise, whose pixels are unlikely to match a drawing; one for each size and number of channels. */
export function noise(width: number, height: number, channels: 3 | 4 = 3): Promise<Buffer> {
  const key = `${width} ${height} ${channels}`;
  const found = noises.get(key) ?? encodedNoise(width, height, channels);
  noises.set(key, found);
  return found;
}

function encodedNoise(width: number, height: number, channels: 3 | 4): Promise<Buffer> {
  const data = randomFillSync(Buffer.alloc(width * height * channels));
  return sharp(data, { raw: { width, height, channels } }).png().toBuffer();
}

/** A mask whose pixels are given by `value`; 255 is drawn anew. */
export async function maskOf(width: number, height: number, value: (x: number, y: number) => number): Promise<Buffer> {
  const data = Buffer.alloc(width * height);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) data[y * width + x] = value(x, y);
  const grey = sharp(data, { raw: { width, height, channels: 1 } }).toColourspace('b-w');
  return grey.png().toBuffer();
}

/** Share of the pixels for which `where` holds that are equal in `a` and, shifted by `offset`, in `b`. */
export function share(
  a: Raw,
  b: Raw,
  where: (x: number, y: number) => boolean,
  offset: { readonly left: number; readonly top: number } = { left: 0, top: 0 },
): number {
  let [same, all] = [0, 0];
  for (let y = 0; y < a.height; y += 1) {
    for (let x = 0; x < a.width; x += 1) {
      if (!where(x, y)) continue;
      all += 1;
      const from = (y * a.width + x) * a.channels;
      const to = ((y + offset.top) * b.width + x + offset.left) * b.channels;
      let channel = 0;
      while (channel < a.channels && a.data[from + channel] === b.data[to + channel]) channel += 1;
      if (channel === a.channels) same += 1;
    }
  }
  return same / all;
}
