import { decodeAlpha, decodeLuminance } from './decode.ts';
import type { Mask, Size } from './mask.ts';
import type { YieldNow } from './pace.ts';
import { readGivenMask } from './read-mask.ts';
import { maskFromLuminance, maskFromTransparency } from './sources.ts';

/** How a picture is read as a mask: by its transparency, by its brightness, or as `readGivenMask` does. */
export type MaskReading = 'alpha' | 'luminance' | 'given';

/** An encoded picture that a mask is read from. */
export interface MaskSource {
  readonly bytes: Uint8Array;
  readonly by: MaskReading;
}

/**
 * Reads a mask for a picture.
 * @throws Problem `mask_size`, `no_transparency`, `picture_too_large`, `undecodable_picture`
 */
export async function maskOfSource({ bytes, by }: MaskSource, picture: Size, yieldNow: YieldNow): Promise<Mask> {
  if (by === 'alpha') return maskFromTransparency(await decodeAlpha(bytes), picture, yieldNow);
  const read = by === 'luminance' ? await decodeLuminance(bytes) : (await readGivenMask(bytes, yieldNow)).mask;
  return maskFromLuminance(read, picture);
}
