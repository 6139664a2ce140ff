import { posterOf } from '../../images/previews/poster.ts';
import type { Tile } from '../../images/previews/sheet.ts';
import { requirePixels } from '../../images/problems.ts';
import { isStill } from '../../images/still.ts';
import type { ImageLibrary, ImageRecord, Preview } from '../../images/types.ts';
import { toProblemRecord } from '../../shared/errors.ts';

/** A picture with the number that its corner bears. */
export interface Numbered {
  readonly number: number;
  readonly image: ImageRecord;
}

/** A sheet, and the pictures that are not on it. */
export interface NumberedSheet {
  /** Undefined where no picture can be shown. */
  readonly sheet: Preview | undefined;
  /** What keeps a picture from being shown, in a sentence. */
  readonly failed: readonly (Numbered & { readonly why: string })[];
  /** Pictures beyond the most that a sheet takes. */
  readonly left: number;
}

/**
 * Pictures side by side on one sheet of at most `maxBytes`, one decoded after the other; of a video what it begins with,
 * where that is known. An abort ends the sheet early, since no one waits for it any more.
 */
export async function numberedSheet(
  pictures: readonly Numbered[],
  library: ImageLibrary,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<NumberedSheet> {
  const { cellOf, MOST_ON_A_SHEET, sheetOf } = await import('../../images/previews/sheet.ts');
  const shown = pictures.slice(0, MOST_ON_A_SHEET);
  const cell = cellOf(shown.length);
  const tiles: Tile[] = [];
  const numbers: number[] = [];
  const failed: (Numbered & { why: string })[] = [];
  for (const { number, image } of shown) {
    if (signal.aborted) break;
    try {
      const still = isStill(image) ? image : await posterOf(image, library);
      if (still === undefined) continue;
      requirePixels(still);
      tiles.push(await library.pixels.run('tile', still, async () => ({ bytes: await library.read(still), cell })));
      numbers.push(number);
    } catch (error) {
      failed.push({ number, image, why: toProblemRecord(error).message });
    }
  }
  const sheet = tiles.length === 0 ? undefined : await sheetOf(tiles, maxBytes, numbers.map(String));
  return { sheet, failed, left: pictures.length - shown.length };
}
