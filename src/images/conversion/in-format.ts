import type { StillType } from '../media.ts';
import { undecodable } from '../problems.ts';
import { loadSharp, OPEN_OPTIONS } from '../sharp.ts';

/** Quality of lossy copies. */
export const QUALITY = 92;

/** The same pixels in another format. @throws Problem `undecodable_picture` */
export async function inFormat(original: Uint8Array, format: StillType): Promise<Uint8Array> {
  const sharp = await loadSharp();
  try {
    return await encoded(sharp(original, OPEN_OPTIONS), format).toBuffer();
  } catch (error) {
    throw undecodable(error);
  }
}

type Picture = ReturnType<Awaited<ReturnType<typeof loadSharp>>>;

/** A picture that will be encoded as copies are. */
export function encoded(picture: Picture, format: StillType): Picture {
  if (format === 'image/png') return picture.png();
  if (format === 'image/webp') return picture.webp({ quality: QUALITY });
  return picture.jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4' });
}
