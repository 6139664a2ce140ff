/** A decoded picture: sRGB, eight bits, three channels (four with transparency), rows without padding. */
export interface Decoded {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
}

/** A decoded mask: one byte per pixel, 255 where it is white. */
export interface DecodedMask {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Largest picture that is decoded: a few compressed kilobytes can claim gigabytes of pixels. */
const MAX_PIXELS = 64_000_000;

/**
 * Decodes a picture with its pixels in file order: an EXIF orientation is not applied.
 * @throws Error for a broken picture, one over the pixel limit, or a type that sharp does not read
 */
export async function decodePicture(bytes: Uint8Array): Promise<Decoded> {
  const { default: sharp } = await import('sharp');
  const { data, info } = await sharp(bytes, { limitInputPixels: MAX_PIXELS })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels === 4 ? 4 : 3, data };
}

/**
 * Decodes a mask: luminance (ITU-R BT.601, in parts of 256); transparent pixels count as black.
 * @throws Error like `decodePicture`
 */
export async function decodeMask(bytes: Uint8Array): Promise<DecodedMask> {
  const { width, height, channels, data } = await decodePicture(bytes);
  const mask = new Uint8Array(width * height);
  for (let pixel = 0, at = 0; pixel < mask.length; pixel += 1, at += channels) {
    const light = (77 * (data[at] ?? 0) + 150 * (data[at + 1] ?? 0) + 29 * (data[at + 2] ?? 0)) >> 8;
    mask[pixel] = channels === 4 ? Math.round((light * (data[at + 3] ?? 0)) / 255) : light;
  }
  return { width, height, data: mask };
}

/** Inverts a mask in place. */
export function invertMask({ data }: DecodedMask): void {
  for (let pixel = 0; pixel < data.length; pixel += 1) data[pixel] = 255 - (data[pixel] ?? 0);
}
