import { z } from 'zod';
import { pictureNotLocal } from '../../images/problems.ts';
import type { PaidRequest } from '../../jobs/model/types.ts';
import { furtherGenerationFields, pictureText } from '../arguments/fields.ts';
import { defineGenerationTool } from '../definition/define-generation-tool.ts';
import { COST, OUTCOME } from '../definition/paid-words.ts';
import { madeOf } from './made-of.ts';
import { checkedBody, requestImageCopy } from './request-image.ts';
import type { Pair } from '../generate/sizes.ts';
import { upscaleBy } from './upscale-factor.ts';

const MODEL = 'precise_upsampler_v1';

const input = z.strictObject({
  image: pictureText.describe('img_…, "last" (newest of this chat), job_…#2, file path or data URI (up to 5 MB).'),
  factor: z
    .int()
    .min(2)
    .max(6)
    .optional()
    .describe('2 (default), 3, 4 or 6; the longer side of the result has 6000 pixels at most.'),
  ...furtherGenerationFields,
});

/** Upscaling (OpenAPI `preciseUpsamplerV3Async`). */
export const upscaleImage = defineGenerationTool({
  name: 'upscale_image',
  title: 'Upscale image',
  toolset: 'editing',
  description: `Enlarges an image with Firefly (upscale, upscaling, enlarge, super resolution, higher resolution, sharper, for print): more pixels, and nothing added. ${COST} ${OUTCOME} For a larger canvas use expand_image.`,
  input,
  async toRequest(given, services, call): Promise<PaidRequest> {
    const { imageImport, firefly } = services;
    const opened = await imageImport.open(given.image, call.caller, 'generated');
    if (opened.kind !== 'local') {
      throw pictureNotLocal(
        'Whether a factor fits depends on the size of the picture, and of a URL or upload id only Adobe knows it.',
        'Give the picture itself: a path or a data URI.',
      );
    }
    const { factor, size } = upscaleBy(given.factor, opened.image);
    const { upload: limits } = firefly.operation('preciseUpsamplerV3Async').limits;
    const image = await requestImageCopy(opened.image, imageImport, { limits });
    const body = checkedBody(
      'preciseUpsamplerV3Async',
      // Adobe requires a seed, and has no default for it.
      { image: { source: image.source }, seeds: { $seeds: 1 }, upscaleFactor: factor },
      image.uploads,
    );
    return {
      tool: 'upscale_image',
      operation: 'preciseUpsamplerV3Async',
      model: MODEL,
      body,
      pictures: image.uploads,
      count: 1,
      size,
      facts: {
        tool: 'upscale_image',
        model: MODEL,
        ...madeOf({ image }),
        demo: call.settings.demo || undefined,
      },
      warnings: [...image.notes, printed(size)],
    };
  },
});

/** Resolution at which a print is sharp from an arm's length, pixels an inch. */
const PRINT_DPI = 300;

/** How large a picture can be printed: people ask for paper, not for pixels. */
function printed(size: Pair): string {
  const [width, height] = [size.width, size.height].map((side) => ((side / PRINT_DPI) * 2.54).toFixed(1));
  return `At ${PRINT_DPI} dpi it prints at ${width} x ${height} cm; A4 takes 21.0 x 29.7.`;
}
