import { markFor, type Overlay } from './mark.ts';
import { paint, sceneOf } from './scene.ts';

/** A picture to draw. */
export interface PictureOrder {
  readonly prompt: string;
  readonly seed: number;
  readonly model: string;
  /** Exact size, pixels. */
  readonly width: number;
  readonly height: number;
  readonly mimeType: 'image/jpeg' | 'image/png' | 'image/webp';
}

/** The scene is painted at this part of the size and scaled up: drawing must not hold up the server. */
const COARSENESS = 8;

/**
 * Draws a picture that belongs to the prompt, seed and model, in exactly the size asked for, with a visible mark that
 * says where it comes from. The same order gives the same bytes.
 */
export async function drawPicture(order: PictureOrder): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const { prompt, seed, model, width, height } = order;
  const [w, h] = [Math.max(8, Math.ceil(width / COARSENESS)), Math.max(8, Math.ceil(height / COARSENESS))];
  const scene = paint(sceneOf(prompt, seed, model), w, h);
  const mark = markFor(['EMULATOR - NOT ADOBE', `${model} - SEED ${seed}`, prompt], width, height);
  const enlarged = await sharp(scene, { raw: { width: w, height: h, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
  const picture = sharp(enlarged, { raw: { width, height, channels: 3 } }).composite([compositeOf(mark)]);
  if (order.mimeType === 'image/png') return picture.png({ compressionLevel: 1 }).toBuffer();
  if (order.mimeType === 'image/webp') return picture.webp({ quality: 85, effort: 0 }).toBuffer();
  return picture.jpeg({ quality: 88 }).toBuffer();
}

function compositeOf({ pixels, width, height, left, top }: Overlay) {
  return { input: Buffer.from(pixels.buffer), raw: { width, height, channels: 4 as const }, left, top };
}
