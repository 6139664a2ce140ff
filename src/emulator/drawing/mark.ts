import { columnsOf, dotAt, GLYPH } from './font.ts';

/** A block of packed RGBA pixels and where it goes. */
export interface Overlay {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
}

const MARGIN = 2;
const LONGEST_LINE = 36;

/**
 * The mark that every picture of the emulator carries: a dark band along the bottom edge with these lines in white. It
 * is as wide as the picture, and its letters grow with it.
 */
export function markFor(lines: readonly string[], width: number, height: number): Overlay {
  const shown = lines.map((line) => Array.from(line).slice(0, LONGEST_LINE).join(''));
  const columns = Math.max(...shown.map(columnsOf)) + 2 * MARGIN;
  const rows = shown.length * (GLYPH.height + MARGIN) + MARGIN;
  const dot = Math.max(1, Math.min(Math.floor(width / columns), Math.floor((height * 0.25) / rows)));
  const bandHeight = Math.min(height, rows * dot);
  const pixels = new Uint8Array(width * bandHeight * 4);
  for (let y = 0; y < bandHeight; y += 1) {
    const row = Math.floor(y / dot);
    for (let x = 0; x < width; x += 1) {
      const lit = isLit(shown, Math.floor(x / dot), row);
      const offset = (y * width + x) * 4;
      pixels.fill(lit ? 255 : 16, offset, offset + 3);
      pixels[offset + 3] = lit ? 255 : 190;
    }
  }
  return { pixels, width, height: bandHeight, left: 0, top: height - bandHeight };
}

function isLit(lines: readonly string[], column: number, row: number): boolean {
  const pitch = GLYPH.height + MARGIN;
  const line = lines[Math.floor((row - MARGIN) / pitch)];
  if (line === undefined || row < MARGIN || column < MARGIN) return false;
  return dotAt(line, column - MARGIN, (row - MARGIN) % pitch);
}
