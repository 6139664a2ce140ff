import type { Orientation } from '../../formats/exif.ts';
import type { Size } from '../../masks/mask.ts';
import type { Box } from '../box.ts';

/** Whether width and height are exchanged when the picture is displayed. */
export function isTurned(orientation: Orientation): boolean {
  return orientation >= 5;
}

/** The size of an upright picture as its pixels are stored, and the other way round. */
export function exchange({ width, height }: Size, orientation: Orientation): Size {
  return isTurned(orientation) ? { width: height, height: width } : { width, height };
}

/** Where a pixel of the upright picture is stored, as indices and steps (EXIF 2.32, tag 0x0112). */
interface Walk {
  readonly start: number;
  readonly stepX: number;
  readonly stepY: number;
}

/** The walk over stored pixels that visits them in upright order. */
function uprightWalk({ width, height }: Size, orientation: Orientation): Walk {
  const right = width - 1;
  const bottom = (height - 1) * width;
  switch (orientation) {
    case 1:
      return { start: 0, stepX: 1, stepY: width };
    case 2:
      return { start: right, stepX: -1, stepY: width };
    case 3:
      return { start: bottom + right, stepX: -1, stepY: -width };
    case 4:
      return { start: bottom, stepX: 1, stepY: -width };
    case 5:
      return { start: 0, stepX: width, stepY: 1 };
    case 6:
      return { start: bottom, stepX: -width, stepY: 1 };
    case 7:
      return { start: bottom + right, stepX: -width, stepY: -1 };
    case 8:
      return { start: right, stepX: width, stepY: -1 };
  }
}

/** A part of the upright picture, as a part of the stored one. */
export function storedBox({ left, top, right, bottom }: Box, stored: Size, orientation: Orientation): Box {
  const { start, stepX, stepY } = uprightWalk(stored, orientation);
  const at = (x: number, y: number) => {
    const index = start + x * stepX + y * stepY;
    return { x: index % stored.width, y: Math.floor(index / stored.width) };
  };
  const [first, last] = [at(left, top), at(right - 1, bottom - 1)];
  return {
    left: Math.min(first.x, last.x),
    top: Math.min(first.y, last.y),
    right: Math.max(first.x, last.x) + 1,
    bottom: Math.max(first.y, last.y) + 1,
  };
}

/** A part of the picture as it is stored, as one of the upright picture. */
export function uprightBox(box: Box, stored: Size, orientation: Orientation): Box {
  // What turns it back: a quarter to the left is undone by one to the right, all else by itself.
  const back = orientation === 6 ? 8 : orientation === 8 ? 6 : orientation;
  return storedBox(box, exchange(stored, orientation), back);
}

interface Pixels extends Size {
  readonly data: Uint8Array;
  readonly channels: number;
}

/** Pixels in stored order, brought upright. The given ones where nothing has to be turned. */
export function toUpright({ data, width, height, channels }: Pixels, orientation: Orientation): Uint8Array {
  if (orientation === 1) return data;
  const upright = exchange({ width, height }, orientation);
  const { start, stepX, stepY } = uprightWalk({ width, height }, orientation);
  const result = new Uint8Array(data.length);
  for (let y = 0, to = 0; y < upright.height; y++) {
    for (let x = 0; x < upright.width; x++) {
      const from = (start + x * stepX + y * stepY) * channels;
      for (let channel = 0; channel < channels; channel++) result[to++] = data[from + channel] ?? 0;
    }
  }
  return result;
}

/** Upright pixels in the order in which a picture of this orientation stores them. */
export function toStored({ data, width, height, channels }: Pixels, orientation: Orientation): Uint8Array {
  if (orientation === 1) return data;
  const { start, stepX, stepY } = uprightWalk(exchange({ width, height }, orientation), orientation);
  const result = new Uint8Array(data.length);
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = (start + x * stepX + y * stepY) * channels;
      for (let channel = 0; channel < channels; channel++) result[to + channel] = data[from++] ?? 0;
    }
  }
  return result;
}
