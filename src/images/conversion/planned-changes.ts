import { readFileRequest } from './file-request.ts';
import type { Size } from '../size.ts';
import { planConversion } from './plan.ts';
import { shapeChanges } from './shape-changes.ts';

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
