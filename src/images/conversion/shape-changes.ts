import type { ConversionPlan, Size } from './plan.ts';

/** What a copy is cut and scaled to, for people: parts of a sentence. */
export function shapeChanges(
  { width, height }: Size,
  { box, size }: Pick<ConversionPlan, 'box' | 'size'>,
): readonly string[] {
  const isCut = box.width !== width || box.height !== height;
  const isScaled = size.width !== box.width || size.height !== box.height;
  const verb = size.width > box.width || size.height > box.height ? 'enlarged' : 'scaled';
  return [
    ...(isCut ? [`cut to ${box.width}x${box.height} of ${width}x${height}`] : []),
    ...(isScaled ? [`${verb} from ${box.width}x${box.height} to ${size.width}x${size.height}`] : []),
  ];
}
