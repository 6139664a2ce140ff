import { z } from 'zod';
import {
  countField,
  furtherGenerationFields,
  invertMaskField,
  maskField,
  pictureField,
  pictureText,
  seedsField,
} from '../arguments/fields.ts';
import { METHODS } from './composite-method.ts';

const share = z.number().min(0).max(1).optional();
const inset = z.int().min(0).max(2687).optional();

/** The arguments of `composite_image`, each with the methods that take it. */
export const compositeInput = z.strictObject({
  image: pictureField.describe(`The object, best with transparency. ${pictureField.description}`),
  background: pictureText.optional().describe('Picture to put it into; named as image.'),
  mask: maskField.optional().describe('With background, of its size: white is where the object goes.'),
  invert_mask: invertMaskField.describe('true: black is where it goes.'),
  whole_picture: z.boolean().optional().describe('With background, true: all of the answer, not its open part.'),
  object_mask: pictureText.optional().describe('Cuts the object out of image: white is the object.'),
  prompt: z.string().min(1).optional().describe('Without background: the scene around it, 1-1024 characters.'),
  method: z
    .enum(METHODS)
    .optional()
    .describe('Default: object without background; precise keeps its shape, adaptive repaints and may turn it.'),
  blend: share.describe('precise: 0 harmonised to 1 as it is; default 0.5.'),
  harmonization: share.describe('adaptive: 0-1; default 0.6.'),
  shadow: share.describe('adaptive: 0-1; default 1.'),
  preserve_background: z.boolean().optional().describe('adaptive: keep what is around it in the mask.'),
  size: z
    .string()
    .max(20)
    .optional()
    .describe('object: 2048x2048 (default), 1024x1024, 2304x1792, 1792x2304, 2688x1536, 1344x768, 1152x896, 896x1152.'),
  align_horizontal: z.enum(['left', 'center', 'right']).optional().describe('object: default center.'),
  align_vertical: z.enum(['top', 'center', 'bottom']).optional().describe('object: default center.'),
  inset_left: inset.describe('object, in place of alignment: pixels of the result, 0-2687.'),
  inset_top: inset.describe('As inset_left.'),
  inset_right: inset.describe('As inset_left.'),
  inset_bottom: inset.describe('As inset_left.'),
  content_class: z.enum(['photo', 'art']).optional().describe('object: kind of scene.'),
  style_presets: z.array(z.string()).min(1).max(20).optional().describe('object: 1-20 ids of firefly://styles.'),
  style_image: pictureText.optional().describe('object: named as image.'),
  style_strength: z.int().min(1).max(100).optional().describe('object: 1-100; default 50.'),
  count: countField.describe('Pictures, 1-4, with background 1-3; default 1.'),
  seeds: seedsField,
  ...furtherGenerationFields,
});
export type CompositeInput = z.infer<typeof compositeInput>;
