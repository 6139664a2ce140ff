import { MOST_UNCOMPRESSED_BYTES } from '../limits.ts';
import type { Size } from '../masks/mask.ts';
import { pictureTooLarge } from '../problems.ts';
import { decoded, loadSharp, OPEN_OPTIONS } from '../sharp.ts';
import type { Source } from './pixels/source.ts';

/**
 * Refuses an edit whose pixels would take too much memory, by what the header says. Grey may get colour.
 * @param size pixels of the result, with all channels and bits of the source
 * @throws Problem `picture_too_large`
 */
export function requireRoom({ hasAlpha, depth }: Pick<Source, 'hasAlpha' | 'depth'>, { width, height }: Size): void {
  const bytesEach = ((hasAlpha ? 4 : 3) * depth) / 8;
  if (width * height * bytesEach <= MOST_UNCOMPRESSED_BYTES) return;
  const most = Math.floor(MOST_UNCOMPRESSED_BYTES / bytesEach / 1e6);
  throw pictureTooLarge(
    `The result would have ${width}x${height} pixels; ${most} million are the limit of an edit that keeps ${depth} bits a channel${hasAlpha ? ' and transparency' : ''}.`,
    'Save the picture with 8 bits a channel, or use a smaller one; the stored original is untouched.',
  );
}

/** As `requireRoom`, of an encoded source. @throws Problem `picture_too_large`, `undecodable_picture` */
export async function requireRoomFor(source: Uint8Array, size: Size): Promise<void> {
  const sharp = await loadSharp();
  const { hasAlpha, depth } = await decoded(sharp(source, OPEN_OPTIONS).metadata());
  requireRoom({ hasAlpha, depth: depth === 'ushort' ? 16 : 8 }, size);
}
