import { z } from 'zod';
import { countField, generationFields, localeField, pictureField, seedsField } from './arguments/fields.ts';
import { defineGenerationTool } from './definition/define-generation-tool.ts';
import { buildRequest } from './generate/generation-request.ts';
import { checkGenerationInput, MODELS } from './generate/generation-rules.ts';
import { chooseModel } from './generate/choose-model.ts';
import { requestImage } from './edit/request-image.ts';

const input = z.strictObject({
  prompt: z.string().min(1).max(1500).describe('What the picture shows. 1–1024 characters (image5: 1500).'),
  model: z
    .enum(MODELS)
    .optional()
    .describe('Default image4_standard. image4_ultra: most detail. image5: newest, one picture per call.'),
  custom_model: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .describe('Asset id or name from list_custom_models; leave model out.'),
  count: countField,
  size: z
    .string()
    .max(20)
    .optional()
    .describe(
      'Pixels "WxH"; default 2048x2048. image4: 2048x2048, 2304x1792, 1792x2304, 2688x1536, 1440x2560. image3 also smaller ones. Not for image5.',
    ),
  aspect_ratio: z
    .string()
    .max(20)
    .optional()
    .describe('Instead of size: 1:1, 4:3, 3:4, 16:9 or 9:16 (image3: no 9:16); the largest of it.'),
  resolution: z.enum(['1MP', '2.4MP', '4MP']).optional().describe('image5 only. Default 2.4MP.'),
  prompt_reasoner: z.enum(['quality', 'speed']).optional().describe('image5 only. Default speed.'),
  seeds: seedsField,
  negative_prompt: z
    .string()
    .max(1024)
    .optional()
    .describe('What to avoid, up to 1024 characters. Not for image5 or custom models.'),
  content_class: z.enum(['photo', 'art']).optional().describe('Default: derived from the prompt. Not for image5.'),
  style_presets: z
    .array(z.string().min(1).max(100))
    .min(1)
    .max(20)
    .optional()
    .describe('Adobe style ids such as watercolor; all in firefly://styles. Not for image5.'),
  style_image: pictureField.optional().describe('Its style is followed. As image in fill_image.'),
  style_strength: z.int().min(1).max(100).optional().describe('Of presets and style_image, 1–100; default 50.'),
  structure_image: pictureField.optional().describe('Its composition is followed.'),
  structure_strength: z.int().min(0).max(100).optional().describe('Of structure_image, 0–100; default 50.'),
  visual_intensity: z
    .int()
    .min(2)
    .max(10)
    .optional()
    .describe('Contrast, shadow and hue, 2–10; default by Adobe. Not for image5 or image4 custom models.'),
  locale: localeField,
  upsampler: z
    .enum(['default', 'low_creativity'])
    .optional()
    .describe('image4 custom models only; low_creativity suits people. Default default.'),
  ...generationFields,
});

/** Text to image (OpenAPI `generateImagesV3Async`, `generateImagesV4Async`). */
export const generateImage = defineGenerationTool({
  name: 'generate_image',
  title: 'Generate image',
  description:
    'Makes new pictures from a text prompt with Adobe Firefly. Spends one paid request. Impossible values are refused before anything is spent. Waits with progress; if it takes longer, returns a running job for job_status. Do not repeat a call whose outcome is unknown.',
  input,
  async toRequest(given, services, call) {
    const chosen = await chooseModel(given, services.firefly, call);
    // Checked before any picture is read or uploaded.
    checkGenerationInput(given, chosen.header);
    const { imageImport } = services;
    // Image 5 takes no reference pictures here.
    const { upload: limits } = services.firefly.operation('generateImagesV3Async').limits;
    const reference = async (text: string | undefined) =>
      text === undefined
        ? undefined
        : requestImage(await imageImport.open(text, call.caller, 'generated'), imageImport, { limits });
    return buildRequest(given, {
      ...chosen,
      tool: 'generate_image',
      demo: call.settings.demo,
      styleImage: await reference(given.style_image),
      structureImage: await reference(given.structure_image),
    });
  },
});
