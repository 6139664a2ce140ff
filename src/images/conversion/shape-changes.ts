import type { Size } from '../size.ts';
import type { ConversionPlan } from './plan.ts';

/** Most pixels of a side, and its part, that a copy loses by rounding to whole pixels of another size. */
const ROUNDED = { pixels: 2, part: 0.01 };

/** What a copy is cut and scaled to, for people: parts of a sentence. A cut that only rounds a scaled copy is left out. */
export function shapeChanges(
  { width, height }: Size,
  { box, size }: Pick<ConversionPlan, 'box' | 'size'>,
): readonly string[] {
  const isScaled = size.width !== box.width || size.height !== box.height;
  const isRounded = isScaled && isByRounding(width, box.width) && isByRounding(height, box.height);
  const isCut = !isRounded && (box.width !== width || box.height !== height);
  const from = isRounded ? { width, height } : box;
  const verb = size.width > box.width || size.height > box.height ? 'enlarged' : 'scaled';
  return [
    ...(isCut ? [`cut to ${box.width}x${box.height} of ${width}x${height}`] : []),
    ...(isScaled ? [`${verb} from ${from.width}x${from.height} to ${size.width}x${size.height}`] : []),
  ];
}

function isByRounding(side: number, cut: number): boolean {
  return side - cut <= Math.min(ROUNDED.pixels, side * ROUNDED.part);
}
