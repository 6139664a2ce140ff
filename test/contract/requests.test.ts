import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { MODEL_VERSIONS_V3 } from '../../src/firefly/contract/common.ts';
import {
  AdaptiveCompositeRequest,
  ObjectCompositeRequestV3,
  PreciseCompositeRequest,
} from '../../src/firefly/contract/paid/composites.ts';
import { ExpandImageRequestV3 } from '../../src/firefly/contract/paid/expand-images.ts';
import { FillImageRequestV3 } from '../../src/firefly/contract/paid/fill-images.ts';
import { GenerateImagesRequestV3 } from '../../src/firefly/contract/paid/generate-images-v3.ts';
import {
  ASPECT_RATIOS_V4,
  EditImagesRequestV4,
  GenerateImagesRequestV4,
  RESOLUTION_LEVELS_V4,
} from '../../src/firefly/contract/paid/generate-images-v4.ts';
import {
  CAMERA_MOTIONS,
  GenerateVideosRequestV3,
  SHOT_ANGLES,
  SHOT_SIZES,
  VIDEO_STYLES,
} from '../../src/firefly/contract/paid/generate-videos.ts';
import { MODEL_VERSIONS_SIMILAR, SimilarImagesRequestV3 } from '../../src/firefly/contract/paid/similar-images.ts';
import { UPSCALE_FACTORS, UpscaleImagesRequestV3 } from '../../src/firefly/contract/paid/upscale-images.ts';
import { openApi } from './openapi.ts';

/** Mostly values of the arbitrary, sometimes one that our schemas must reject. */
const or = <T>(good: fc.Arbitrary<T>, ...bad: readonly unknown[]) =>
  fc.oneof({ weight: 12, arbitrary: good as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: fc.constantFrom(...bad) });

const text = (longest: number) =>
  fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    fc.constantFrom('a'.repeat(longest), '\u{1f98a}', 'x\u0000y', 'schöne Aussicht'),
  );
/** Upload ids are taken as Adobe's storage gives them; by the document they are version 4 UUIDs here. */
const source = fc.oneof(
  fc.record({ uploadId: fc.uuid({ version: 4 }) as fc.Arbitrary<string> }),
  fc.record({ url: fc.webUrl({ withQueryParameters: true }) }),
  fc.record({ url: fc.string({ unit: 'binary-ascii', maxLength: 12 }).map((tail) => `https://a.example/${tail}`) }),
  fc.record({ url: fc.constantFrom('https://bucket.s3.amazonaws.com/a b.png', 'https://ä.example/ö', 'javascript:1') }),
  fc.record({ uploadId: fc.uuid() as fc.Arbitrary<string>, url: fc.webUrl() }),
);
const reference = fc.record({ source });
const sourceV4 = fc.oneof(source, fc.record({ uploadId: fc.uuid() as fc.Arbitrary<string> }));
const optional = { requiredKeys: ['prompt'] as const };

const v3 = fc.record(
  {
    prompt: or(text(1024), '', 'a'.repeat(1025), 5),
    negativePrompt: or(text(1024), 'a'.repeat(1025)),
    contentClass: or(fc.constantFrom('photo', 'art'), 'ART'),
    numVariations: or(fc.integer({ min: 1, max: 4 }), 0, 5, 1.5, '1'),
    seeds: or(fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 4 }), [], [7, 7], [1, 2, 3, 4, 5], [2 ** 53]),
    size: or(
      fc.record({ width: fc.integer({ min: 1, max: 4096 }), height: fc.integer({ min: 1, max: 4096 }) }),
      { width: 0, height: 1 },
      { width: 1 },
      { width: 4097, height: 1 },
    ),
    promptBiasingLocaleCode: fc.constantFrom('en-US', 'de-DE'),
    style: fc.record(
      {
        presets: fc.array(fc.constantFrom('bw', 'neon', 'sketch'), { maxLength: 3 }),
        strength: or(fc.integer({ min: 1, max: 100 }), 0, 101),
        imageReference: reference,
      },
      { requiredKeys: [] },
    ),
    structure: fc.record(
      { strength: or(fc.integer({ min: 0, max: 100 }), -1, 101), imageReference: reference },
      { requiredKeys: [] },
    ),
    visualIntensity: or(fc.integer({ min: 2, max: 10 }), 1, 11),
    customModelId: fc.string(),
    upsamplerType: fc.constantFrom('default', 'low_creativity'),
  },
  { requiredKeys: [...optional.requiredKeys] },
);

const v4 = fc.record(
  {
    prompt: or(text(1500), '', 'a'.repeat(1501)),
    aspectRatio: or(fc.constantFrom(...ASPECT_RATIOS_V4), '2:1'),
    resolutionLevel: or(fc.constantFrom(...RESOLUTION_LEVELS_V4), '8MP'),
    modelId: or(fc.constant('firefly_image'), 'other'),
    numVariations: or(fc.constant(1), 0, 2),
    seeds: or(fc.array(fc.integer(), { maxLength: 1 }), [1, 2]),
    referenceBlobs: fc.array(
      fc.record({ source: sourceV4, usage: or(fc.constant('general'), 'style') }, { requiredKeys: ['source'] }),
      { maxLength: 2 },
    ),
    modelSpecificPayload: fc.record(
      {
        localeCode: fc.constantFrom('en-US', 'fr-FR'),
        prompt_reasoner: or(fc.constantFrom('quality', 'speed'), 'fast'),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [...optional.requiredKeys] },
);

const instructed = fc
  .tuple(v4, sourceV4)
  .map(([{ aspectRatio: _ratio, ...body }, blob]) => ({ ...body, referenceBlobs: [{ source: blob }] }));

const mask = fc.record({ source, invert: fc.boolean() }, { requiredKeys: ['source'] });
const edges = fc.record(
  { left: fc.integer(), top: fc.integer(), right: fc.integer(), bottom: or(fc.integer(), 0.5) },
  { requiredKeys: [] },
);
const placement = fc.record(
  {
    alignment: fc.record(
      { horizontal: or(fc.constantFrom('center', 'left', 'right'), 'top'), vertical: fc.constantFrom('center', 'top') },
      { requiredKeys: [] },
    ),
    inset: edges,
  },
  { requiredKeys: [] },
);
const edit = {
  image: reference,
  prompt: or(text(1024), '', 'a'.repeat(1025)),
  numVariations: or(fc.integer({ min: 1, max: 4 }), 0, 5),
  seeds: or(fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 4 }), [], [7, 7]),
  size: fc.record({ width: fc.integer({ min: 1, max: 4096 }), height: fc.integer({ min: 1, max: 4096 }) }),
};
const expand = fc.record({ ...edit, mask, placement }, { requiredKeys: ['image'] });
const { prompt: _prompt, ...withoutWords } = edit;
const similar = fc.record(withoutWords, { requiredKeys: ['image'] });
const upscale = fc.record(
  {
    image: reference,
    seeds: or(fc.array(fc.integer(), { minLength: 1, maxLength: 4 }), [], [1, 2, 3, 4, 5], [0.5]),
    upscaleFactor: or(fc.constantFrom(...UPSCALE_FACTORS), 1, 5, '2'),
  },
  { requiredKeys: ['image', 'seeds'] },
);
const video = fc.record(
  {
    prompt: text(5_000),
    sizes: or(
      fc.array(fc.record({ width: fc.integer({ min: 1, max: 8192 }), height: fc.integer({ min: 1, max: 8192 }) }), {
        minLength: 1,
        maxLength: 1,
      }),
      [],
      { width: 960, height: 540 },
      [{ width: 0, height: 540 }],
    ),
    seeds: or(fc.array(fc.integer(), { minLength: 1, maxLength: 1 }), [], [1, 2], [0.5]),
    bitRateFactor: or(fc.integer({ min: 0, max: 63 }), 64, -1, 1.5),
    image: fc.record({
      conditions: fc.array(
        fc.record({ source, placement: fc.record({ position: or(fc.constantFrom(0, 0.5, 1), 2) }) }),
      ),
    }),
    videoSettings: fc.record(
      {
        cameraMotion: or(fc.constantFrom(...CAMERA_MOTIONS), 'pan left'),
        promptStyle: or(fc.constantFrom(...VIDEO_STYLES), 'line_art'),
        shotAngle: or(fc.constantFrom(...SHOT_ANGLES), 'eye level shot'),
        shotSize: or(fc.constantFrom(...SHOT_SIZES), 'medium'),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['sizes'] },
);
const objectComposite = fc.record(
  { ...edit, mask: reference, placement, contentClass: fc.constantFrom('photo', 'art') },
  { requiredKeys: ['image', 'prompt'] },
);
const share = or(fc.double({ min: 0, max: 1, noNaN: true }), -0.1, 1.1, '1');
const placed = {
  background: fc.record({ image: reference, fillAreaMask: reference }),
  object: fc.record({ image: reference }),
  numVariations: or(fc.integer({ min: 1, max: 3 }), 0, 4),
  seeds: or(fc.array(fc.integer(), { minLength: 1, maxLength: 3 }), [], [1, 2, 3, 4]),
  output: fc.record({ mediaType: or(fc.constantFrom('image/png', 'image/webp'), 'image/gif') }),
};
const precise = fc.record({ ...placed, blend: share }, { requiredKeys: ['background', 'object'] });
const adaptive = fc.record(
  { ...placed, harmonization: share, shadowIntensity: share, preserveBackground: or(fc.boolean(), 'true') },
  { requiredKeys: ['background', 'object'] },
);
const fill = fc.record({ ...edit, mask, negativePrompt: text(1024) }, { requiredKeys: ['image', 'mask'] });

describe('compared with the facts of Adobe’s document', () => {
  test.each<[string, z.ZodType, fc.Arbitrary<unknown>, string]>([
    ['v3', GenerateImagesRequestV3, v3, 'GenerateImagesRequestV3'],
    ['v4', GenerateImagesRequestV4, v4, 'ImageGenerateRequestV3'],
    ['expand', ExpandImageRequestV3, expand, 'ExpandImageRequestV3'],
    ['fill', FillImageRequestV3, fill, 'FillImageRequestV3'],
    ['similar', SimilarImagesRequestV3, similar, 'GenerateSimilarImagesRequestV3'],
    ['upscale', UpscaleImagesRequestV3, upscale, 'PreciseUpsamplerRequestV3'],
    ['edit', EditImagesRequestV4, instructed, 'ImageGenerateRequestV3'],
    ['video', GenerateVideosRequestV3, video, 'GenerateVideoRequestV3'],
    ['object composite', ObjectCompositeRequestV3, objectComposite, 'GenerateObjectCompositeRequestV3'],
    ['precise composite', PreciseCompositeRequest, precise, 'PreciseCompositeRequest'],
    ['adaptive composite', AdaptiveCompositeRequest, adaptive, 'AdaptiveCompositeRequest'],
  ])('every %s body that our schema accepts is valid', (_name, schema, bodies, adobes) => {
    let accepted = 0;
    fc.assert(
      fc.property(bodies, (body) => {
        if (!schema.safeParse(body).success) return;
        accepted += 1;
        expect(openApi.schemaFaults(adobes, body), JSON.stringify(body)).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
    // The property must not hold for lack of accepted bodies.
    expect(accepted).toBeGreaterThan(100);
  });

  test.each<[string, z.ZodType, readonly unknown[], string]>([
    ['v3', GenerateImagesRequestV3, [{}, { prompt: '' }, { prompt: 'a', seeds: [1, 1] }], 'GenerateImagesRequestV3'],
    ['v4', GenerateImagesRequestV4, [{}, { prompt: 'a', seeds: [1, 2] }], 'ImageGenerateRequestV3'],
    ['similar', SimilarImagesRequestV3, [{}, { image: {} }], 'GenerateSimilarImagesRequestV3'],
    ['upscale', UpscaleImagesRequestV3, [{ image: { source: { uploadId: 'a' } } }], 'PreciseUpsamplerRequestV3'],
    [
      'video',
      GenerateVideosRequestV3,
      [{ sizes: { width: 960, height: 540 } }, { sizes: [{ width: 960, height: 540 }], seeds: [1, 2] }],
      'GenerateVideoRequestV3',
    ],
  ])('an invalid %s body is rejected by the facts and by our schema', (_name, schema, bodies, adobes) => {
    for (const body of bodies) {
      expect(openApi.schemaFaults(adobes, body)).not.toEqual([]);
      expect(schema.safeParse(body).success).toBe(false);
    }
  });

  test.each<[string, { shape: object }, string]>([
    ['v3', GenerateImagesRequestV3, 'GenerateImagesRequestV3'],
    ['v4', GenerateImagesRequestV4, 'ImageGenerateRequestV3'],
    ['expand', ExpandImageRequestV3, 'ExpandImageRequestV3'],
    ['fill', FillImageRequestV3, 'FillImageRequestV3'],
    ['similar', SimilarImagesRequestV3, 'GenerateSimilarImagesRequestV3'],
    ['upscale', UpscaleImagesRequestV3, 'PreciseUpsamplerRequestV3'],
    ['video', GenerateVideosRequestV3, 'GenerateVideoRequestV3'],
    ['object composite', ObjectCompositeRequestV3, 'GenerateObjectCompositeRequestV3'],
    ['precise composite', PreciseCompositeRequest, 'PreciseCompositeRequest'],
    ['adaptive composite', AdaptiveCompositeRequest, 'AdaptiveCompositeRequest'],
  ])('our %s schema has every documented field, and no other', (_name, { shape }, adobes) => {
    const documented = openApi.fields(adobes);
    expect(Object.keys(shape).toSorted()).toEqual(documented.toSorted());
    expect(documented.length).toBeGreaterThan(0);
  });

  test('a v3 body with every field is valid', () => {
    const everything = {
      prompt: 'a',
      negativePrompt: '',
      contentClass: 'art',
      numVariations: 1,
      seeds: [1],
      size: { width: 1, height: 1 },
      promptBiasingLocaleCode: 'en-US',
      style: {},
      structure: {},
      visualIntensity: 2,
      customModelId: 'a',
      upsamplerType: 'default',
    };
    expect(Object.keys(everything).toSorted()).toEqual(openApi.fields('GenerateImagesRequestV3').toSorted());
    expect(openApi.schemaFaults('GenerateImagesRequestV3', everything)).toEqual([]);
    expect(GenerateImagesRequestV3.safeParse(everything).success).toBe(true);
  });

  test.each([
    ['generateImagesV3Async', MODEL_VERSIONS_V3],
    ['generateSimilarImagesV3Async', MODEL_VERSIONS_SIMILAR],
  ])('the models of %s are the documented ones', (operation, models) => {
    const { parameters } = openApi.operations[operation] ?? expect.unreachable('no such operation');
    expect(parameters?.header?.['x-model-version']?.schema.enum).toEqual(models.toSorted());
  });
});
