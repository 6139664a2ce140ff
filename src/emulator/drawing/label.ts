import type { Rectangle } from '../rules/placement.ts';
import type { DecodedMask } from './decode.ts';
import { GLYPH_HEIGHT, GLYPH_WIDTH } from './font.ts';
import { caption, darken, dotFor, TITLE, write } from './mark.ts';
import type { PictureSpec } from './picture.ts';
import { largestRectangle } from './largest-rectangle.ts';

/** Around the letters and between the lines, in dots of the title. */
const PAD = 4;
/** What the whole plate takes at least, in dots of the title: EMULATOR, and a line as high beneath. */
const WIDE = widthOf(TITLE) + 2 * PAD;
const TALL = 2 * GLYPH_HEIGHT + 3 * PAD;
/** What is written where there is no room for more, with one pixel around it. */
const SHORT = [TITLE, 'EMU', 'E'] as const;

/**
 * The mark of a picture that keeps parts of another one, drawn into the new pixels (red, green, blue) where `opening`
 * lets them be seen. As large as on other pictures where there is room, else as large as fits; below the size of one
 * letter there is none.
 */
export function drawLabel(spec: PictureSpec, pixels: Uint8Array, opening: DecodedMask): void {
  const most = dotFor(spec);
  const dots = (width: number, height: number) => Math.min(most, width / WIDE, height / TALL);
  const room = largestRectangle(opening, dots, 1);
  if (room === undefined) return;
  const target = { pixels, width: spec.width, height: spec.height };
  const large = Math.floor(dots(room.width, room.height));
  if (large < 1) return drawShort(room, target);

  const small = Math.max(1, Math.floor(large / 2));
  const letters = Math.floor((room.width - 2 * PAD * large) / (small * (GLYPH_WIDTH + 1)));
  const line = caption(spec.prompt, spec.seed, letters).slice(0, letters);
  const width = 2 * PAD * large + Math.max(widthOf(TITLE) * large, widthOf(line) * small);
  const height = (3 * PAD + GLYPH_HEIGHT) * large + GLYPH_HEIGHT * small;
  const plate = bottomLeft(room, Math.min(width, room.width), height);
  darken(plate, target);
  const left = plate.left + PAD * large;
  const top = plate.top + PAD * large;
  write(TITLE, { left, top, dot: large }, target);
  write(line, { left, top: top + (GLYPH_HEIGHT + PAD) * large, dot: small }, target);
}

interface Target {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

function drawShort(room: Rectangle, target: Target): void {
  const height = GLYPH_HEIGHT + 2;
  const word = SHORT.find((each) => widthOf(each) + 2 <= room.width);
  if (word === undefined || height > room.height) return;
  const plate = bottomLeft(room, widthOf(word) + 2, height);
  darken(plate, target);
  write(word, { left: plate.left + 1, top: plate.top + 1, dot: 1 }, target);
}

function bottomLeft({ left, top, height: room }: Rectangle, width: number, height: number): Rectangle {
  return { left, top: top + room - height, width, height };
}

/** In dots. */
function widthOf(text: string): number {
  return Array.from(text).length * (GLYPH_WIDTH + 1) - 1;
}
