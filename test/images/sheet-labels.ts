import sharp from 'sharp';

/** Digits and letters as a sheet draws them: rows of three dots, from the top. */
const GLYPHS: ReadonlyMap<string, number | string> = new Map<string, number | string>([
  ['111101101101111', 0],
  ['010110010010111', 1],
  ['111001111100111', 2],
  ['111001111001111', 3],
  ['101101111001001', 4],
  ['010101111101101', 'A'],
  ['110101110101110', 'B'],
]);
const GAP = 8;
const DOT = 6;

/** The labels on a sheet of fewer than four columns, read from its pixels as a person would. */
export async function labelsOf(
  sheet: Uint8Array,
  columns: number,
  rows: number,
): Promise<(number | string | undefined)[]> {
  const { data, info } = await sharp(sheet).greyscale().raw().toBuffer({ resolveWithObject: true });
  const cell = (info.width - GAP) / columns - GAP;
  const labels = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const [left, top] = [GAP + column * (cell + GAP), GAP + row * (cell + GAP)];
      let dots = '';
      for (let y = 1; y <= 5; y += 1)
        for (let x = 1; x <= 3; x += 1)
          dots += (data[(top + y * DOT + 3) * info.width + left + x * DOT + 3] ?? 0) > 128 ? '1' : '0';
      labels.push(GLYPHS.get(dots));
    }
  }
  return labels;
}
