import { z } from 'zod';
import { inTurn } from '../images/decodable.ts';
import { composeMask, refinementFields } from '../images/masks/compose.ts';
import { decodeAlpha, decodeLuminance } from '../images/masks/decode.ts';
import { readGivenMask } from '../images/masks/read-mask.ts';
import { requireSameSize, type Mask } from '../images/masks/mask.ts';
import { renderOverlay } from '../images/masks/overlay.ts';
import { shapesField } from '../images/masks/drawing/shapes.ts';
import { maskFromLuminance, maskFromTransparency } from '../images/masks/sources.ts';
import { pictureNotLocal } from '../images/problems.ts';
import type { ImageRecord } from '../images/types.ts';
import { renderMask } from '../render/pictures/mask.ts';
import { MaskResult } from '../render/schemas.ts';
import { renderContext } from './definition/render-context.ts';
import { defineTool } from './definition/define.ts';
import { pictureField, pictureText } from './arguments/fields.ts';
import { keepMask, type MaskContext, yieldToEventLoop } from './edit/request-mask.ts';
import { pictureBlock, previewLimits } from './definition/previews.ts';

/** Draws masks with the rasteriser of this program: no request to Adobe, and a preview before money is spent. */
export const makeMask = defineTool({
  name: 'make_mask',
  title: 'Make mask',
  toolset: 'core',
  description:
    'Draws a mask: the part of an image that fill_image may change; all else is kept. Costs nothing, and shows the picture, red where it may change. For a background mark the subject and set invert. Returns a handle (img_…) to pass as mask; to refine it call again with from.',
  intent: 'write',
  idempotent: false,
  openWorld: false,
  input: z.strictObject({
    image: pictureField.describe('img_…, "last" (newest of this conversation), job_…#2, file path or data URI (5 MB).'),
    shapes: shapesField.optional(),
    from: pictureText
      .optional()
      .describe(
        'In place of shapes, or added to them: earlier mask (img_…, "last"), black and white file, "alpha" (transparent in image) or "luminance" (bright).',
      ),
    ...refinementFields,
  }),
  output: MaskResult,
  async handler({ image, shapes, from, invert, grow, feather }, call) {
    const services = await call.services();
    const context: MaskContext = { services, call, tool: 'make_mask' };
    const picture = await openLocal(image, 'generated', context);
    const source = from === undefined || isOwnChannel(from) ? picture : await openLocal(from, 'mask', context);
    // The sizes are in the records, so that nothing that does not fit is decoded.
    requireSameSize(source, picture);
    const drawn = await inTurn(picture, async () => {
      const masks = from === undefined ? [] : [await maskFrom(from, source, context)];
      const recipe = { picture, shapes, masks, invert, grow, feather };
      const { mask, ...composed } = await composeMask(recipe, yieldToEventLoop(context));
      const record = await keepMask(mask, [picture.id], context);
      const limits = previewLimits(call.settings.preview, 1);
      const overlay =
        limits && (await renderOverlay(await services.images.read(picture), mask, limits, yieldToEventLoop(context)));
      return { ...composed, mask: record, previews: overlay === undefined ? [] : [pictureBlock(overlay)] };
    });
    return renderMask({ ...drawn, picture }, await renderContext(call, services.images, [drawn.mask]));
  },
});

/** Whether the mask is made from a channel of the picture itself. */
function isOwnChannel(from: string): boolean {
  return from === 'alpha' || from === 'luminance';
}

async function maskFrom(from: string, source: ImageRecord, context: MaskContext): Promise<Mask> {
  const bytes = await context.services.images.read(source);
  if (from === 'alpha') return maskFromTransparency(await decodeAlpha(bytes), source, yieldToEventLoop(context));
  const isDrawn = from === 'luminance' || source.kind === 'mask';
  return maskFromLuminance(isDrawn ? await decodeLuminance(bytes) : (await readGivenMask(bytes)).mask, source);
}

/** A picture of the library or of a file, whose pixels can be read. @throws Problem `picture_not_local`, and as `ImageImport.open` */
async function openLocal(
  text: string,
  last: 'generated' | 'mask',
  { services, call }: MaskContext,
): Promise<ImageRecord> {
  const given = await services.imageImport.open(text, call.caller, last);
  if (given.kind === 'local') return given.image;
  throw pictureNotLocal(
    'A mask is drawn at the size of its picture, and of a URL or upload id only Adobe knows the size.',
    'Give the picture itself: a path or a data URI.',
  );
}
