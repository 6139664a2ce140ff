import { z } from 'zod';
import { SHAPES_IN_WORDS, shapesInBrief } from '../../images/masks/drawing/shapes.ts';
import { RESOLUTION_LEVELS_V4 } from '../../firefly/contract/paid/generate-images-v4.ts';
import type { PaidRequest } from '../../jobs/model/types.ts';
import { furtherGenerationFields, invertMaskField, localeField, maskField, pictureField } from '../arguments/fields.ts';
import { checkSeeds, checkText } from '../arguments/prompt-rules.ts';
import { defineGenerationTool } from '../definition/define-generation-tool.ts';
import { COST, OUTCOME } from '../definition/paid-words.ts';
import { editResolution } from './edit-resolution.ts';
import { askForMask } from './ask-for-mask.ts';
import { editPictures, INVERTED_NOTHING } from './edit-pictures.ts';
import { madeOf } from './made-of.ts';
import { checkedBody } from './request-image.ts';
import { LONGEST_PROMPT_IMAGE5 } from '../generate/generation-rules.ts';

const MODEL = 'image5';

const input = z.strictObject({
  image: pictureField,
  prompt: z.string().min(1).describe('What to change, such as "make it evening", 1-1500 characters.'),
  mask: maskField.optional().describe(`Only this part changes. ${maskField.description ?? ''}`),
  mask_shapes: shapesInBrief.optional().describe(`In place of mask: ${SHAPES_IN_WORDS}`),
  invert_mask: invertMaskField,
  resolution: z.enum(RESOLUTION_LEVELS_V4).optional().describe('Default: that of the image, up to 4MP.'),
  prompt_reasoner: z.enum(['quality', 'speed']).optional().describe('Default speed.'),
  seeds: z.array(z.int()).min(1).max(1).optional().describe('1 integer; default random.'),
  locale: localeField,
  ...furtherGenerationFields,
});

/** Instruct edit (OpenAPI `firefly_image_v5_generate_async_v4` with a reference). */
export const editImage = defineGenerationTool({
  name: 'edit_image',
  title: 'Edit image',
  toolset: 'core',
  description: `Edits a whole image by an instruction with Firefly Image 5 (restyle, recolour, recolor, colour, color, light, season, time of day or clothes, night). It paints everything anew, so that details change too; with mask or mask_shapes all else stays, at the picture's own size. ${COST} ${OUTCOME} To replace one part use fill_image; for similar pictures vary_image.`,
  input,
  async askFor(given, services, call) {
    const { image, prompt, mask, mask_shapes, invert_mask } = given;
    if (mask !== undefined || mask_shapes !== undefined || invert_mask !== true || call.choose === undefined)
      return undefined;
    checkWords(given);
    const picture = await services.imageImport.open(image, call.caller, 'generated');
    const question = { tool: 'edit_image', words: 'what may change', isPlace: false, ...INVERTED_NOTHING };
    return askForMask(picture, { ...question, prompt }, { services, call, tool: 'edit_image' });
  },
  async toRequest(given, services, call): Promise<PaidRequest> {
    checkWords(given);
    const {
      image,
      painted,
      given: before,
      result,
      edit,
      mask,
      notes: cut,
    } = await editPictures(given, { services, call, tool: 'edit_image' });
    const { level, notes } = editResolution(given.resolution, painted, before);
    const payload = { localeCode: given.locale, prompt_reasoner: given.prompt_reasoner };
    const body = checkedBody(
      'editImagesV4Async',
      {
        prompt: given.prompt,
        referenceBlobs: [{ source: image.source, usage: 'general' }],
        resolutionLevel: level,
        seeds: given.seeds,
        modelSpecificPayload: given.locale || given.prompt_reasoner ? payload : undefined,
      },
      image.uploads,
    );
    return {
      tool: 'edit_image',
      operation: 'editImagesV4Async',
      model: MODEL,
      body,
      pictures: image.uploads,
      count: 1,
      edit,
      // Of a whole picture Adobe documents the level of resolution, not the pixels.
      size: result,
      facts: {
        tool: 'edit_image',
        prompt: given.prompt,
        model: MODEL,
        ...madeOf({ image, mask }),
        demo: call.settings.demo || undefined,
      },
      warnings: [...(edit === undefined ? notes : []), ...cut],
      drawn: mask?.drawn,
    };
  },
});

/** @throws Problem `invalid_argument` */
function checkWords(given: z.infer<typeof input>): void {
  checkText('prompt', given.prompt, { limit: LONGEST_PROMPT_IMAGE5, owner: 'edit_image' });
  checkSeeds(given);
}
