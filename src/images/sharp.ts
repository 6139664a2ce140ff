import { workerData } from 'node:worker_threads';
import type Sharp from 'sharp';
import { MOST_PIXELS } from './limits.ts';
import { undecodable } from './problems.ts';

let loading: Promise<typeof Sharp> | undefined;

/**
 * Options of every decoder: no more pixels than the limit, and an error instead of a guess for broken data. A warning is no
 * damage: phones write what the standard does not allow, and viewers show it.
 */
export const OPEN_OPTIONS = { limitInputPixels: MOST_PIXELS, failOn: 'error' } as const;

/**
 * What a worker is started with by a thread that has loaded the decoder library. The worker must not block the loaders once
 * more: until it had opened three of them again, every decoding of the other threads would fail.
 */
export const LOADERS_ARE_BLOCKED = { loadersAreBlocked: true } as const;

/**
 * Loads the decoder library on first use. Every loader but JPEG, PNG and WebP is blocked for the whole process: the
 * content of a file must never choose a parser such as SVG's.
 */
export async function loadSharp(): Promise<typeof Sharp> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    if ((workerData as Partial<typeof LOADERS_ARE_BLOCKED> | null)?.loadersAreBlocked !== true) {
      sharp.block({ operation: ['VipsForeignLoad'] });
      sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] });
    }
    // Each picture is decoded about once, so a cache would only hold memory.
    sharp.cache(false);
    return sharp;
  });
  return loading;
}

/**
 * What a decoder reads of a picture: its header may be whole where its pixels are not.
 * @throws Problem `undecodable_picture` in place of the decoder's error
 */
export function decoded<T>(reading: Promise<T>): Promise<T> {
  return reading.catch((error: unknown) => {
    throw undecodable(error);
  });
}
