import type { Size } from '../masks/mask.ts';

/** A part of a picture in whole pixels; `right` and `bottom` are the first column and row outside of it. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function sizeOf({ left, top, right, bottom }: Box): Size {
  return { width: right - left, height: bottom - top };
}

/** Pixels of a box. */
export function areaOf(box: Box): number {
  const { width, height } = sizeOf(box);
  return width * height;
}

/** Difference of shapes, as a share, that sides rounded to a grid of 16 pixels make. */
const SAME_SHAPE = 0.02;

/** Whether one picture has the shape of another one, but for rounding: then it is that picture, scaled. */
export function haveSameShape(one: Size, other: Size): boolean {
  return Math.abs(Math.log((one.width * other.height) / (one.height * other.width))) < SAME_SHAPE;
}

/** The box of a whole picture. */
export function wholeBox({ width, height }: Size): Box {
  return { left: 0, top: 0, right: width, bottom: height };
}

/** The smallest box around two. */
export function joinBoxes(a: Box, b: Box): Box {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

/** A box that is larger by `pixels` on each side, as far as the picture reaches. */
export function growBox({ left, top, right, bottom }: Box, pixels: number, { width, height }: Size): Box {
  return {
    left: Math.max(0, left - pixels),
    top: Math.max(0, top - pixels),
    right: Math.min(width, right + pixels),
    bottom: Math.min(height, bottom + pixels),
  };
}

/** The smallest box around this one whose sides are on a grid of `step` pixels, as far as the picture reaches. */
export function alignBox({ left, top, right, bottom }: Box, step: number, { width, height }: Size): Box {
  return {
    left: Math.floor(left / step) * step,
    top: Math.floor(top / step) * step,
    right: Math.min(width, Math.ceil(right / step) * step),
    bottom: Math.min(height, Math.ceil(bottom / step) * step),
  };
}

/** `600x500 at 1200,700`, for sentences. */
export function describeBox(box: Box): string {
  const { width, height } = sizeOf(box);
  return `${width}x${height} at ${box.left},${box.top}`;
}

/** A ratio in lowest terms: 9 by 7 for 1152 by 896. */
export function lowestTerms({ width, height }: Size): Size {
  let [unit, rest] = [width, height];
  while (rest > 0) [unit, rest] = [rest, unit % rest];
  return { width: width / unit, height: height / unit };
}
