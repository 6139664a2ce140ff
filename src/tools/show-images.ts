import { z } from 'zod';
import { lineageOf } from '../images/lineage.ts';
import { posterOf } from '../images/poster.ts';
import { isStill } from '../images/still.ts';
import type { ImageLibrary, ImageRecord, Preview } from '../images/types.ts';
import { renderImage } from '../render/pictures/image.ts';
import { renderContext } from './definition/render-context.ts';
import { defineTool, type ToolCall } from './definition/define.ts';
import { imageField } from './arguments/fields.ts';
import { rawBytes } from './definition/previews.ts';

/** Characters of base64 for one picture: hosts cut results of 1 MB, some far smaller ones. */
const MOST_ENCODED = 500_000;

/** Shows a picture. No output schema, so that every host passes the picture to the model (docs/hosts.md#tool-results). */
export const showImages = defineTool({
  name: 'show_images',
  title: 'Show images',
  toolset: 'library',
  description:
    'Shows one stored image to look at, with prompt, seed, model, what it was made from and what from it. Costs nothing.',
  intent: 'read',
  idempotent: true,
  openWorld: false,
  input: z.strictObject({
    image: imageField.optional().describe('img_…, "last" (default; newest of this conversation), job_…#2.'),
    max_side: z.int().min(64).max(2048).optional().describe('Longer side in pixels, 64-2048; default 1024.'),
  }),
  output: undefined,
  async handler({ image = 'last', max_side = 1024 }, call) {
    const { images } = await call.services();
    const found = await images.resolve(image, call.caller);
    const limits = { maxSide: max_side, maxBytes: rawBytes(MOST_ENCODED) };
    const lineage = await lineageOf(found, images, call.caller);
    const tinted = found.kind === 'mask' ? pictureOf(found, lineage.parents) : undefined;
    const how = { images, limits, call };
    const still = isStill(found) ? found : await posterOf(found, images);
    const plain = still && tinted === undefined ? await images.preview(still, limits) : undefined;
    const preview = tinted === undefined ? plain : await overlayOf(found, tinted, how);
    const poster = still === found ? undefined : still;
    return renderImage(found, { preview, tinted, poster, ...lineage }, await renderContext(call, images, [found]));
  },
});

/** The picture that a mask was drawn for, where it still exists. A mask for an expansion has the size of the result. */
function pictureOf(mask: ImageRecord, parents: readonly ImageRecord[]): ImageRecord | undefined {
  return parents.find(({ kind, width, height }) => kind !== 'mask' && width === mask.width && height === mask.height);
}

/** What a picture is shown by. */
interface HowToShow {
  readonly images: ImageLibrary;
  readonly limits: { readonly maxSide: number; readonly maxBytes: number };
  readonly call: ToolCall;
}

/** A mask on its picture, as make_mask shows it: black and white alone tell a model little. */
async function overlayOf(
  mask: ImageRecord,
  picture: ImageRecord,
  { images, limits, call }: HowToShow,
): Promise<Preview> {
  const { decodeLuminance } = await import('../images/masks/decode.ts');
  const { renderOverlay } = await import('../images/masks/overlay.ts');
  const { eventLoopTurns } = await import('../images/masks/pace.ts');
  const opens = await decodeLuminance(await images.read(mask));
  return renderOverlay(await images.read(picture), opens, limits, eventLoopTurns(call.signal));
}
