import type { ModelVersionV3 } from '../../firefly/contract/common.ts';
import type { ASPECT_RATIOS_V4, RESOLUTION_LEVELS_V4 } from '../../firefly/contract/paid/generate-images-v4.ts';

/** Width and height in pixels. */
type Dimensions = readonly [width: number, height: number];

/** (2688, 1536) comes first, as in a live 400; the rest is in the order of Adobe's document. */
const IMAGE3: readonly Dimensions[] = [
  [2688, 1536],
  [2048, 2048],
  [1024, 1024],
  [2304, 1792],
  [1792, 2304],
  [2688, 1512],
  [1344, 768],
  [1344, 756],
  [1152, 896],
  [896, 1152],
];

const IMAGE4: readonly Dimensions[] = [
  [2688, 1536],
  [2048, 2048],
  [2304, 1792],
  [1792, 2304],
  [1440, 2560],
];

/** The only sizes that each model accepts (OpenAPI `GenerateImagesRequestV3.size`). */
export const SIZES_V3: Readonly<Record<ModelVersionV3, readonly Dimensions[]>> = {
  image3: IMAGE3,
  image3_custom: IMAGE3,
  image4_standard: IMAGE4,
  image4_ultra: IMAGE4,
  image4_custom: IMAGE4,
};

/** Sizes that a fill accepts (OpenAPI `FillImageRequestV3.size`). */
export const SIZES_OF_EDITS: readonly Dimensions[] = [
  [2048, 2048],
  [1024, 1024],
  [2304, 1792],
  [1792, 2304],
  [2688, 1536],
  [1344, 768],
  [1152, 896],
  [896, 1152],
];

/** The only sizes of a video (Adobe's usage notes; the OpenAPI document names no size). */
export const SIZES_OF_VIDEOS: readonly Dimensions[] = [
  [1920, 1080],
  [1280, 720],
  [960, 540],
  [1080, 1920],
  [720, 1280],
  [540, 960],
  [1080, 1080],
  [720, 720],
  [540, 540],
];

/** Longest side of an expanded picture (OpenAPI `ExpandImageRequestV3.size`). */
export const LONGEST_EXPANDED = 3999;

type Ratio = Exclude<(typeof ASPECT_RATIOS_V4)[number], 'auto'>;
type Level = (typeof RESOLUTION_LEVELS_V4)[number];

/**
 * Sizes of Image 5. Adobe publishes aspect ratio and megapixels only; the pixels are ours: the exact ratio, sides that
 * are multiples of 16 or close to one, and an area within 10 % of the level.
 */
export const SIZES_V4: Readonly<Record<Level, Readonly<Record<Ratio, Dimensions>>>> = {
  '1MP': { '1:1': [1024, 1024], '4:3': [1152, 864], '3:4': [864, 1152], '16:9': [1344, 756], '9:16': [756, 1344] },
  '2.4MP': {
    '1:1': [1552, 1552],
    '4:3': [1792, 1344],
    '3:4': [1344, 1792],
    '16:9': [2048, 1152],
    '9:16': [1152, 2048],
  },
  '4MP': {
    '1:1': [2048, 2048],
    '4:3': [2304, 1728],
    '3:4': [1728, 2304],
    '16:9': [2688, 1512],
    '9:16': [1512, 2688],
  },
};

/** Sides of edited pictures are multiples of this. Ours, as the pixels are. */
const STEP = 16;

/** The size of an edit by Image 5: the area of the level, in the ratio of the reference up to the step of its sides. */
export function sizeOfEdit(level: Level, { width, height }: { readonly width: number; readonly height: number }) {
  const [side] = SIZES_V4[level]['1:1'];
  const factor = side / Math.sqrt(width * height);
  const rounded = (pixels: number) => Math.max(STEP, Math.round((pixels * factor) / STEP) * STEP);
  return [rounded(width), rounded(height)] as const;
}
