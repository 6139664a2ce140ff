import type { Mask } from '../../masks/mask.ts';
import { inBands, type YieldNow } from '../../masks/pace.ts';
import { joinBoxes, type Box } from '../box.ts';

/** Least value of a pixel that counts as open. A darker one changes the result by less than noise does. */
export const OPEN_FROM = 8;
/** Most parts that are told apart. With more, those that are near each other count as one. */
const MOST_PARTS = 16;
/** Side of the cells in which parts are connected, pixels: parts closer than one cell are one. */
const CELL = 32;

/** What a mask opens. */
export interface OpenParts {
  /** Boxes around the parts that are apart from each other, from the top left; empty where nothing is open. */
  readonly boxes: readonly Box[];
  /** Share of the picture that is open, 0 to 1; soft pixels count whole. */
  readonly share: number;
}

/** Finds the parts of a mask that are open, connected through the eight neighbours of coarse cells. */
export async function findOpenParts(mask: Mask, yieldNow: YieldNow): Promise<OpenParts> {
  const { width, height, data } = mask;
  const columns = Math.ceil(width / CELL);
  const cells: (Box | undefined)[] = Array.from({ length: columns * Math.ceil(height / CELL) });
  let open = 0;
  await inBands(height, width, yieldNow, (from, to) => {
    for (let y = from; y < to; y++) {
      for (let x = 0, at = y * width; x < width; x++, at++) {
        if ((data[at] ?? 0) < OPEN_FROM) continue;
        let right = x + 1;
        const end = Math.min(width, (Math.floor(x / CELL) + 1) * CELL);
        // The rest of the row within this cell counts at once; gaps in it do not matter for the box.
        for (let next = x; next < end; next++) {
          if ((data[at + next - x] ?? 0) < OPEN_FROM) continue;
          open++;
          right = next + 1;
        }
        const cell = Math.floor(y / CELL) * columns + Math.floor(x / CELL);
        const box = { left: x, top: y, right, bottom: y + 1 };
        const before = cells[cell];
        cells[cell] = before === undefined ? box : joinBoxes(before, box);
        at += end - 1 - x;
        x = end - 1;
      }
    }
  });
  let parts = connect(cells, columns, 1);
  for (let reach = 2; parts.length > MOST_PARTS; reach *= 2) parts = connect(cells, columns, reach);
  return { boxes: parts, share: open / data.length };
}

/** Boxes of the groups of cells that are at most `reach` cells from each other. */
function connect(cells: readonly (Box | undefined)[], columns: number, reach: number): readonly Box[] {
  const rows = cells.length / columns;
  const seen = new Uint8Array(cells.length);
  const parts: Box[] = [];
  cells.forEach((first, start) => {
    if (first === undefined || seen[start] === 1) return;
    let part = first;
    const waiting = [start];
    seen[start] = 1;
    for (let cell = waiting.pop(); cell !== undefined; cell = waiting.pop()) {
      const box = cells[cell];
      if (box !== undefined) part = joinBoxes(part, box);
      const [row, column] = [Math.floor(cell / columns), cell % columns];
      for (let r = Math.max(0, row - reach); r <= Math.min(rows - 1, row + reach); r++) {
        for (let c = Math.max(0, column - reach); c <= Math.min(columns - 1, column + reach); c++) {
          const next = r * columns + c;
          if (seen[next] === 1 || cells[next] === undefined) continue;
          seen[next] = 1;
          waiting.push(next);
        }
      }
    }
    parts.push(part);
  });
  return parts;
}
