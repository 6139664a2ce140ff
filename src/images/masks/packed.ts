import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import type { Mask, Size } from './mask.ts';

/** A mask as it is handed on and kept: most of a mask is of one value. */
export interface PackedMask extends Size {
  readonly deflated: Uint8Array;
}

export async function packMask({ width, height, data }: Mask): Promise<PackedMask> {
  return { width, height, deflated: await promisify(deflate)(data, { level: 1 }) };
}

export async function unpackMask({ width, height, deflated }: PackedMask): Promise<Mask> {
  return { width, height, data: await promisify(inflate)(deflated, { maxOutputLength: Math.max(1, width * height) }) };
}
