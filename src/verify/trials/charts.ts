import { drawChart, type Chart } from '../../images/chart/chart.ts';
import { loadSharp } from '../../images/sharp.ts';
import type { Box } from '../../images/composites/box.ts';

/** Painted anew, painted halfway, and padding mirrored from the kept part. */
export const WHITE: Box = { left: 200, top: 300, right: 500, bottom: 600 };
export const GREY: Box = { left: 650, top: 300, right: 850, bottom: 600 };
export const MIRRORED: Box = { left: 1024, top: 0, right: 1152, bottom: 896 };

/** The smallest landscape size of a fill. */
export function fillChart(): Promise<Chart> {
  return drawChart({
    size: { width: 1152, height: 896 },
    mirroredFrom: MIRRORED.left,
    mask: [
      { box: WHITE, level: 255 },
      { box: GREY, level: 128 },
    ],
  });
}

/** A background, and where an object goes in it. */
export function compositeChart(): Promise<Chart> {
  return drawChart({ size: { width: 1152, height: 896 }, mask: [{ box: WHITE, level: 255 }] });
}

/** An object without transparency, of a colour that no chart has. */
export async function redSquare(): Promise<Uint8Array> {
  const sharp = await loadSharp();
  return sharp({ create: { width: 256, height: 256, channels: 3, background: '#ff0000' } })
    .png()
    .toBuffer();
}

/** The place of the picture in an expansion, and a hole in it. */
const INNER: Box = { left: 192, top: 256, right: 832, bottom: 768 };
export const HOLE: Box = { left: 412, top: 432, right: 612, bottom: 592 };

export function expandChart(): Promise<Chart> {
  return drawChart({
    size: { width: 1024, height: 1024 },
    base: 255,
    mask: [
      { box: INNER, level: 0 },
      { box: HOLE, level: 255 },
    ],
  });
}

/** What of `expandChart` is sent. */
export function innerChart(): Promise<Chart> {
  const { left, top, right, bottom } = INNER;
  return drawChart({ size: { width: right - left, height: bottom - top }, origin: { left, top }, mask: [] });
}

/** A chart whose longer side is just over what six times may give. */
export function longChart(): Promise<Chart> {
  return drawChart({ size: { width: 1024, height: 256 }, mask: [] });
}
