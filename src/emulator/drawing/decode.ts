/** A decoded picture: sRGB, eight bits, three channels or, with transparency, four; rows without padding. */
export interface Decoded {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
}

/** A decoded mask: one byte a pixel, 255 where it is white. */
export interface DecodedMask {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** No more pixels than this are decoded: a few kilobytes can claim to be gigabytes. */
const MOST_PIXELS = 64_000_000;

/**
 * Decodes a picture as its pixels lie in the file: an EXIF orientation is not applied.
 * @throws Error when it is broken, too large or of a type that sharp does not read
 */
export async function decodePicture(bytes: Uint8Array): Promise<Decoded> {
  const { default: sharp } = await import('sharp');
  const { data, info } = await sharp(bytes, { limitInputPixels: MOST_PIXELS })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels === 4 ? 4 : 3, data };
}

/**
 * Decodes a mask: its luminance (ITU-R BT.601, in parts of 256), on black where it is transparent.
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

/** Turns a mask round, in place. */
export function invertMask({ data }: DecodedMask): void {
  for (let pixel = 0; pixel < data.length; pixel += 1) data[pixel] = 255 - (data[pixel] ?? 0);
}
