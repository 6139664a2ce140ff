import { readFile } from 'node:fs/promises';
import type { PictureSpec } from './picture.ts';

/**
 * The recording in the size of a video: five seconds of MP4 that players play (scripts/record-clips.mjs). The build puts
 * the recordings beside the program, in a folder of this name.
 */
export function readClip({ width, height }: Pick<PictureSpec, 'width' | 'height'>): Promise<Uint8Array> {
  return readFile(new URL(`clips/${width}x${height}.mp4`, import.meta.url));
}
