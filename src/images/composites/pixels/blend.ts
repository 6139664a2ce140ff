import type { Size } from '../../masks/mask.ts';
import { sizeOf, type Box } from '../box.ts';
import { betweenSteps, type Making } from '../composite.ts';
import { blendRow, type Canvas } from './canvas.ts';
import { BANDS_AT_ONCE, PIXELS_AT_ONCE, resizedRows } from './resized-rows.ts';

/** An answer that is ready to be blended: in stored order, of the part of the picture that was sent. */
export interface ReadyAnswer {
  /** The part in the stored picture. */
  readonly part: Box;
  /** Pixels of `colours` and `ramp` across and down: those of the part, or fewer where the answer has fewer. */
  readonly size: Size;
  /** RGB. */
  readonly colours: Uint8Array;
  /** Share of the answer outside of the mask; undefined where nothing outside changes. */
  readonly ramp: Uint8Array | undefined;
  /** The mask at the resolution of the part. */
  readonly mask: Uint8Array;
}

/** Rows of the answer at the resolution of the part. */
interface Band {
  readonly top: number;
  readonly bottom: number;
  readonly colours: Uint8Array;
  readonly ramp: Uint8Array | undefined;
}

/**
 * Blends an answer into a canvas, band by band: an answer with fewer pixels than the part is enlarged only as far as it is
 * needed, so that it never has the part's own size in memory.
 * @param changed the part of the stored picture to blend, inside of the canvas and of the part that was sent
 * @param canvasBox where the canvas is in the stored picture
 * @param making its `check` is called before each band; what that throws ends the work
 * @returns not 0 for each cell of 8 by 8 pixels of the canvas in which anything changed
 */
export async function blendAnswer(
  answer: ReadyAnswer,
  canvas: Canvas,
  {
    changed,
    canvasBox,
    making,
  }: {
    readonly changed: Box;
    readonly canvasBox: Box;
    readonly making: Pick<Making, 'check' | 'reclaim'>;
  },
): Promise<Uint8Array> {
  const { part, size, mask } = answer;
  const whole = sizeOf(part);
  const { width } = whole;
  const across = changed.right - changed.left;
  const cells = Math.ceil(canvas.width / 8);
  const touched = new Uint8Array(cells * Math.ceil(canvas.height / 8));
  const shares = new Uint8Array(across);
  const atOnce = Math.max(1, Math.floor(PIXELS_AT_ONCE / width));
  const bandFrom = async (top: number): Promise<Band> => {
    const bottom = Math.min(changed.bottom, top + atOnce);
    const band = { top: top - part.top, bottom: bottom - part.top };
    // Shares spread by at most one pixel of the answer, and never overshoot; colours stay sharper with a cubic kernel.
    const [colours, ramp] = await Promise.all([
      resizedRows({ data: answer.colours, size, channels: 3 }, whole, { ...band, kernel: 'cubic' }),
      answer.ramp && resizedRows({ data: answer.ramp, size, channels: 1 }, whole, { ...band, kernel: 'linear' }),
    ]);
    return { top, bottom, colours, ramp };
  };
  let next: Promise<Band> | undefined = bandFrom(changed.top);
  for (let count = 1; next !== undefined; count++) {
    const { top, bottom, colours, ramp }: Band = await next;
    if (count % BANDS_AT_ONCE === 0) await betweenSteps(canvas, making);
    making.check();
    // The next band is enlarged, on other threads, while this one is blended.
    next = bottom < changed.bottom ? bandFrom(bottom) : undefined;
    const rows = canvas.rows(top - canvasBox.top, bottom - canvasBox.top);
    for (let y = top; y < bottom; y++) {
      const inPart = (y - part.top) * width + changed.left - part.left;
      const inBand = (y - top) * width + changed.left - part.left;
      const cellRow = ((y - canvasBox.top) >> 3) * cells;
      for (let x = 0; x < across; x++) {
        const share = Math.max(mask[inPart + x] ?? 0, ramp?.[inBand + x] ?? 0);
        shares[x] = share;
        if (share !== 0) touched[cellRow + ((x + changed.left - canvasBox.left) >> 3)] = 1;
      }
      const at = ((y - top) * canvas.width + changed.left - canvasBox.left) * canvas.channels;
      blendRow(rows, canvas, at, { colours: colours.subarray(inBand * 3, (inBand + across) * 3), shares });
    }
    canvas.keep(rows, top - canvasBox.top);
  }
  return touched;
}
