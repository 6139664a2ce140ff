import type { Size } from '../../masks/mask.ts';
import { decoded, loadSharp, OPEN_OPTIONS } from '../../sharp.ts';
import { haveSameShape, sizeOf, type Box } from '../box.ts';
import { exchange, storedBox, toUpright } from './orientation.ts';
import { openSource, type Source } from './source.ts';

/** Pixels of a part of the source: upright, RGB of eight bits in the source's own values. */
export interface SourcePixels {
  readonly rgb: Uint8Array;
  /** 0 where the source is more than half transparent; undefined without transparency. */
  readonly opaque: Uint8Array | undefined;
}

/** Least alpha of a pixel whose colour is seen. */
const SEEN = 128;

/** Reads a part of the upright source, scaled to a size. @throws Problem `undecodable_picture` */
export async function readPart(source: Source, part: Box, size: Size): Promise<SourcePixels> {
  const { orientation, stored, hasAlpha } = source;
  const box = storedBox(part, stored, orientation);
  const storedSize = exchange(size, orientation);
  const picture = (await openSource(source)).extract(extractionOf(box));
  if (sizeOf(box).width !== storedSize.width || sizeOf(box).height !== storedSize.height) {
    picture.resize(storedSize.width, storedSize.height, { fit: 'fill', kernel: 'lanczos3' });
  }
  const { data, info } = await decoded(picture.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true }));
  const upright = toUpright({ data, ...storedSize, channels: info.channels }, orientation);
  const pixels = size.width * size.height;
  if (info.channels === 3) return { rgb: upright, opaque: undefined };
  const rgb = new Uint8Array(pixels * 3);
  const opaque = new Uint8Array(pixels);
  const colours = info.channels > 2 ? [0, 1, 2] : [0, 0, 0];
  for (let pixel = 0; pixel < pixels; pixel++) {
    const at = pixel * info.channels;
    colours.forEach((channel, index) => {
      rgb[pixel * 3 + index] = upright[at + channel] ?? 0;
    });
    opaque[pixel] = (upright[at + info.channels - 1] ?? 0) >= SEEN ? 1 : 0;
  }
  return { rgb, opaque: hasAlpha ? opaque : undefined };
}

/**
 * Reads a part of what Firefly answered, scaled to a size, in the colour values of the source.
 * @param profile file of the source's profile; undefined where it is sRGB
 */
export async function readAnswer(
  answer: Uint8Array,
  { part, answered, size, profile }: AnswerPart,
): Promise<Uint8Array> {
  const sharp = await loadSharp();
  // An answer of another size than was asked for is brought to it first; of another shape by its middle, since whatever a
  // model does with a shape that it does not make, it paints things as they look.
  const metadata = await sharp(answer, OPEN_OPTIONS).metadata();
  const fit = haveSameShape(metadata, answered) ? 'fill' : 'cover';
  const isExpected = metadata.width === answered.width && metadata.height === answered.height;
  const whole = isExpected
    ? sharp(answer, OPEN_OPTIONS)
    : sharp(
        await sharp(answer, OPEN_OPTIONS)
          .resize(answered.width, answered.height, { fit })
          .png({ compressionLevel: 0 })
          .toBuffer(),
      );
  const own = sizeOf(part);
  const picture = whole.removeAlpha().extract(extractionOf(part));
  if (own.width !== size.width || own.height !== size.height) {
    const kernel = size.width < own.width ? 'lanczos3' : 'cubic';
    picture.resize(size.width, size.height, { fit: 'fill', kernel });
  }
  if (profile !== undefined) picture.withIccProfile(profile);
  const { data, info } = await picture.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`expected an answer with 3 channels, got ${info.channels}`);
  return data;
}

interface AnswerPart {
  /** In pixels of the answer. */
  readonly part: Box;
  /** The size that was asked for. */
  readonly answered: Size;
  readonly size: Size;
  readonly profile: string | undefined;
}

/** Reads a part of an encoded mask of the picture's upright size, scaled to a size. */
export async function readMask(mask: Uint8Array, part: Box, size: Size): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const picture = sharp(mask, OPEN_OPTIONS).extract(extractionOf(part));
  const own = sizeOf(part);
  if (own.width !== size.width || own.height !== size.height) {
    picture.resize(size.width, size.height, { fit: 'fill', kernel: 'linear' });
  }
  const { data, info } = await picture.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 1) throw new Error(`expected a mask with 1 channel, got ${info.channels}`);
  return data;
}

/** A box as sharp takes it. */
export function extractionOf(box: Box) {
  return { left: box.left, top: box.top, ...sizeOf(box) };
}
