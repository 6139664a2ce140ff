import { type Decoded, decodeMask, decodePicture, type DecodedMask, invertMask } from '../decode.ts';
import { drawScene, encodePixels } from '../encode.ts';
import { drawLabel } from '../mark/label.ts';
import type { Edit, GivenMask, PictureSpec, Rectangle } from '../picture.ts';
import { repaint, type Rgb } from './repaint.ts';
import { seededRandom } from '../seeded-random.ts';

/**
 * Draws what a fill or an expand gives: the whole picture painted anew. Where the mask is white or the source does not
 * reach, a scene for the prompt; where it is black, what the source shows, a little other in tone and place; a blend in
 * between. Opaque: what is transparent in the source is black. The mark is within the scene.
 * @throws PictureGone when the source or the mask is no longer in memory
 */
export async function drawEdit(spec: PictureSpec, edit: Edit): Promise<Uint8Array> {
  const source = await scaled(await decodePicture(await edit.source.read()), edit.position);
  const mask = edit.mask ? await maskFor(edit.mask, spec) : { ...spec, data: new Uint8Array(spec.width * spec.height) };
  openAround(mask, edit.position);
  const fresh = await drawScene(spec);
  const random = seededRandom(JSON.stringify(['repaint', spec.prompt, spec.seed, spec.style]));
  const sent = onCanvas(source, spec, edit.position);
  const { data } = await repaint(sent, { mask: mask.data, fresh }, { drift: edit.drift, random });
  // After repainting: the letters stay sharp.
  drawLabel(spec, data, mask);
  return encodePixels(spec, data);
}

/** The opaque picture in its size in the result. */
async function scaled(picture: Decoded, { width, height }: Rectangle): Promise<Rgb> {
  const { channels, data } = picture;
  if (picture.width === width && picture.height === height && channels === 3) return { width, height, data };
  const { default: sharp } = await import('sharp');
  const raw = { width: picture.width, height: picture.height, channels };
  const resized = sharp(data, { raw }).flatten().resize(width, height, { fit: 'fill' });
  return { width, height, data: await resized.raw().toBuffer() };
}

/** The given mask, scaled to the size of the result; white is drawn anew. */
async function maskFor({ picture, invert }: GivenMask, { width, height }: PictureSpec): Promise<DecodedMask> {
  const mask = await decodeMask(await picture.read());
  if (invert) invertMask(mask);
  if (mask.width === width && mask.height === height) return mask;
  const { default: sharp } = await import('sharp');
  const raw = { width: mask.width, height: mask.height, channels: 1 } as const;
  const resized = sharp(mask.data, { raw }).resize(width, height, { fit: 'fill' });
  return { width, height, data: await resized.toColourspace('b-w').raw().toBuffer() };
}

/** Makes the mask white wherever the source does not reach. */
function openAround({ width, height, data }: DecodedMask, position: Rectangle): void {
  for (let y = 0; y < height; y += 1) {
    const row = data.subarray(y * width, (y + 1) * width);
    const covered = y >= position.top && y < position.top + position.height;
    row.fill(255, 0, covered ? position.left : width);
    row.fill(255, covered ? position.left + position.width : width);
  }
}

/** The source at its position in a picture of the result's size, black around it. */
function onCanvas(source: Rgb, { width, height }: PictureSpec, { left, top }: Rectangle): Rgb {
  if (source.width === width && source.height === height) return source;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < source.height; y += 1) {
    const row = source.data.subarray(y * source.width * 3, (y + 1) * source.width * 3);
    data.set(row, ((top + y) * width + left) * 3);
  }
  return { width, height, data };
}
