import type { Mask, Size } from '../../../src/images/masks/mask.ts';
import { drawShapes } from '../../../src/images/masks/drawing/draw.ts';
import { shapesField } from '../../../src/images/masks/drawing/shapes.ts';

/** A `YieldNow` that does not yield. */
export const noYield = async (): Promise<void> => {};

/** A mask as text: `#` open, `.` kept, `+` at least half open, `-` less. */
export function toAscii({ width, height, data }: Mask): string {
  const sign = (value: number) => (value === 255 ? '#' : value === 0 ? '.' : value >= 128 ? '+' : '-');
  const rows = Array.from({ length: height }, (_, y) => Array.from(data.subarray(y * width, (y + 1) * width), sign));
  return rows.map((row) => row.join('')).join('\n');
}

/** A text without the indentation of a test. */
export function lines(text: string): string {
  return text.trim().replace(/\n\s+/g, '\n');
}

/** The mask of a text of `#` and `.`. */
export function fromAscii(text: string): Mask {
  const rows = lines(text).split('\n');
  const data = Uint8Array.from(rows.join(''), (sign) => (sign === '#' ? 255 : 0));
  return { width: rows[0]?.length ?? 0, height: rows.length, data };
}

/** Draws shapes that are checked as those of a tool. */
export async function draw(shapes: readonly unknown[], picture: Size): Promise<Mask> {
  return drawShapes(shapesField.parse(shapes), picture, noYield);
}

/** Number of open pixels; soft ones count in part. */
export function area({ data }: Mask): number {
  return data.reduce((sum, value) => sum + value, 0) / 255;
}
