import { z } from 'zod';
import {
  ANY_PICTURE,
  countField,
  generationFields,
  localeField,
  pictureField,
  ratioText,
  seedsField,
} from '../arguments/fields.ts';
import { askedRatio } from '../arguments/asked-ratio.ts';
import { COST, OUTCOME } from '../definition/paid-words.ts';
import { defineGenerationTool } from '../definition/define-generation-tool.ts';
import { buildRequest, checkGeneration } from './generation-request.ts';
import { MODELS } from './generation-rules.ts';
import { chooseModel } from './choose-model.ts';
import { requestImage } from '../edit/request-image.ts';

const input = z.strictObject({
  prompt: z
    .string()
    .min(1)
    .describe(
      'What the picture shows, 1-1024 characters (image5: 1500). Adobe may refuse famous characters, brands, people, gore, nudity.',
    ),
  model: z
    .enum(MODELS)
    .optional()
    .describe('Default image4_standard; image4_ultra: most detail; image5: newest, 1 picture a call.'),
  custom_model: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .describe('Asset id or name, in place of model (list_custom_models).'),
  count: countField,
  size: z
    .string()
    .max(20)
    .optional()
    .describe(
      'image4: 2048x2048 (default), 2304x1792, 1792x2304, 2688x1536, 1440x2560; image3: not the last, but smaller ones; not for image5.',
    ),
  aspect_ratio: ratioText
    .optional()
    .describe('In place of size, its largest: 1:1, 4:3, 3:4, 16:9, 9:16 (not image3), or like:img_….'),
  resolution: z.enum(['1MP', '2.4MP', '4MP']).optional().describe('image5 only; default 2.4MP.'),
  prompt_reasoner: z.enum(['quality', 'speed']).optional().describe('image5 only; default speed.'),
  seeds: seedsField,
  negative_prompt: z.string().optional().describe('To avoid, up to 1024 characters; not for image5, custom models.'),
  content_class: z.enum(['photo', 'art']).optional().describe('Not for image5.'),
  style_presets: z
    .array(z.string().min(1).max(100))
    .min(1)
    .max(20)
    .optional()
    .describe('1-20 style ids such as watercolor (firefly://styles); not for image5.'),
  style_image: pictureField.optional().describe('As structure_image, for the style.'),
  style_strength: z.int().min(1).max(100).optional().describe('Of presets and style_image, 1-100; default 50.'),
  structure_image: pictureField.optional().describe(`Whose composition is followed: ${ANY_PICTURE}`),
  structure_strength: z.int().min(0).max(100).optional().describe('Of structure_image, 0-100; default 50.'),
  visual_intensity: z
    .int()
    .min(2)
    .max(10)
    .optional()
    .describe('Contrast, shadow, hue, 2-10; not for image5, image4 custom models.'),
  locale: localeField,
  upsampler: z
    .enum(['default', 'low_creativity'])
    .optional()
    .describe('Only image4 custom models; low_creativity suits people.'),
  ...generationFields,
});

/** Text to image (OpenAPI `generateImagesV3Async`, `generateImagesV4Async`). */
export const generateImage = defineGenerationTool({
  name: 'generate_image',
  title: 'Generate image',
  toolset: 'core',
  // Hosts that load tools by search do not find this one by "draw a fox"; this one keeps it loaded (docs/hosts.md#the-tool-list).
  meta: { 'anthropic/alwaysLoad': true },
  description: `Creates images with Adobe Firefly (text to image; create, draw, paint, design): picture, photo, illustration, drawing, artwork, art, logo. ${COST} ${OUTCOME} To edit an image use fill_image.`,
  input,
  async toRequest(given, services, call) {
    const chosen = await chooseModel(given, services.firefly, call);
    const asked = await askedRatio(given.aspect_ratio, services, call);
    // Checked before any picture is uploaded.
    const checked = checkGeneration(given, chosen.header, asked);
    const { imageImport } = services;
    // Image 5 takes no reference pictures here.
    const { upload: limits } = services.firefly.operation('generateImagesV3Async').limits;
    const reference = async (text: string | undefined) =>
      text === undefined
        ? undefined
        : requestImage(await imageImport.open(text, call.caller, 'generated'), imageImport, { limits });
    return buildRequest(checked, {
      customModel: chosen.customModel,
      warnings: chosen.warnings,
      tool: 'generate_image',
      demo: call.settings.demo,
      styleImage: await reference(given.style_image),
      structureImage: await reference(given.structure_image),
    });
  },
});
