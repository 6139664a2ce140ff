import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphOf, toGlyphs } from './font.ts';
import type { PictureSpec, Rectangle } from '../picture.ts';

export const TITLE = 'EMULATOR';
/** Width of a picture in dots of the title, which then takes about a quarter of it. */
const TITLE_DOTS = 200;
/** Space between the two lines, in dots of the title. */
const LINE_GAP = 4;
/** Space around both lines, in dots of the title. */
const PAD = 4;
/** Letters of the prompt beside which a seed is worth its place. */
const LEAST_WORDS = 4;
/** Share of brightness that pixels under the band keep. */
const BACKDROP_SHARE = 0.4;

/**
 * Draws the emulator's mark into `pixels` (RGB, row by row): a dark band along the lower edge with EMULATOR in large
 * letters, then the first words of the prompt and the seed.
 */
export function drawMark(spec: PictureSpec, pixels: Uint8Array): void {
  const { prompt, seed, width, height } = spec;
  const titleDot = dotFor(spec);
  const captionDot = Math.max(1, Math.floor(titleDot / 2));
  const bandHeight = (2 * PAD + GLYPH_HEIGHT + LINE_GAP) * titleDot + GLYPH_HEIGHT * captionDot;
  const top = Math.max(0, height - bandHeight);
  const canvas = { pixels, width, height };
  darken({ left: 0, top, width, height: height - top }, canvas);
  const left = PAD * titleDot;
  const space = Math.floor((width - 2 * left) / (captionDot * (GLYPH_WIDTH + 1)));
  write(TITLE, { left, top: top + PAD * titleDot, dot: titleDot }, canvas);
  const second = top + (PAD + GLYPH_HEIGHT + LINE_GAP) * titleDot;
  write(caption(prompt, seed, space), { left, top: second, dot: captionDot }, canvas);
}

/** Side of one dot of the title in a picture of this size, pixels. */
export function dotFor({ width, height }: { readonly width: number; readonly height: number }): number {
  return Math.max(1, Math.round(Math.min(width, height * 1.6) / TITLE_DOTS));
}

/** As many whole words of the prompt as fit, then the seed where it fits whole. `space` is in letters. */
export function caption(prompt: string, seed: number, space: number): string {
  const seeded = ` · SEED ${seed}`;
  const end = seeded.length + LEAST_WORDS <= space ? seeded : '';
  const words = toGlyphs(prompt).slice(0, space);
  if (words.length + end.length <= space && words === toGlyphs(prompt)) return words + end;
  const fitting = words.slice(0, Math.max(0, space - end.length - 1));
  const lastBlank = fitting.lastIndexOf(' ');
  return `${lastBlank > 0 ? fitting.slice(0, lastBlank) : fitting}…${end}`;
}

/** Darkens a rectangle of the picture. */
export function darken({ left, top, width, height }: Rectangle, { pixels, width: line }: Target): void {
  for (let y = top; y < top + height; y += 1) {
    const end = (y * line + left + width) * 3;
    for (let at = (y * line + left) * 3; at < end; at += 1) pixels[at] = (pixels[at] ?? 0) * BACKDROP_SHARE;
  }
}

interface TextPosition {
  readonly left: number;
  readonly top: number;
  /** Side of one dot of the font, pixels. */
  readonly dot: number;
}

interface Target {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Writes white letters. */
export function write(text: string, { left, top, dot }: TextPosition, target: Target): void {
  Array.from(text).forEach((letter, index) => {
    const start = left + index * (GLYPH_WIDTH + 1) * dot;
    glyphOf(letter).forEach((row, line) => {
      Array.from(row).forEach((cell, column) => {
        if (cell === '#') drawSquare(start + column * dot, top + line * dot, dot, target);
      });
    });
  });
}

/** Draws a white square, clipped to the picture. */
function drawSquare(left: number, top: number, side: number, { pixels, width, height }: Target): void {
  const right = Math.min(width, left + side);
  for (let y = top; y < Math.min(height, top + side); y += 1) {
    if (left < right) pixels.fill(255, (y * width + left) * 3, (y * width + right) * 3);
  }
}
