import { inTurn } from '../../images/decodable.ts';
import { posterOf } from '../../images/previews/poster.ts';
import { requirePixels } from '../../images/problems.ts';
import type { Tile } from '../../images/previews/sheet.ts';
import { isStill } from '../../images/still.ts';
import type { ImageLibrary } from '../../images/types.ts';
import type { BatchItemView } from '../../jobs/batches/model/batch-types.ts';
import type { PictureBlock } from '../../render/rendered.ts';
import { toProblemRecord } from '../../shared/errors.ts';
import type { ToolCall } from '../definition/define.ts';
import { pictureBlock, previewLimits } from '../definition/previews.ts';

/** The sheet of a batch, and a warning for each picture that is not on it. */
export interface BatchSheet {
  readonly picture: PictureBlock | undefined;
  readonly warnings: readonly string[];
}

/** The pictures of items on one sheet, each with the number of its item; of a video, what it begins with. */
export async function batchSheet(
  items: readonly BatchItemView[],
  library: ImageLibrary,
  { settings, signal }: Pick<ToolCall, 'settings' | 'signal'>,
): Promise<BatchSheet> {
  const all = items.flatMap(({ place, images }) => images.map((image) => ({ place, image })));
  const limits = previewLimits(settings.preview, all.length === 0 ? 0 : 1);
  if (limits === undefined) return { picture: undefined, warnings: [] };
  const { cellOf, MOST_ON_A_SHEET, sheetOf, tileOf } = await import('../../images/previews/sheet.ts');
  const shown = all.slice(0, MOST_ON_A_SHEET);
  const cell = cellOf(shown.length);
  const tiles: Tile[] = [];
  const numbers: number[] = [];
  const warnings: string[] = [];
  for (const { place, image } of shown) {
    if (signal.aborted) break;
    try {
      const still = isStill(image) ? image : await posterOf(image, library);
      if (still === undefined) continue;
      requirePixels(still);
      tiles.push(await inTurn(still, async () => tileOf(await library.read(still), cell)));
      numbers.push(place);
    } catch (error) {
      warnings.push(`Item ${place} cannot be shown here: ${toProblemRecord(error).message}`);
    }
  }
  if (all.length > shown.length) warnings.push(`The sheet shows ${shown.length} of ${all.length} pictures.`);
  if (tiles.length === 0) return { picture: undefined, warnings };
  return { picture: pictureBlock(await sheetOf(tiles, limits.maxBytes, numbers)), warnings };
}
