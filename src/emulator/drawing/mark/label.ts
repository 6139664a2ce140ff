import type { DecodedMask } from '../decode.ts';
import { GLYPH_HEIGHT, GLYPH_WIDTH } from './font.ts';
import { caption, darken, dotFor, TITLE, write } from './mark.ts';
import type { PictureSpec, Rectangle } from '../picture.ts';
import { largestRectangle } from './largest-rectangle.ts';

/** Space around the letters and between the lines, in dots of the title. */
const PAD = 4;
/** Smallest full label, in dots of the title: EMULATOR and a line of equal height below it. */
const LABEL_WIDTH = widthOf(TITLE) + 2 * PAD;
const LABEL_HEIGHT = 2 * GLYPH_HEIGHT + 3 * PAD;
/** Texts for areas too small for a full label, with a margin of one pixel; the longest that fits is used. */
const SHORT = [TITLE, 'EMU', 'E'] as const;

/**
 * Draws the mark of a picture that keeps parts of a source, into the new pixels (RGB) where `mask` is white: in the
 * usual size, else as large as fits. Where not even one letter fits, nothing is drawn.
 */
export function drawLabel(spec: PictureSpec, pixels: Uint8Array, mask: DecodedMask): void {
  const usual = dotFor(spec);
  const dots = (width: number, height: number) => Math.min(usual, width / LABEL_WIDTH, height / LABEL_HEIGHT);
  const space = largestRectangle(mask, dots, 1);
  if (space === undefined) return;
  const target = { pixels, width: spec.width, height: spec.height };
  const titleDot = Math.floor(dots(space.width, space.height));
  if (titleDot < 1) return drawShort(space, target);

  const captionDot = Math.max(1, Math.floor(titleDot / 2));
  const letters = Math.floor((space.width - 2 * PAD * titleDot) / (captionDot * (GLYPH_WIDTH + 1)));
  const line = caption(spec.prompt, spec.seed, letters).slice(0, letters);
  const width = 2 * PAD * titleDot + Math.max(widthOf(TITLE) * titleDot, widthOf(line) * captionDot);
  const height = (3 * PAD + GLYPH_HEIGHT) * titleDot + GLYPH_HEIGHT * captionDot;
  const box = bottomLeft(space, Math.min(width, space.width), height);
  darken(box, target);
  const left = box.left + PAD * titleDot;
  const top = box.top + PAD * titleDot;
  write(TITLE, { left, top, dot: titleDot }, target);
  write(line, { left, top: top + (GLYPH_HEIGHT + PAD) * titleDot, dot: captionDot }, target);
}

interface Target {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

function drawShort(space: Rectangle, target: Target): void {
  const height = GLYPH_HEIGHT + 2;
  const word = SHORT.find((each) => widthOf(each) + 2 <= space.width);
  if (word === undefined || height > space.height) return;
  const box = bottomLeft(space, widthOf(word) + 2, height);
  darken(box, target);
  write(word, { left: box.left + 1, top: box.top + 1, dot: 1 }, target);
}

function bottomLeft({ left, top, height: space }: Rectangle, width: number, height: number): Rectangle {
  return { left, top: top + space - height, width, height };
}

/** Width of a text, in dots. */
function widthOf(text: string): number {
  return Array.from(text).length * (GLYPH_WIDTH + 1) - 1;
}
