import { decodeMask, decodePicture } from '../decode.ts';
import { drawScene, encodePixels } from '../encode.ts';
import { drawLabel } from '../mark/label.ts';
import { drawMark } from '../mark/mark.ts';
import type { Composite, PictureSpec } from '../picture.ts';
import { repaint } from './repaint.ts';
import { seededRandom } from '../seeded-random.ts';

/**
 * Draws an object, with its transparency, in a picture or in a scene from words, with the mark. It is as large as fits into
 * its place, in the middle of it. Around the mask, a picture comes back a little other in tone and place; the mark of the
 * emulator is within the mask then.
 * @throws PictureGone when a source is no longer in memory
 */
export async function drawComposite(spec: PictureSpec, { object, background, place }: Composite): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const { width, height } = spec;
  const raw = async (bytes: Uint8Array) => {
    const { data, ...rest } = await decodePicture(bytes);
    return sharp(data, { raw: rest });
  };
  const scene = background
    ? (await raw(await background.picture.read())).flatten().resize(width, height, { fit: 'fill' })
    : sharp(await drawScene(spec), { raw: { width, height, channels: 3 } });
  const inner = (await raw(await object.read())).ensureAlpha().resize(place.width, place.height, {
    fit: 'contain',
    background: { r: 0, g: 0, b: 0, alpha: 0 },
  });
  const overlay = {
    raw: { width: place.width, height: place.height, channels: 4 },
    left: place.left,
    top: place.top,
  } as const;
  const opaque = await scene.removeAlpha().raw().toBuffer();
  const joined = sharp(opaque, { raw: { width, height, channels: 3 } });
  const pixels = await joined
    .composite([{ input: await inner.raw().toBuffer(), ...overlay }])
    .removeAlpha()
    .raw()
    .toBuffer();
  if (background === undefined) {
    drawMark(spec, pixels);
    return encodePixels(spec, pixels);
  }
  const mask = await decodeMask(await background.mask.read());
  const random = seededRandom(JSON.stringify(['composite', spec.style, spec.seed]));
  const content = { mask: mask.data, fresh: pixels };
  const { data } = await repaint({ width, height, data: opaque }, content, { drift: background.drift, random });
  drawLabel(spec, data, mask);
  return encodePixels(spec, data);
}
