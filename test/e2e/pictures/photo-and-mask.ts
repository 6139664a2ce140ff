import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { plain } from '../../images/pictures.ts';

/** Writes `photo.png` of 640x480 pixels, and `mask.png` for it that opens the 200x200 at its top left. */
export async function writePhotoAndMask(folder: string): Promise<void> {
  const white = await plain(200, 200).negate().threshold(0).png().toBuffer();
  const black = sharp({ create: { width: 640, height: 480, channels: 3, background: '#000' } });
  const mask = black.composite([{ input: white, left: 0, top: 0 }]);
  await writeFile(join(folder, 'photo.png'), await plain(640, 480).png().toBuffer());
  await writeFile(join(folder, 'mask.png'), await mask.png().toBuffer());
}
