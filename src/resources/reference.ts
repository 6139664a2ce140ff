import { DEFAULT_MODEL, LONGEST_PROMPT_IMAGE5 } from '../tools/generate/generation-rules.ts';
import { LONGEST_PROMPT } from '../tools/arguments/prompt-rules.ts';
import { ratioNames, sizeName, SIZES } from '../tools/generate/sizes.ts';
import { STYLE_PRESETS } from '../tools/generate/style-presets.ts';
import { ASPECT_RATIOS_V4, RESOLUTION_LEVELS_V4 } from '../firefly/contract/paid/generate-images-v4.ts';
import { MODEL_VERSIONS_V3 } from '../firefly/contract/common.ts';
import type { Cache, FixedResource } from './define.ts';
import { jsonContents } from './json.ts';

/** What changes with the version of this program only. */
const FOR_THIS_VERSION: Cache = { ttlMs: 300_000, cacheScope: 'public' };

/** `firefly://styles`: ids for `style_presets`. */
export const styles: FixedResource = {
  kind: 'fixed',
  uri: 'firefly://styles',
  name: 'styles',
  title: 'Style presets',
  description: `The ${STYLE_PRESETS.length} style ids that generate_image takes in style_presets.`,
  mimeType: 'application/json',
  cache: FOR_THIS_VERSION,
  read: async () => jsonContents('firefly://styles', { style_presets: STYLE_PRESETS }),
};

/** `firefly://models`: what each model can make. */
export const models: FixedResource = {
  kind: 'fixed',
  uri: 'firefly://models',
  name: 'models',
  title: 'Models and sizes',
  description: 'Every model of generate_image with its sizes, ratios and limits.',
  mimeType: 'application/json',
  cache: FOR_THIS_VERSION,
  read: async () => jsonContents('firefly://models', { default: DEFAULT_MODEL, models: [...v3(), image5()] }),
};

function v3() {
  return MODEL_VERSIONS_V3.map((model) => ({
    model,
    sizes: SIZES[model].map(sizeName),
    aspect_ratios: ratioNames(SIZES[model]),
    most_pictures: 4,
    longest_prompt: LONGEST_PROMPT,
    ...(model.endsWith('_custom') ? { note: 'Chosen by custom_model.' } : {}),
  }));
}

function image5() {
  return {
    model: 'image5',
    resolutions: RESOLUTION_LEVELS_V4,
    aspect_ratios: ASPECT_RATIOS_V4.filter((ratio) => ratio !== 'auto'),
    most_pictures: 1,
    longest_prompt: LONGEST_PROMPT_IMAGE5,
  };
}
