import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphOf } from '../../src/emulator/drawing/mark/font.ts';

/** Dot size of a word that is found anywhere in a picture; 0 if it is not found. */
export function dotOf(
  word: string,
  { width, height }: { width: number; height: number },
  white: (x: number, y: number) => boolean,
) {
  for (let dot = 14; dot >= 1; dot -= 1) {
    for (let top = 0; top + GLYPH_HEIGHT * dot <= height; top += 1) {
      for (let left = 0; left + (GLYPH_WIDTH + 1) * word.length * dot - dot <= width; left += 1) {
        if (white(left, top) && spells(word, { left, top, dot }, white)) return dot;
      }
    }
  }
  return 0;
}

function spells(
  word: string,
  at: { left: number; top: number; dot: number },
  white: (x: number, y: number) => boolean,
) {
  return Array.from(word).every((letter, index) =>
    glyphOf(letter).every((row, line) =>
      Array.from(row).every((sign, column) => {
        const x = at.left + (index * (GLYPH_WIDTH + 1) + column) * at.dot + (at.dot >> 1);
        return white(x, at.top + line * at.dot + (at.dot >> 1)) === (sign === '#');
      }),
    ),
  );
}
