import type { Size } from '../../size.ts';
import type { Model } from '../net/read-model.ts';
import { runModel } from '../net/run-model.ts';
import { scalePicture } from '../pixels/scale.ts';
import type { Check, Plane, Region, RgbPicture } from '../types.ts';

/** Size of the pictures that the net looks at. */
export const LOOK: Size = { width: 256, height: 256 };

/** What the net saw in a part of a picture. */
export interface Look {
  readonly region: Region;
  /** The probability that a pixel belongs to a person, at the size of a look: the region was stretched to it. */
  readonly probability: Plane;
}

/** Looks for people in a picture of any size. */
export function lookForPeople(model: Model, picture: RgbPicture, check: Check): Plane {
  const { width, height } = picture;
  const { data } = scalePicture(picture, { left: 0, top: 0, width, height }, LOOK, check);
  const input = Float32Array.from(data, (value) => value / 255);
  return { ...LOOK, data: runModel(model, input, check).data };
}

/** A picture as in a mirror. */
export function mirror({ width, height, data }: RgbPicture): RgbPicture {
  return { width, height, data: mirrored(data, width, 3) };
}

/** A plane as in a mirror. */
export function mirrorPlane({ width, height, data }: Plane): Plane {
  return { width, height, data: mirrored(data, width, 1) };
}

function mirrored<Numbers extends Uint8Array | Float32Array>(data: Numbers, width: number, channels: number): Numbers {
  const row = width * channels;
  return data.map((_, i) => {
    const along = i % row;
    const channel = along % channels;
    return data[i - along + row - channels - (along - channel) + channel] ?? 0;
  }) as Numbers;
}

/**
 * What looks say together about a region, at any size. A later look counts more where it was made, since it saw more.
 * @param weight of a later look against those before it, 0 to 1
 */
export function probabilityIn(looks: readonly Look[], region: Region, { width, height }: Size, weight: number): Plane {
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const pictureY = region.top + ((y + 0.5) * region.height) / height;
    for (let x = 0; x < width; x++) {
      const pictureX = region.left + ((x + 0.5) * region.width) / width;
      let probability: number | undefined;
      for (const look of looks) {
        const seen = seenAt(look, pictureX, pictureY);
        if (seen === undefined) continue;
        probability = probability === undefined ? seen : probability + (seen - probability) * weight;
      }
      data[y * width + x] = probability ?? 0;
    }
  }
  return { width, height, data };
}

/** The higher one of two probabilities of each pixel. */
export function highest(plane: Plane, other: Plane): Plane {
  return { ...plane, data: plane.data.map((value, pixel) => Math.max(value, other.data[pixel] ?? 0)) };
}

/** The probability at a point of the picture, between the middles of pixels; undefined outside of the look. */
function seenAt({ region, probability }: Look, pictureX: number, pictureY: number): number | undefined {
  const { width, height, data } = probability;
  const alongX = (pictureX - region.left) / region.width;
  const alongY = (pictureY - region.top) / region.height;
  if (alongX < 0 || alongY < 0 || alongX >= 1 || alongY >= 1) return undefined;
  const x = Math.min(Math.max(alongX * width - 0.5, 0), width - 1);
  const y = Math.min(Math.max(alongY * height - 0.5, 0), height - 1);
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const right = Math.min(left + 1, width - 1);
  const below = Math.min(top + 1, height - 1) * width;
  const upper = between(data[top * width + left] ?? 0, data[top * width + right] ?? 0, x - left);
  const lower = between(data[below + left] ?? 0, data[below + right] ?? 0, x - left);
  return between(upper, lower, y - top);
}

function between(first: number, second: number, share: number): number {
  return first + (second - first) * share;
}
