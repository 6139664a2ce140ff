import { z } from 'zod';
import type { PaidRequest } from '../../../jobs/model/types.ts';
import { askedRatio } from '../../arguments/asked-ratio.ts';
import { checkExpansion } from './expand-rules.ts';
import { expandPictures } from './expand-pictures.ts';
import {
  countField,
  generationFields,
  invertMaskField,
  maskField,
  pictureField,
  ratioText,
  seedsField,
} from '../../arguments/fields.ts';
import { COST, OUTCOME } from '../../definition/paid-words.ts';
import { defineGenerationTool } from '../../definition/define-generation-tool.ts';
import { madeOf } from '../made-of.ts';
import { checkedBody } from '../request-image.ts';
import { countOf } from '../../arguments/prompt-rules.ts';

/** Numbers are taken too. */
const inset = z.coerce.string().max(20).optional();

const input = z.strictObject({
  image: pictureField,
  size: z.string().max(20).optional().describe('Pixels of the result, such as 2048x1152.'),
  aspect_ratio: ratioText.optional().describe('In place of size, as 16:9 or like:img_…: the smallest that fits.'),
  align_horizontal: z.enum(['left', 'center', 'right']).optional().describe('Of the picture; default center.'),
  align_vertical: z.enum(['top', 'center', 'bottom']).optional().describe('As align_horizontal.'),
  inset_left: inset.describe(
    'Room left of the picture: pixels (400) or percent (25%); with aspect_ratio the other sides follow.',
  ),
  inset_top: inset.describe('As inset_left.'),
  inset_right: inset.describe('As inset_left.'),
  inset_bottom: inset.describe('As inset_left.'),
  mask: maskField.optional().describe('In place of alignment and insets: size of the result, white is painted.'),
  invert_mask: invertMaskField,
  prompt: z.string().min(1).optional().describe('What to paint, up to 1024 characters; default: what fits.'),
  count: countField,
  seeds: seedsField,
  ...generationFields,
});

/** Outpainting (OpenAPI `expandImagesV3Async`). */
export const expandImage = defineGenerationTool({
  name: 'expand_image',
  title: 'Expand image',
  toolset: 'core',
  description: `Extends an image beyond its edges with Firefly (outpaint, outpainting, uncrop, larger canvas, widen, wider, banner, other aspect ratio) by painting around it. The picture itself stays as it is: no upscaling. ${COST} ${OUTCOME} To change its inside use fill_image.`,
  input,
  async toRequest(given, services, call): Promise<PaidRequest> {
    const expansion = checkExpansion(given, await askedRatio(given.aspect_ratio, services, call));
    const { image, mask, size, result, placement, edit } = await expandPictures(given, expansion, {
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
      edit,
      count: countOf(given),
      size: result,
      facts: {
        tool: 'expand_image',
        prompt: given.prompt,
        ...madeOf({ image, mask }),
        demo: call.settings.demo || undefined,
      },
      warnings: [...image.notes, ...(mask?.notes ?? [])],
    };
  },
});
