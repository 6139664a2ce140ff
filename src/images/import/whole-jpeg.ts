import { measure } from '../formats/format.ts';
import { CUT_OFF } from '../formats/scan.ts';
import { notAUsablePicture } from '../problems.ts';
import type { PictureSteps } from '../steps/picture-steps.ts';

const END_OF_IMAGE = Uint8Array.of(0xff, 0xd9);

/**
 * The bytes of a picture; those of a JPEG whose only fault is that its end marker is missing with that marker, since all
 * its pixels are there and viewers show it. Other bytes are returned as they are.
 * @throws Problem `not_a_picture` for a JPEG that ends before its pixels do
 */
export async function withEndMarker(bytes: Uint8Array, pixels: PictureSteps): Promise<Uint8Array> {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8 || measure(bytes) !== CUT_OFF) return bytes;
  const ended = () => Buffer.concat([bytes, END_OF_IMAGE]);
  const size = measure(ended());
  if ('problem' in size) return bytes;
  if (await pixels.run('isSound', size, async () => ({ bytes: ended() }))) return ended();
  throw notAUsablePicture('it is cut off, and a part of its pixels is missing', 'Download or copy it again.');
}
