import type { Box } from '../box.ts';
import { OPEN_FROM } from '../window/open-parts.ts';
import type { Layers } from './layers.ts';

/** Share of the soft pixels that are in the middle of others. A smoothed hard edge, a pixel wide, has hardly any. */
const SOFT_FROM = 0.1;

/** Whether the edge of a mask is soft over several pixels, and not only smoothed. */
export function hasSoftEdge({ width, height, mask }: Layers, { left, top, right, bottom }: Box): boolean {
  const isSoft = (at: number) => {
    const open = mask[at] ?? 0;
    return open >= OPEN_FROM && open <= 255 - OPEN_FROM;
  };
  let [soft, inner] = [0, 0];
  for (let y = Math.max(1, top); y < Math.min(height - 1, bottom); y++) {
    for (let x = Math.max(1, left); x < Math.min(width - 1, right); x++) {
      const at = y * width + x;
      if (!isSoft(at)) continue;
      soft++;
      if (isSoft(at - 1) && isSoft(at + 1) && isSoft(at - width) && isSoft(at + width)) inner++;
    }
  }
  return inner > soft * SOFT_FROM;
}
