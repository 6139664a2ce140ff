import type { ImageLibrary } from '../../images/types.ts';
import type { BatchItemView } from '../../jobs/batches/model/batch-types.ts';
import type { PictureBlock } from '../../render/rendered.ts';
import type { ToolCall } from '../definition/define.ts';
import { numberedSheet } from '../previews/numbered-sheet.ts';
import { pictureBlock, previewLimits } from '../previews/previews.ts';

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
  const all = items.flatMap(({ place, images }) => images.map((image) => ({ number: place, image })));
  const limits = previewLimits(settings.preview);
  if (limits === undefined) return { picture: undefined, warnings: [] };
  const { sheet, failed, left } = await numberedSheet(all, library, { ...limits, signal });
  const warnings = failed.map(({ number, why }) => `Item ${number} cannot be shown here: ${why}`);
  if (left > 0) warnings.push(`The sheet shows ${all.length - left} of ${all.length} pictures.`);
  return { picture: sheet && pictureBlock(sheet), warnings };
}
