import { z } from 'zod';
import { SHAPES_IN_WORDS, shapesInBrief } from '../../../images/masks/drawing/shapes.ts';
import type { PaidRequest } from '../../../jobs/model/types.ts';
import {
  countField,
  generationFields,
  invertMaskField,
  localeField,
  maskField,
  pictureField,
  seedsField,
} from '../../arguments/fields.ts';
import { fitField, selectField, unitField, withUnitOfAll } from '../../arguments/subject-fields.ts';
import { askForPart, partNote } from '../ask-for-mask.ts';
import { fillPictures } from './fill-pictures.ts';
import { COST, OUTCOME } from '../../definition/paid-words.ts';
import { defineGenerationTool } from '../../definition/define-generation-tool.ts';
import { legalSize } from '../../generate/generation-size.ts';
import { invalidArgument } from '../../arguments/invalid-argument.ts';
import { madeOf } from '../made-of.ts';
import { checkedBody } from '../request-image.ts';
import { checkSeeds, checkText, countOf, LONGEST_PROMPT } from '../../arguments/prompt-rules.ts';
import { checkContent } from './fill-content.ts';
import { FILL_SIZES } from '../../generate/sizes.ts';

const input = z.strictObject({
  image: pictureField,
  mask: maskField.optional(),
  mask_shapes: shapesInBrief.optional().describe(SHAPES_IN_WORDS),
  fit: fitField.describe('true: mask_shapes are rough.'),
  select: selectField.describe('In place of mask: people.'),
  unit: unitField,
  invert_mask: invertMaskField.describe('true: shapes and white are kept.'),
  prompt: z.string().min(1).optional().describe('What to put there, up to 1024 characters; leave out to remove.'),
  negative_prompt: z.string().optional().describe('To avoid, up to 1024 characters.'),
  count: countField,
  one_request: z.boolean().optional().describe('true: parts far apart at one cost, less sharp.'),
  whole_picture: z.boolean().optional().describe('true: repaint all.'),
  size: z.string().max(20).optional().describe('With whole_picture, such as "2304x1792".'),
  seeds: seedsField,
  locale: localeField,
  ...generationFields,
});

const NO_MASK = 'fill_image needs to know what may change.';
const GIVE_ONE =
  'Give mask_shapes, such as [{"shape": "rectangle", "x": 10, "y": 10, "width": 50, "height": 30}], or select: "person", or a mask.';

/** Generative fill inside a mask (OpenAPI `fillImagesV3Async`). */
export const fillImage = defineGenerationTool({
  name: 'fill_image',
  title: 'Fill image',
  toolset: 'core',
  description: `Edits part of an image or photo with Firefly (inpaint, inpainting, generative fill) to remove, add or replace an object or person, or change the background. Only what mask_shapes or mask open changes, at the picture's own size; make_mask shows it, free. ${COST} ${OUTCOME} To extend: expand_image; to recolour: edit_image.`,
  input,
  prepare: (values) => withUnitOfAll(values, 'mask_shapes'),
  async askFor(given, { imageImport }, call) {
    if (isMasked(given) || given.fit === true || call.choose === undefined) return undefined;
    checkWords(given);
    const picture = await imageImport.open(given.image, call.caller, 'generated');
    const question = { tool: 'fill_image', words: 'what may change', isPlace: false, refusal: NO_MASK, next: GIVE_ONE };
    const part = await askForPart(picture, { ...question, prompt: given.prompt }, call);
    return part && { values: { invert_mask: undefined, ...part }, note: partNote(part) };
  },
  async toRequest(given, services, call): Promise<PaidRequest> {
    const asked = checkFill(given);
    const context = { services, call, tool: 'fill_image' };
    const { image, mask, invert, size, result, edit, notes } = await fillPictures(given, { asked }, context);
    const pictures = [...image.uploads, ...mask.uploads];
    const body = checkedBody(
      'fillImagesV3Async',
      {
        image: { source: image.source },
        mask: { source: mask.source, invert },
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
      edit,
      count: countOf(given),
      size: result,
      facts: {
        tool: 'fill_image',
        prompt: given.prompt,
        negativePrompt: given.negative_prompt,
        ...madeOf({ image, mask }),
        demo: call.settings.demo || undefined,
      },
      warnings: [...notes, ...image.notes, ...mask.notes],
      drawn: mask.drawn,
    };
  },
});

/** Checks what needs no picture, and gives the size that the caller asks for. @throws Problem `invalid_argument` */
function checkFill(given: z.infer<typeof input>) {
  const shaped = given.mask_shapes === undefined ? 'select' : 'mask_shapes';
  const isShaped = given.mask_shapes !== undefined || given.select !== undefined;
  if (given.mask !== undefined && isShaped) {
    throw invalidArgument(
      `mask and ${shaped} are both given.`,
      'Give one of them; make_mask joins an earlier mask (from) with shapes.',
    );
  }
  if (given.fit === true && given.mask_shapes === undefined) {
    throw invalidArgument('fit needs mask_shapes.', 'Draw 8-16 points around what is meant.');
  }
  if (!isMasked(given)) throw invalidArgument(NO_MASK, GIVE_ONE);
  return checkWords(given);
}

function isMasked({ mask, mask_shapes, select }: z.infer<typeof input>): boolean {
  return [mask, mask_shapes, select].some((value) => value !== undefined);
}

/** As `checkFill`, of what is no mask. @throws Problem `invalid_argument` */
function checkWords(given: z.infer<typeof input>) {
  const limit = { limit: LONGEST_PROMPT, owner: 'fill_image' };
  checkText('prompt', given.prompt, limit);
  checkText('negative_prompt', given.negative_prompt, limit);
  checkContent(given.prompt);
  checkSeeds(given);
  return given.size === undefined ? undefined : legalSize(given.size, 'fill_image', FILL_SIZES);
}
