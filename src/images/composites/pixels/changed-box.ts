import type { Size } from '../../masks/mask.ts';
import { growBox, sizeOf, type Box } from '../box.ts';
import { storedBox } from './orientation.ts';
import type { Source } from './source.ts';

interface Changing {
  readonly source: Source;
  readonly size: Size;
  readonly part: Box;
  readonly storedPart: Box;
}

/** The part of the stored picture that may change: the box of the match at full resolution, a little larger. */
export function changedBox(box: Box, { source, size, part, storedPart }: Changing): Box {
  const { width, height } = sizeOf(part);
  const [across, down] = [width / size.width, height / size.height];
  const inPart = {
    left: Math.floor(box.left * across),
    top: Math.floor(box.top * down),
    right: Math.ceil(box.right * across),
    bottom: Math.ceil(box.bottom * down),
  };
  const { left, top, right, bottom } = growBox(inPart, Math.ceil(2 * Math.max(across, down)), { width, height });
  const upright = { left: left + part.left, top: top + part.top, right: right + part.left, bottom: bottom + part.top };
  const stored = storedBox(upright, source.stored, source.orientation);
  return {
    left: Math.max(stored.left, storedPart.left),
    top: Math.max(stored.top, storedPart.top),
    right: Math.min(stored.right, storedPart.right),
    bottom: Math.min(stored.bottom, storedPart.bottom),
  };
}
