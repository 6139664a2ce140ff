import { readFileRequest } from './file-request.ts';
import { type ConversionPlan, planConversion, type Size } from './plan.ts';

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

/**
 * What becomes of a picture that is not made yet in its file; none where the file has all of its pixels, and only those.
 * @param text name, and after it size and crop (`readFileRequest`)
 * @param of pixels of the picture; where they are not known before, the text itself has to do
 * @throws Problem as `planConversion`
 */
export function plannedChanges(text: string, of: Size | undefined): readonly string[] {
  const { size, crop } = readFileRequest(text);
  if (of === undefined || (size === undefined && crop === undefined)) return [];
  // The format plays no part in the shape.
  const plan = planConversion({ ...of, mimeType: 'image/png' }, { size, crop });
  return plan === undefined ? [] : shapeChanges(of, plan);
}
