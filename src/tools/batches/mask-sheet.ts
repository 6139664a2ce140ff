import { inTurn } from '../../images/decodable.ts';
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
  const { decodeLuminance } = await import('../../images/masks/decode.ts');
  const { renderOverlay } = await import('../../images/masks/overlay/overlay.ts');
  const { invert } = await import('../../images/masks/refining/combine.ts');
  const { eventLoopTurns } = await import('../../images/masks/pace.ts');
  const yieldNow = eventLoopTurns(call.signal);
  const shown = drawn.slice(0, MOST_SHOWN);
  const cell = cellOf(shown.length);
  const tiles: Tile[] = [];
  for (const { mask, picture, isInverted } of shown) {
    call.signal.throwIfAborted();
    const still = requireStill(await library.get(picture, call.caller));
    const marked = await decodeLuminance(await library.read(requireStill(await library.get(mask, call.caller))));
    const tile = async () => {
      const opens = isInverted ? await invert(marked, yieldNow) : marked;
      const how = { maxSide: cell, maxBytes: limits.maxBytes };
      return tileOf((await renderOverlay(await library.read(still), opens, how, yieldNow)).data, cell);
    };
    tiles.push(await inTurn(still, tile));
  }
  const numbers = shown.map(({ number }) => String(number));
  const warnings = drawn.length > shown.length ? [`The sheet shows ${shown.length} of ${drawn.length} masks.`] : [];
  return { picture: pictureBlock(await sheetOf(tiles, limits.maxBytes, numbers)), warnings };
}
