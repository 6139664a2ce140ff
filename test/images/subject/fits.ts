import sharp from 'sharp';
import { distancesTo } from '../../../src/images/subject/cut/distance.ts';
import { overlap } from '../../../src/images/subject/cut/measures.ts';
import { halfOf, resample } from '../../../src/images/subject/cut/resample.ts';
import { fitShape } from '../../../src/images/subject/fit-shape.ts';
import type {
  Area,
  Corrections,
  FoundArea,
  PictureSource,
  RgbPicture,
  RoughShape,
} from '../../../src/images/subject/types.ts';
import type { Scene } from './scenes.ts';

/** A picture in memory as a source of working copies. */
export function sourceOf({ width, height, data }: RgbPicture): PictureSource {
  return {
    width,
    height,
    async copy(region, size) {
      const resized = await sharp(data, { raw: { width, height, channels: 3 } })
        .extract(region)
        .resize(size.width, size.height, { fit: 'fill' })
        .raw()
        .toBuffer();
      return { ...size, data: new Uint8Array(resized) };
    },
    rows() {
      throw new Error('a fit needs no rows');
    },
  };
}

/** What was found, at the size of the picture. */
export function atFullSize({ region, area }: FoundArea, { width, height }: { width: number; height: number }): Area {
  const part = halfOf(resample(area, { width: region.width, height: region.height }));
  const data = new Uint8Array(width * height);
  for (let y = 0; y < region.height; y++) {
    data.set(part.data.subarray(y * region.width, (y + 1) * region.width), (region.top + y) * width + region.left);
  }
  return { width, height, data };
}

/** How well an area is met: overlap, 0 to 1, and mean distance of the outlines in thousandths of the diagonal. */
export function accuracy(area: Area, truth: Area): { overlap: number; offPerMille: number } {
  const [ours, theirs] = [edgeOf(area), edgeOf(truth)];
  const distances = [...along(ours, distancesTo(1, theirs)), ...along(theirs, distancesTo(1, ours))];
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / Math.max(1, distances.length);
  return { overlap: overlap(area, truth), offPerMille: (1000 * mean) / Math.hypot(area.width, area.height) };
}

function along(edge: Area, distances: Float32Array): readonly number[] {
  return [...distances].filter((_, pixel) => edge.data[pixel] === 1);
}

function edgeOf({ width, height, data }: Area): Area {
  const isOut = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] === 0;
  const edge = data.map((value, pixel) => {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    return value === 1 && (isOut(x - 1, y) || isOut(x + 1, y) || isOut(x, y - 1) || isOut(x, y + 1)) ? 1 : 0;
  });
  return { width, height, data: edge };
}

/** What was found, and how much of the subject that is. */
interface Fitted extends FoundArea {
  readonly overlap: number;
}

/** Fits a shape by colours alone. */
export async function fitted({ picture, truth }: Scene, shape: RoughShape, corrections?: Corrections): Promise<Fitted> {
  const check = () => {};
  const found = await fitShape(sourceOf(picture), shape, { check, ...(corrections && { corrections }) });
  return { ...found, overlap: overlap(atFullSize(found, picture), truth) };
}
