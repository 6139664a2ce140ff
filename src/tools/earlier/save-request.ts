import { planConversion } from '../../images/conversion/plan.ts';
import { requireSaveName } from '../../images/files/save-place.ts';
import { isStillType, typeByEnding } from '../../images/media.ts';
import type { SaveRequest } from '../../jobs/model/saves/save-order.ts';
import { Problem } from '../../shared/errors.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import type { ToolCall } from '../definition/define.ts';

/** A name with an ending, and after it a size, a crop, or both. */
const WITH_COPY = /^(.*\.(?:jpe?g|png|webp))\s+(\d{0,5}[x×]\d{0,5})?\s*(.*)$/i;
/** A picture in place of one whose size is not known before it is made. */
const ANY_SIZE = { width: 4096, height: 4096 };

/**
 * What `save_as` asks for, checked before anything is spent: "assets/hero.png", "hero.png 1000x1000", "hero.png 1000x1000
 * top".
 * @param size pixels of the pictures, where they are known
 * @throws Problem `no_server_paths` for callers on other machines, `invalid_argument` for a name, size or crop that
 *   `save_image` would refuse
 */
export function saveRequest(
  text: string,
  size: { readonly width: number; readonly height: number } | undefined,
  { caller, settings }: Pick<ToolCall, 'caller' | 'settings'>,
): SaveRequest {
  if (!caller.can.serverPaths) {
    throw new Problem('no_server_paths', 'This server writes no files for clients on other machines.', {
      next: 'Leave save_as out, and read the resource firefly://images/{id}: it holds the original bytes.',
    });
  }
  const root = settings.outputFolder;
  const [, name = text, wanted, crop = ''] = WITH_COPY.exec(text.trim()) ?? [];
  requireSaveName(name, root);
  const request = { root, name, size: wanted, crop: crop === '' ? undefined : crop };
  const type = typeByEnding(name);
  const mimeType = type !== undefined && isStillType(type) ? type : 'image/png';
  try {
    planConversion({ ...(size ?? ANY_SIZE), mimeType }, request);
  } catch (error) {
    throw inSaveAs(error, crop);
  }
  return request;
}

/** A crop is an argument of `save_image`; here it is what follows the name. */
function inSaveAs(error: unknown, crop: string): unknown {
  if (!(error instanceof Problem) || !error.message.startsWith('crop is neither')) return error;
  return invalidArgument(
    `"${quoteUntrusted(crop, 60)}" after the name in save_as is no size and no part of the picture.`,
    'Write pixels, such as "hero.png 1920x1080", and after them what stays: center, left, right, top or bottom.',
  );
}
