import type { Tile } from '../../images/previews/sheet.ts';
import { requireStill } from '../../images/still.ts';
import type { ImageLibrary } from '../../images/types.ts';
import type { BatchPlan } from '../../jobs/batches/model/batch-types.ts';
import type { ToolCall } from '../definition/define.ts';
import { pictureBlock, previewLimits } from '../previews/previews.ts';
import type { BatchSheet } from './batch-sheet.ts';

/** Masks on one sheet: enough to see whether they are right, and each takes a moment. */
const MOST_SHOWN = 12;

/** The masks that were drawn for a plan, each tinted on its picture where that would change, with the number of its item. */
export async function maskSheet(
  { items }: Pick<BatchPlan, 'items'>,
  library: ImageLibrary,
  call: Pick<ToolCall, 'settings' | 'signal' | 'caller'>,
): Promise<BatchSheet> {
  const drawn = items.flatMap(({ request }, index) =>
    request.drawn === undefined ? [] : [{ number: index + 1, ...request.drawn }],
  );
  const limits = previewLimits(call.settings.preview);
  if (drawn.length === 0 || limits === undefined) return { picture: undefined, warnings: [] };
  const { cellOf, sheetOf, tileOf } = await import('../../images/previews/sheet.ts');
  const shown = drawn.slice(0, MOST_SHOWN);
  const cell = cellOf(shown.length);
  const tiles: Tile[] = [];
  for (const { mask, picture, isInverted } of shown) {
    call.signal.throwIfAborted();
    const still = requireStill(await library.get(picture, call.caller));
    const marked = requireStill(await library.get(mask, call.caller));
    const order = async () => ({
      picture: await library.read(still),
      mask: await library.read(marked),
      isInverted,
      limits: { maxSide: cell, maxBytes: limits.maxBytes },
    });
    const overlay = await library.pixels.run('overlay', [still, marked], order, call.signal);
    tiles.push(await tileOf(overlay.data, cell));
  }
  const numbers = shown.map(({ number }) => String(number));
  const warnings = drawn.length > shown.length ? [`The sheet shows ${shown.length} of ${drawn.length} masks.`] : [];
  return { picture: pictureBlock(await sheetOf(tiles, limits.maxBytes, numbers)), warnings };
}
