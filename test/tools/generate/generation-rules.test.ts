import { describe, expect, test } from 'vitest';
import { GenerateImagesRequestV3 } from '../../../src/firefly/contract/paid/generate-images-v3.ts';
import { GenerateImagesRequestV4 } from '../../../src/firefly/contract/paid/generate-images-v4.ts';
import { Problem } from '../../../src/shared/errors.ts';
import { readRatio } from '../../../src/tools/arguments/asked-ratio.ts';
import { buildRequest, checkGeneration } from '../../../src/tools/generate/generation-request.ts';
import { type ModelHeader, type GenerateImageInput } from '../../../src/tools/generate/generation-rules.ts';
import { STYLE_PRESETS } from '../../../src/tools/generate/style-presets.ts';

const HEADERS = ['image3', 'image3_custom', 'image4_standard', 'image4_ultra', 'image4_custom', 'image5'] as const;

function build(header: ModelHeader, input: Partial<GenerateImageInput> = {}) {
  const customModel = header.endsWith('_custom') ? 'urn:aaid:sc:VA6C2:1' : undefined;
  const whole: GenerateImageInput = { prompt: 'a fox', ...input };
  const asked = whole.aspect_ratio === undefined ? undefined : { ratio: readRatio(whole.aspect_ratio) };
  const checked = checkGeneration(whole, header, asked);
  return buildRequest(checked, { tool: 'generate_image', customModel, demo: false, warnings: [] });
}

function refusal(header: ModelHeader, input: Partial<GenerateImageInput>): Problem {
  try {
    build(header, input);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error(`${header} took ${JSON.stringify(input)}`);
}

describe('a request', () => {
  test.each(HEADERS)('for %s has its header and a valid body', (header) => {
    const request = build(header);
    expect(request).toMatchObject({ model: header, count: 1, facts: { model: header, prompt: 'a fox' } });
    const contract = header === 'image5' ? GenerateImagesRequestV4 : GenerateImagesRequestV3;
    expect(contract.parse(request.body)).toEqual(request.body);
    expect(request.operation).toBe(header === 'image5' ? 'generateImagesV4Async' : 'generateImagesV3Async');
    expect(request.body).toEqual(JSON.parse(JSON.stringify(request.body)));
  });

  test('for v3 has size and count, and the id of a custom model', () => {
    expect(build('image4_custom').body).toEqual({
      prompt: 'a fox',
      numVariations: 1,
      size: { width: 2048, height: 2048 },
      customModelId: 'urn:aaid:sc:VA6C2:1',
    });
  });

  test('for v3 has every field that v3 takes', () => {
    const input: GenerateImageInput = {
      prompt: 'a fox',
      negative_prompt: 'dogs',
      content_class: 'photo',
      seeds: [3, 1, 2],
      size: '2304x1792',
      style_presets: ['watercolor'],
      style_strength: 70,
      visual_intensity: 6,
      locale: 'de-DE',
    };
    expect(build('image4_ultra', input)).toMatchObject({ count: 3, warnings: [], size: { width: 2304, height: 1792 } });
    expect(build('image4_ultra', input).body).toEqual({
      prompt: 'a fox',
      negativePrompt: 'dogs',
      contentClass: 'photo',
      numVariations: 3,
      seeds: [3, 1, 2],
      size: { width: 2304, height: 1792 },
      style: { presets: ['watercolor'], strength: 70 },
      visualIntensity: 6,
      promptBiasingLocaleCode: 'de-DE',
    });
  });

  test('for image5 has every field that image5 takes', () => {
    const input = {
      aspect_ratio: '32:18',
      resolution: '4MP',
      seeds: [5],
      locale: 'en-US',
      prompt_reasoner: 'quality',
    } as const;
    expect(build('image5', input)).toMatchObject({ size: undefined, count: 1 });
    expect(build('image5', input).body).toEqual({
      prompt: 'a fox',
      aspectRatio: '16:9',
      resolutionLevel: '4MP',
      seeds: [5],
      modelSpecificPayload: { localeCode: 'en-US', prompt_reasoner: 'quality' },
    });
  });
});

describe('an argument that a model does not take', () => {
  const V3_ONLY: Partial<GenerateImageInput>[] = [
    { size: '2048x2048' },
    { negative_prompt: 'x' },
    { content_class: 'art' },
    { style_presets: ['bw'] },
    { visual_intensity: 3 },
  ];
  const cases: { header: ModelHeader; input: Partial<GenerateImageInput> }[] = [
    ...V3_ONLY.map((input) => ({ header: 'image5' as const, input })),
    ...(['image3', 'image4_standard', 'image4_custom'] as const).flatMap((header) => [
      { header, input: { resolution: '4MP' } as const },
      { header, input: { prompt_reasoner: 'speed' } as const },
    ]),
    ...(['image3_custom', 'image4_custom'] as const).map((header) => ({ header, input: { negative_prompt: 'x' } })),
    { header: 'image4_custom', input: { visual_intensity: 5 } },
    ...(['image3', 'image3_custom', 'image4_standard', 'image5'] as const).map((header) => ({
      header,
      input: { upsampler: 'low_creativity' } as const,
    })),
  ];

  test.each(cases)('is refused: $header and $input', ({ header, input }) => {
    const problem = refusal(header, input);
    expect(problem).toMatchObject({ code: 'invalid_argument', actor: 'caller' });
    expect(problem.message).toContain(Object.keys(input)[0]);
    expect(problem.message).toContain(header);
    expect(problem.next).toMatch(/^Leave it out/);
  });

  test('is named together with the others that are refused', () => {
    const { message, next } = refusal('image5', { size: '2048x2048', negative_prompt: 'x' });
    expect(message).toBe('image5 does not take size or negative_prompt.');
    expect(next).toMatch(/^Leave them out \(image5 takes/);
  });

  test('is accepted for the models that take it', () => {
    expect(build('image3_custom', { visual_intensity: 5 }).body).toMatchObject({ visualIntensity: 5 });
    expect(build('image4_custom', { upsampler: 'low_creativity' }).body).toMatchObject({
      upsamplerType: 'low_creativity',
    });
  });
});

describe('a prompt', () => {
  test.each([
    ['image3', 1024],
    ['image4_ultra', 1024],
    ['image4_custom', 1024],
    ['image5', 1500],
  ] as const)('for %s has at most %d characters', (header, limit) => {
    expect(build(header, { prompt: 'x'.repeat(limit) }).body).toMatchObject({ prompt: 'x'.repeat(limit) });
    expect(refusal(header, { prompt: 'x'.repeat(limit + 3) }).next).toContain('Shorten it by 3 characters');
  });

  test.each(['   ', '\0', 'a\u0007b', 'half \ud83d', '\u009b31m'])('of %j is refused', (prompt) => {
    expect(refusal('image4_standard', { prompt }).code).toBe('invalid_argument');
  });

  test.each(['zwei\nZeilen\tTab', '🦊🦊', '"; DROP TABLE', '../../etc/passwd', 'שלום', '👩‍👩‍👧'])(
    '%j goes as it is',
    (prompt) => {
      expect(build('image4_standard', { prompt }).body).toMatchObject({ prompt });
    },
  );
});

describe('seeds and count', () => {
  test.each([
    [{ count: 3 }, 3],
    [{ seeds: [1, 2] }, 2],
    [{ seeds: [1, 2], count: 2 }, 2],
    [{}, 1],
  ])('of %j mean %d pictures', (input, count) => {
    expect(build('image4_standard', input)).toMatchObject({ count, body: { numVariations: count } });
  });

  test('that contradict each other are refused', () => {
    expect(refusal('image3', { seeds: [1, 2], count: 3 }).next).toContain('Use count 2, or give 3 seeds');
    expect(refusal('image3', { seeds: [4, 4] }).message).toContain('not distinct');
  });

  test.each([{ count: 2 }, { seeds: [1, 2] }])('of %j are refused for image5', (input) => {
    expect(refusal('image5', input).next).toContain('Make several with submit_batch, one item a picture');
  });
});

describe('a style preset', () => {
  test("is one of the 152 of Adobe's list", () => {
    expect(new Set(STYLE_PRESETS).size).toBe(152);
  });

  test('that is not on the list is refused with similar ones, and sent as it is where it is marked', () => {
    expect(refusal('image3', { style_presets: ['bw', 'bold_colors'] }).message).toMatch(
      /"bold_colors".*vibrant_colors/,
    );
    const { body, warnings } = build('image4_standard', { style_presets: ['=bold_colors', 'Water color', 'bw'] });
    expect(body).toMatchObject({ style: { presets: ['bold_colors', 'watercolor', 'bw'] } });
    expect(warnings).toEqual([]);
  });

  test('is refused twice, and strength is refused without one', () => {
    expect(refusal('image3', { style_strength: 5 }).next).toContain('style_presets');
    expect(refusal('image3', { style_presets: ['bw', 'bw'] }).message).toContain('twice');
  });
});
