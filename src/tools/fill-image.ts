import { z } from 'zod';
import { SHAPES_IN_WORDS, shapesField } from '../images/masks/drawing/shapes.ts';
import type { PaidRequest } from '../jobs/model/types.ts';
import {
  countField,
  generationFields,
  invertMaskField,
  localeField,
  maskField,
  pictureField,
  seedsField,
} from './arguments/fields.ts';
import { fillPictures } from './edit/fill-pictures.ts';
import { fillSize } from './edit/fill-size.ts';
import { COST, OUTCOME } from './definition/paid-words.ts';
import { defineGenerationTool } from './definition/define-generation-tool.ts';
import { legalSize } from './generate/generation-size.ts';
import { invalidArgument } from './arguments/invalid-argument.ts';
import { checkedBody } from './edit/request-image.ts';
import { checkSeeds, checkText, countOf, LONGEST_PROMPT } from './arguments/prompt-rules.ts';
import { FILL_SIZES } from './generate/sizes.ts';

const input = z.strictObject({
  image: pictureField,
  mask: maskField.optional(),
  mask_shapes: shapesField.optional().describe(`In place of mask: ${SHAPES_IN_WORDS}`),
  invert_mask: invertMaskField.describe('true: shapes and white are kept, all else may change.'),
  prompt: z.string().min(1).optional().describe('What to put there, up to 1024 characters; default: what fits.'),
  negative_prompt: z.string().optional().describe('To avoid, up to 1024 characters.'),
  count: countField,
  size: z
    .string()
    .max(20)
    .optional()
    .describe(
      '2048x2048, 1024x1024, 2304x1792, 1792x2304, 2688x1536, 1344x768, 1152x896 or 896x1152. Default: nearest.',
    ),
  seeds: seedsField,
  locale: localeField,
  ...generationFields,
});

/** Generative fill inside a mask (OpenAPI `fillImagesV3Async`). */
export const fillImage = defineGenerationTool({
  name: 'fill_image',
  title: 'Fill image',
  toolset: 'core',
  description: `Edits part of an image or photo with Adobe Firefly (inpaint, generative fill): removes, adds or replaces an object or person, changes the background. Only what mask_shapes or mask open may change; make_mask shows it before, free. ${COST} ${OUTCOME} To extend an image use expand_image.`,
  input,
  async toRequest(given, services, call): Promise<PaidRequest> {
    const asked = checkFill(given);
    const { image, mask, pixels } = await fillPictures(given, { services, call, tool: 'fill_image' });
    const { size, notes } = fillSize(asked, pixels);
    const pictures = [...image.uploads, ...mask.uploads];
    const body = checkedBody(
      'fillImagesV3Async',
      {
        image: { source: image.source },
        mask: { source: mask.source, invert: given.invert_mask },
        prompt: given.prompt,
        negativePrompt: given.negative_prompt,
        promptBiasingLocaleCode: given.locale,
        numVariations: countOf(given),
        seeds: given.seeds,
        size,
      },
      pictures,
    );
    return {
      tool: 'fill_image',
      operation: 'fillImagesV3Async',
      model: undefined,
      body,
      pictures,
      count: countOf(given),
      size,
      facts: {
        tool: 'fill_image',
        prompt: given.prompt,
        negativePrompt: given.negative_prompt,
        sources: image.handle === undefined ? undefined : [image.handle],
        mask: mask.handle,
        demo: call.settings.demo || undefined,
      },
      warnings: [...notes, ...image.notes, ...mask.notes],
    };
  },
});

/** Checks what needs no picture, and gives the size that the caller asks for. @throws Problem `invalid_argument` */
function checkFill(given: z.infer<typeof input>) {
  if (given.mask !== undefined && given.mask_shapes !== undefined) {
    throw invalidArgument(
      'mask and mask_shapes are both given.',
      'Give one of them; make_mask joins an earlier mask (from) with shapes.',
    );
  }
  if (given.mask === undefined && given.mask_shapes === undefined) {
    throw invalidArgument(
      'fill_image needs to know what may change.',
      'Give mask_shapes, such as [{"shape": "rectangle", "x": 10, "y": 10, "width": 50, "height": 30}], or a mask.',
    );
  }
  const limit = { limit: LONGEST_PROMPT, owner: 'fill_image' };
  checkText('prompt', given.prompt, limit);
  checkText('negative_prompt', given.negative_prompt, limit);
  checkSeeds(given);
  return given.size === undefined ? undefined : legalSize(given.size, 'fill_image', FILL_SIZES);
}
