import { z } from 'zod';
import { lineageOf } from '../images/lineage.ts';
import { isStill } from '../images/still.ts';
import { renderImage } from '../render/pictures/image.ts';
import { renderContext } from './definition/render-context.ts';
import { defineTool } from './definition/define.ts';
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
    const preview = isStill(found) ? await images.preview(found, limits) : undefined;
    const lineage = await lineageOf(found, images, call.caller);
    return renderImage(found, { preview, ...lineage }, await renderContext(call, images, [found]));
  },
});
