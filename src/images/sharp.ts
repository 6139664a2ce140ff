import type Sharp from 'sharp';

let loading: Promise<typeof Sharp> | undefined;

/** Nothing above this is decoded: 64 megapixels, four times what Adobe makes. */
export const MOST_PIXELS = 64_000_000;

/** How every picture is opened: bounded, and refused when broken. */
export const OPEN_OPTIONS = { limitInputPixels: MOST_PIXELS, failOn: 'warning' } as const;

/**
 * The picture library, loaded on first use. Every loader but JPEG, PNG and WebP is blocked for the whole process: what
 * a file claims to be must never choose a parser such as SVG's.
 */
export async function loadSharp(): Promise<typeof Sharp> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] });
    // A server decodes each picture about once: a cache would only hold memory.
    sharp.cache(false);
    return sharp;
  });
  return loading;
}
