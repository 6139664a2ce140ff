import { MASK_URL, PICTURE_URL } from '../tools/edit/edited-pictures.ts';

/** A call that the test makes, and the arguments by which it reaches fields of Adobe's body. */
export interface FieldCall {
  readonly operation: string;
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Field of the body to the argument that fills it; `(always)` where this program does so by itself. */
  readonly reaches: Readonly<Record<string, string>>;
}

const ALWAYS = '(always)';
const SIZE = { 'size.width': 'size', 'size.height': 'size' };
const COMMON = { numVariations: 'count', 'seeds[]': 'seeds' };
const TWO = { count: 2, seeds: [1, 2] };
const inset = (side: string) => [`placement.inset.${side}`, `inset_${side}`] as const;
const INSETS = Object.fromEntries(['left', 'top', 'right', 'bottom'].map(inset));
const ALIGNED = {
  'placement.alignment.horizontal': 'align_horizontal',
  'placement.alignment.vertical': 'align_vertical',
};
/** A source in both of its forms: a picture that is uploaded, and a URL. */
const upload = (field: string, argument: string) => ({ [`${field}.uploadId`]: argument });
const url = (field: string, argument: string) => ({ [`${field}.url`]: argument });

/** Photo and mask have 64x48 pixels, the frame 128x96 (`fields.test.ts` makes them). */
export const FIELD_CALLS: readonly FieldCall[] = [
  {
    operation: 'generateImagesV3Async',
    tool: 'generate_image',
    input: {
      prompt: 'a fox',
      negative_prompt: 'a dog',
      content_class: 'art',
      size: '2304x1792',
      locale: 'de-DE',
      visual_intensity: 5,
      style_presets: ['watercolor'],
      style_image: 'photo.png',
      style_strength: 70,
      structure_image: 'photo.png',
      structure_strength: 30,
      ...TWO,
    },
    reaches: {
      prompt: 'prompt',
      negativePrompt: 'negative_prompt',
      contentClass: 'content_class',
      promptBiasingLocaleCode: 'locale',
      visualIntensity: 'visual_intensity',
      'style.presets[]': 'style_presets',
      'style.strength': 'style_strength',
      'structure.strength': 'structure_strength',
      ...upload('style.imageReference.source', 'style_image'),
      ...upload('structure.imageReference.source', 'structure_image'),
      ...SIZE,
      ...COMMON,
    },
  },
  {
    operation: 'generateImagesV3Async',
    tool: 'generate_image',
    input: {
      prompt: 'a fox',
      custom_model: 'urn:aaid:sc:VA6C2:8b2d4dd5-3a77-5f8e-a1ce-2c8e9fa1d3aa',
      upsampler: 'low_creativity',
      style_image: PICTURE_URL,
      structure_image: PICTURE_URL,
    },
    reaches: {
      customModelId: 'custom_model',
      upsamplerType: 'upsampler',
      ...url('style.imageReference.source', 'style_image'),
      ...url('structure.imageReference.source', 'structure_image'),
    },
  },
  {
    operation: 'firefly_image_v5_generate_async_v4',
    tool: 'generate_image',
    input: {
      prompt: 'a fox',
      model: 'image5',
      aspect_ratio: '16:9',
      resolution: '4MP',
      prompt_reasoner: 'quality',
      locale: 'de-DE',
      seeds: [1],
    },
    reaches: {
      prompt: 'prompt',
      aspectRatio: 'aspect_ratio',
      resolutionLevel: 'resolution',
      'seeds[]': 'seeds',
      'modelSpecificPayload.prompt_reasoner': 'prompt_reasoner',
      'modelSpecificPayload.localeCode': 'locale',
    },
  },
  {
    operation: 'firefly_image_v5_generate_async_v4',
    tool: 'edit_image',
    input: { image: 'photo.png', prompt: 'make it evening' },
    reaches: { ...upload('referenceBlobs[].source', 'image'), 'referenceBlobs[].usage': ALWAYS },
  },
  {
    operation: 'firefly_image_v5_generate_async_v4',
    tool: 'edit_image',
    input: { image: PICTURE_URL, prompt: 'make it evening' },
    reaches: url('referenceBlobs[].source', 'image'),
  },
  {
    operation: 'fillImagesV3Async',
    tool: 'fill_image',
    input: {
      image: 'photo.png',
      mask: 'mask.png',
      whole_picture: true,
      size: '1152x896',
      prompt: 'a lamp',
      negative_prompt: 'a dog',
      locale: 'de-DE',
      ...TWO,
    },
    reaches: {
      prompt: 'prompt',
      negativePrompt: 'negative_prompt',
      promptBiasingLocaleCode: 'locale',
      ...upload('image.source', 'image'),
      ...upload('mask.source', 'mask'),
      ...SIZE,
      ...COMMON,
    },
  },
  {
    operation: 'fillImagesV3Async',
    tool: 'fill_image',
    input: { image: PICTURE_URL, mask: MASK_URL, invert_mask: true },
    reaches: { 'mask.invert': 'invert_mask', ...url('image.source', 'image'), ...url('mask.source', 'mask') },
  },
  {
    operation: 'expandImagesV3Async',
    tool: 'expand_image',
    input: {
      image: 'photo.png',
      prompt: 'a meadow',
      inset_left: 8,
      inset_top: 8,
      inset_right: 8,
      inset_bottom: 8,
      ...TWO,
    },
    reaches: { prompt: 'prompt', ...upload('image.source', 'image'), ...INSETS, ...COMMON },
  },
  {
    operation: 'expandImagesV3Async',
    tool: 'expand_image',
    input: { image: PICTURE_URL, size: '2048x1152', align_horizontal: 'left', align_vertical: 'top' },
    reaches: { ...url('image.source', 'image'), ...SIZE, ...ALIGNED },
  },
  {
    operation: 'expandImagesV3Async',
    tool: 'expand_image',
    input: { image: 'photo.png', mask: 'frame.png', invert_mask: true },
    reaches: { 'mask.invert': 'invert_mask', ...upload('mask.source', 'mask') },
  },
  {
    operation: 'expandImagesV3Async',
    tool: 'expand_image',
    input: { image: PICTURE_URL, mask: MASK_URL, size: '2048x1152' },
    reaches: url('mask.source', 'mask'),
  },
  {
    operation: 'generateSimilarImagesV3Async',
    tool: 'vary_image',
    input: { image: 'photo.png', size: '1152x896', model: 'image3', ...TWO },
    reaches: { ...upload('image.source', 'image'), ...SIZE, ...COMMON },
  },
  {
    operation: 'generateSimilarImagesV3Async',
    tool: 'vary_image',
    input: { image: PICTURE_URL, size: '2048x2048' },
    reaches: url('image.source', 'image'),
  },
  {
    operation: 'generateObjectCompositeV3Async',
    tool: 'composite_image',
    input: {
      image: 'photo.png',
      prompt: 'a beach',
      size: '1152x896',
      content_class: 'photo',
      style_presets: ['watercolor'],
      style_image: 'photo.png',
      style_strength: 70,
      inset_left: 8,
      inset_top: 8,
      inset_right: 8,
      inset_bottom: 8,
      ...TWO,
    },
    reaches: {
      prompt: 'prompt',
      contentClass: 'content_class',
      'style.presets[]': 'style_presets',
      'style.strength': 'style_strength',
      ...upload('image.source', 'image'),
      ...upload('style.imageReference.source', 'style_image'),
      ...INSETS,
      ...SIZE,
      ...COMMON,
    },
  },
  {
    operation: 'generateObjectCompositeV3Async',
    tool: 'composite_image',
    input: {
      image: PICTURE_URL,
      prompt: 'a beach',
      style_image: PICTURE_URL,
      align_horizontal: 'left',
      align_vertical: 'top',
    },
    reaches: { ...url('image.source', 'image'), ...url('style.imageReference.source', 'style_image'), ...ALIGNED },
  },
  ...(['precise', 'adaptive'] as const).flatMap((method): readonly FieldCall[] => [
    {
      operation: `${method}Composite`,
      tool: 'composite_image',
      input: {
        image: 'photo.png',
        background: 'photo.png',
        mask: 'mask.png',
        method,
        ...TWO,
        ...(method === 'precise' ? { blend: 0.2 } : { harmonization: 0.2, shadow: 0.3, preserve_background: true }),
      },
      reaches: {
        ...(method === 'precise'
          ? { blend: 'blend' }
          : { harmonization: 'harmonization', shadowIntensity: 'shadow', preserveBackground: 'preserve_background' }),
        ...upload('object.image.source', 'image'),
        ...upload('background.image.source', 'background'),
        ...upload('background.fillAreaMask.source', 'mask'),
        'output.mediaType': ALWAYS,
        ...COMMON,
      },
    },
    {
      operation: `${method}Composite`,
      tool: 'composite_image',
      input: { image: PICTURE_URL, background: PICTURE_URL, mask: MASK_URL, method },
      reaches: {
        ...url('object.image.source', 'image'),
        ...url('background.image.source', 'background'),
        ...url('background.fillAreaMask.source', 'mask'),
      },
    },
  ]),
  {
    operation: 'preciseUpsamplerV3Async',
    tool: 'upscale_image',
    input: { image: 'photo.png', factor: 3 },
    reaches: { upscaleFactor: 'factor', 'seeds[]': ALWAYS, ...upload('image.source', 'image') },
  },
  {
    operation: 'generateVideoV3',
    tool: 'generate_video',
    input: {
      prompt: 'it snows',
      first_frame: 'photo.png',
      last_frame: PICTURE_URL,
      size: '720x720',
      seeds: [1],
      camera_motion: 'camera zoom in',
      prompt_style: 'anime',
      shot_angle: 'eye_level shot',
      shot_size: 'long shot',
    },
    reaches: {
      prompt: 'prompt',
      'seeds[]': 'seeds',
      'sizes[].width': 'size',
      'sizes[].height': 'size',
      ...upload('image.conditions[].source', 'first_frame'),
      ...url('image.conditions[].source', 'last_frame'),
      'image.conditions[].placement.position': 'first_frame',
      'videoSettings.cameraMotion': 'camera_motion',
      'videoSettings.promptStyle': 'prompt_style',
      'videoSettings.shotAngle': 'shot_angle',
      'videoSettings.shotSize': 'shot_size',
    },
  },
];

const DEPRECATED = 'Deprecated; `mask` beside `image` is sent.';
const ONE_VALUE = 'It has one value, which is the default.';
const NO_POLARITY = 'Its polarity is not documented: `object_mask` makes the rest transparent before the upload.';

/** Fields that are documented and not sent, with the reason. */
export const NOT_SENT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  fillImagesV3Async: { 'image.mask.uploadId': DEPRECATED, 'image.mask.url': DEPRECATED },
  expandImagesV3Async: { 'image.mask.uploadId': DEPRECATED, 'image.mask.url': DEPRECATED },
  firefly_image_v5_generate_async_v4: { modelId: ONE_VALUE, numVariations: ONE_VALUE },
  generateObjectCompositeV3Async: {
    'image.mask.uploadId': DEPRECATED,
    'image.mask.url': DEPRECATED,
    'mask.source.uploadId': NO_POLARITY,
    'mask.source.url': NO_POLARITY,
  },
  adaptiveComposite: { 'object.mask.source.uploadId': NO_POLARITY, 'object.mask.source.url': NO_POLARITY },
  preciseUpsamplerV3Async: { 'image.source.url': 'The factor has to fit the pixels, which are not known of a URL.' },
  generateVideoV3: { bitRateFactor: "Adobe's default, 18, suits; 0 would be lossless and very large." },
};
