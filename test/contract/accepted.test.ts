import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GenerateImagesRequestV3 } from '../../src/firefly/contract/paid/generate-images-v3.ts';
import { GenerateImagesRequestV4 } from '../../src/firefly/contract/paid/generate-images-v4.ts';
import { bench, V3, V4 } from '../emulator/start.ts';
import { openApi } from './openapi.ts';

/**
 * Bodies from Adobe's documents, written by hand: the examples of the v4 operation, of the text-to-image and of the
 * custom-model tutorials. Upload ids and model ids have the form shown there.
 */
const DOCUMENTED_V4 = {
  'full payload': {
    prompt: 'A futuristic city glowing at night, with neon lights and flying cars',
    aspectRatio: 'auto',
    resolutionLevel: '2.4MP',
    modelId: 'firefly_image',
    numVariations: 1,
    seeds: [42345],
    modelSpecificPayload: { localeCode: 'en-US', prompt_reasoner: 'quality' },
    referenceBlobs: [{ source: { url: 'https://example.com/reference-image.jpg' }, usage: 'general' }],
  },
  'text to image': {
    prompt: 'A hyper-detailed illustration of a floating city at sunrise',
    aspectRatio: '16:9',
    resolutionLevel: '4MP',
    modelId: 'firefly_image',
    numVariations: 1,
    referenceBlobs: [],
  },
  'instruct edit': {
    prompt: 'Add warm sunset lighting and enhance the reflection on the water',
    resolutionLevel: '2.4MP',
    modelId: 'firefly_image',
    numVariations: 1,
    referenceBlobs: [{ source: { uploadId: '123e4567-e89b-12d3-a456-426614174000' }, usage: 'general' }],
  },
};

const DOCUMENTED_V3 = {
  'text to image': { prompt: 'a cat coding on a laptop', contentClass: 'photo' },
  'custom model': {
    numVariations: 2,
    seeds: [66080, 82683],
    size: { width: 2048, height: 2048 },
    prompt: 'An almond seed in a warm setting',
    contentClass: 'photo',
    visualIntensity: 6,
    style: { presets: ['painting'], strength: 50 },
    promptBiasingLocaleCode: 'en-US',
    customModelId: 'urn:aaid:sc:VA6C2:bc1f46cd-be98-4a7b-9ffe-1111111111',
  },
  'style and structure': {
    prompt: 'a house',
    style: { imageReference: { source: { uploadId: '7b9c2f3e-4d1a-4e0b-9c8d-2a6f5e3b1c0d' } }, strength: 60 },
    structure: { imageReference: { source: { url: 'https://bucket.s3.amazonaws.com/a.png?X-Amz-Expires=60' } } },
  },
};

describe('a body from Adobe’s documents', () => {
  test.each(Object.entries(DOCUMENTED_V3))('is accepted by our v3 schema: %s', (_name, body) => {
    expect(GenerateImagesRequestV3.parse(body)).toEqual(body);
    expect(openApi.schemaFaults('GenerateImagesRequestV3', body)).toEqual([]);
  });

  test.each(Object.entries(DOCUMENTED_V4))('is accepted by our v4 schema: %s', (_name, body) => {
    expect(GenerateImagesRequestV4.parse(body)).toEqual(body);
    expect(openApi.schemaFaults('ImageGenerateRequestV3', body)).toEqual([]);
  });

  test('is accepted by the emulator unless it names pictures that the emulator lacks', async () => {
    const { emulator, post } = await bench();
    emulator.control.addCustomModel({ assetId: DOCUMENTED_V3['custom model'].customModelId });
    const answers = [
      await post(V3, DOCUMENTED_V3['text to image']),
      await post(V3, DOCUMENTED_V3['custom model'], { 'x-model-version': 'image3_custom' }),
      await post(V4, DOCUMENTED_V4['text to image'], { 'x-model-version': 'image5' }),
      await post(V4, DOCUMENTED_V4['full payload'], { 'x-model-version': 'image5' }),
      await post(V4, DOCUMENTED_V4['instruct edit'], { 'x-model-version': 'image5' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 200, 422, 422]);
  });
});

/** Mostly valid values, sometimes an almost valid one or arbitrary JSON. */
const value = (right: readonly unknown[], nearly: readonly unknown[]) =>
  fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...right) },
    { weight: 2, arbitrary: fc.constantFrom(...nearly) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
  );

const url = 'https://bucket.s3.amazonaws.com/a.png';
const uploadId = '7b9c2f3e-4d1a-4e0b-9c8d-2a6f5e3b1c0d';
const source = value(
  [{ url }, { url, note: 1 }],
  [{ url: `${url} ` }, { url: `${url}/a b` }, { url, uploadId }, { uploadId: 'a' }, {}],
);
const v3 = fc.record(
  {
    prompt: value(['a', 'a fox', 'x'.repeat(1024)], ['x'.repeat(1025), '']),
    negativePrompt: value(['dull', ''], ['x'.repeat(1025)]),
    contentClass: value(['photo', 'art'], ['Photo']),
    numVariations: value([2], [0, 5, '2', 1.5]),
    seeds: value([[1, 2]], [[1, 1], [], ['1', '2'], [1.5, 2]]),
    size: value(
      [
        { width: 2048, height: 2048 },
        { width: 1024, height: 1024, depth: 1 },
      ],
      [{ width: 1024 }],
    ),
    style: value([{ presets: ['bw'] }, { strength: 1, note: '' }], [{ presets: ['bw', 'bw'] }, { strength: 0 }]),
    structure: fc.record({ imageReference: fc.record({ source }), strength: value([0, 100], [101, -1]) }),
    visualIntensity: value([2, 10], [11, 1]),
    surprise: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: ['prompt'] },
);
const v4 = fc.record(
  {
    prompt: value(['a', 'x'.repeat(1500)], ['x'.repeat(1501), '']),
    aspectRatio: value(['1:1', '16:9', 'auto'], ['2:1']),
    resolutionLevel: value(['1MP', '4MP'], ['3MP']),
    numVariations: value([1], [0, 2]),
    seeds: value([[1], []], [[1, 2], [1.5]]),
    referenceBlobs: fc.array(fc.record({ source, usage: value(['general'], ['style']) }), { maxLength: 2 }),
    modelSpecificPayload: value(
      [{ prompt_reasoner: 'quality' }, {}],
      [{ prompt_reasoner: 'Speed' }, { localeCode: 1 }],
    ),
  },
  { requiredKeys: ['prompt'] },
);

describe('a generated body that the emulator accepts', () => {
  test.each([
    ['v3', V3, v3, 'GenerateImagesRequestV3', 'image3'],
    ['v4', V4, v4, 'ImageGenerateRequestV3', 'image5'],
  ] as const)('is valid by Adobe’s document: %s', { tags: 'long' }, async (_name, path, bodies, schema, model) => {
    const { post } = await bench();
    const seen = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const { status } = await post(path, body, { 'x-model-version': model });
        expect([200, 202, 400, 422]).toContain(status);
        if (status >= 400) return void (seen.refused += 1);
        seen.accepted += 1;
        expect(openApi.schemaFaults(schema, body), JSON.stringify(body)).toEqual([]);
      }),
      { numRuns: 500 },
    );
    // The property must not hold for lack of accepted bodies.
    expect(seen.accepted).toBeGreaterThan(50);
    expect(seen.refused).toBeGreaterThan(50);
  });
});
