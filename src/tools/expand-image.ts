import { z } from 'zod';
import type { PaidRequest } from '../jobs/model/types.ts';
import { checkExpansion } from './edit/expand-rules.ts';
import { expandPictures } from './edit/expand-pictures.ts';
import {
  countField,
  generationFields,
  invertMaskField,
  maskField,
  pictureField,
  seedsField,
} from './arguments/fields.ts';
import { defineGenerationTool } from './definition/define-generation-tool.ts';
import { checkedBody } from './edit/request-image.ts';
import { countOf, LONGEST_PROMPT } from './arguments/prompt-rules.ts';

const inset = z.int().min(0).max(3998).optional();

const input = z.strictObject({
  image: pictureField.describe('As image in fill_image.'),
  size: z.string().max(20).optional().describe('Of the result, such as 2048x1152; 1–3999 a side.'),
  aspect_ratio: z
    .string()
    .max(20)
    .optional()
    .describe('Instead of size, such as 16:9: the smallest that holds the picture, at most 3999 a side.'),
  align_horizontal: z.enum(['left', 'center', 'right']).optional().describe('Position of the picture; default center.'),
  align_vertical: z.enum(['top', 'center', 'bottom']).optional().describe('As align_horizontal; default center.'),
  inset_left: inset.describe(
    'Instead of alignment: pixels left of the picture, 0–3998. Without size they are added to it.',
  ),
  inset_top: inset.describe('As inset_left, 0–3998.'),
  inset_right: inset.describe('As inset_left, 0–3998.'),
  inset_bottom: inset.describe('As inset_left, 0–3998.'),
  mask: maskField
    .optional()
    .describe('Instead of alignment and insets: of the size of the result, white where it is painted.'),
  invert_mask: invertMaskField,
  prompt: z
    .string()
    .min(1)
    .max(LONGEST_PROMPT)
    .optional()
    .describe('What to paint, up to 1024 characters. Left out: what suits the picture.'),
  count: countField,
  seeds: seedsField,
  ...generationFields,
});

/** Outpainting (OpenAPI `expandImagesV3Async`). */
export const expandImage = defineGenerationTool({
  name: 'expand_image',
  title: 'Expand image',
  description:
    'Makes a picture larger or of another ratio: Adobe Firefly paints the area around it. The picture keeps its size, or is scaled down where the result is smaller. Spends one paid request. To change something inside use fill_image.',
  input,
  async toRequest(given, services, call): Promise<PaidRequest> {
    const expansion = checkExpansion(given);
    const { image, mask, size, placement } = await expandPictures(given, expansion, {
      services,
      call,
      tool: 'expand_image',
    });
    const pictures = [...image.uploads, ...(mask?.uploads ?? [])];
    const body = checkedBody(
      'expandImagesV3Async',
      {
        image: { source: image.source },
        mask: mask && { source: mask.source, invert: given.invert_mask },
        prompt: given.prompt,
        numVariations: countOf(given),
        seeds: given.seeds,
        placement,
        size,
      },
      pictures,
    );
    return {
      tool: 'expand_image',
      operation: 'expandImagesV3Async',
      model: undefined,
      body,
      pictures,
      count: countOf(given),
      size,
      facts: {
        tool: 'expand_image',
        prompt: given.prompt,
        sources: image.handle === undefined ? undefined : [image.handle],
        mask: mask?.handle,
        demo: call.settings.demo || undefined,
      },
      warnings: [...image.notes, ...(mask?.notes ?? [])],
    };
  },
});
