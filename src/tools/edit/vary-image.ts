import { z } from 'zod';
import { MODEL_VERSIONS_SIMILAR } from '../../firefly/contract/paid/similar-images.ts';
import type { PaidRequest } from '../../jobs/model/types.ts';
import { countField, furtherGenerationFields, pictureField, seedsField } from '../arguments/fields.ts';
import { checkSeeds, countOf } from '../arguments/prompt-rules.ts';
import { defineGenerationTool } from '../definition/define-generation-tool.ts';
import { COST, OUTCOME } from '../definition/paid-words.ts';
import { madeOf } from './made-of.ts';
import { checkedBody, requestImage } from './request-image.ts';
import { varySize, type VaryModel } from './vary-size.ts';

const DEFAULT_MODEL: VaryModel = 'image4_standard';

const input = z.strictObject({
  image: pictureField,
  model: z.enum(MODEL_VERSIONS_SIMILAR).optional().describe('Default image4_standard; image4_ultra: most detail.'),
  count: countField,
  size: z
    .string()
    .max(20)
    .optional()
    .describe(
      '2048x2048, 2304x1792, 1792x2304, 2688x1536; image3 also 1024x1024, 1344x768, 1152x896, 896x1152. Default: nearest.',
    ),
  seeds: seedsField,
  ...furtherGenerationFields,
});

/** Similar pictures (OpenAPI `generateSimilarImagesV3Async`). */
export const varyImage = defineGenerationTool({
  name: 'vary_image',
  title: 'Vary image',
  toolset: 'editing',
  description: `Makes variations of an image with Firefly: similar images, alternatives, more like this one. It takes no words, and everything may differ a little. ${COST} ${OUTCOME} To say what changes use edit_image; for the style alone style_image of generate_image.`,
  input,
  async toRequest(given, services, call): Promise<PaidRequest> {
    checkSeeds(given);
    const model = given.model ?? DEFAULT_MODEL;
    const { imageImport, firefly } = services;
    const { upload: limits } = firefly.operation('generateSimilarImagesV3Async').limits;
    const opened = await imageImport.open(given.image, call.caller, 'generated');
    const { size, notes } = varySize(given.size, opened.kind === 'local' ? opened.image : undefined, model);
    const image = await requestImage(opened, imageImport, { limits });
    const body = checkedBody(
      'generateSimilarImagesV3Async',
      { image: { source: image.source }, numVariations: countOf(given), seeds: given.seeds, size },
      image.uploads,
    );
    return {
      tool: 'vary_image',
      operation: 'generateSimilarImagesV3Async',
      model,
      body,
      pictures: image.uploads,
      count: countOf(given),
      size,
      facts: {
        tool: 'vary_image',
        model,
        ...madeOf({ image }),
        demo: call.settings.demo || undefined,
      },
      warnings: [...notes, ...image.notes],
    };
  },
});
