import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MODEL_VERSIONS_V3 } from '../../../src/firefly/contract/common.ts';
import { Problem } from '../../../src/shared/errors.ts';
import { chooseRatioV4, chooseSize } from '../../../src/tools/generate/generation-size.ts';
import { parseRatio, parseSize, sizeName, SIZES } from '../../../src/tools/generate/sizes.ts';

const input = (given: { size?: string; aspect_ratio?: string }) => ({ prompt: 'x', ...given });

function refusal(run: () => unknown): Problem {
  try {
    run();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('not refused');
}

describe('a size', () => {
  test.each(MODEL_VERSIONS_V3)('of %s is accepted, and any other refused with the nearest ones', (header) => {
    for (const size of SIZES[header]) {
      expect(chooseSize(input({ size: sizeName(size) }), header).size).toEqual({
        width: size.width,
        height: size.height,
      });
    }
    const problem = refusal(() => chooseSize(input({ size: '2000x2000' }), header));
    expect(problem.message).toContain('the nearest sizes are 2048x2048 and ');
    for (const size of SIZES[header]) expect(problem.next).toContain(sizeName(size));
  });

  test('is one of as many as Adobe lists', () => {
    expect([SIZES.image3.length, SIZES.image4_standard.length]).toEqual([10, 5]);
  });

  test('of another model is refused with the name of that model', () => {
    expect(refusal(() => chooseSize(input({ size: '1024x1024' }), 'image4_ultra')).next).toContain(
      'Possible with image3.',
    );
    expect(refusal(() => chooseSize(input({ size: '1440x2560' }), 'image3')).next).toContain(
      'image4_standard, image4_ultra',
    );
    expect(refusal(() => chooseSize(input({ size: '1024x1024' }), 'image4_custom')).next).not.toContain(
      'Possible with',
    );
  });

  test.each([
    ['2048x2048', { width: 2048, height: 2048 }],
    [' 2048 × 1152 ', { width: 2048, height: 1152 }],
    ['12X34', { width: 12, height: 34 }],
    ['1024*768', { width: 1024, height: 768 }],
    ['1024px by 768px', { width: 1024, height: 768 }],
  ])('written %j is understood', (text, expected) => {
    expect(parseSize(text)).toEqual(expected);
  });

  test.each(['2048', '0x5', 'x', '-1x5', '1e3x5', '2048x2048x3', '99999999x1', '٢x٢', ''])(
    'written %j is refused',
    (text) => {
      expect(parseSize(text)).toBeUndefined();
      expect(refusal(() => chooseSize(input({ size: text }), 'image3')).message).toContain('"2048x2048"');
    },
  );

  test('is legal or refused, for any text', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.tuple(fc.nat(6000), fc.nat(6000)).map(([w, h]) => `${w}x${h}`),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom(...MODEL_VERSIONS_V3), (size, header) => {
        try {
          const chosen = chooseSize(input({ size }), header).size;
          expect(SIZES[header].map(sizeName)).toContain(chosen && sizeName(chosen));
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
    );
  });
});

describe('an aspect ratio', () => {
  test.each([
    ['image3', '1:1', '2048x2048'],
    ['image3', '4:3', '2304x1792'],
    ['image3', '3:4', '1792x2304'],
    ['image3', '16:9', '2688x1512'],
    ['image3', '7:4', '2688x1536'],
    ['image3', '9:7', '2304x1792'],
    ['image3_custom', '7:9', '1792x2304'],
    ['image4_standard', '16:9', '2688x1536'],
    ['image4_ultra', '9:16', '1440x2560'],
    ['image4_custom', '4:3', '2304x1792'],
    ['image4_custom', '2:2', '2048x2048'],
    ['image4_custom', '18/32', '1440x2560'],
    ['image4_standard', '16x9', '2688x1536'],
    ['image4_standard', '16 × 9', '2688x1536'],
    ['image4_standard', '9 by 16', '1440x2560'],
    ['image4_standard', '16-9', '2688x1536'],
    ['image4_standard', 'Square', '2048x2048'],
  ] as const)('for %s of %s becomes %s', (header, aspect_ratio, expected) => {
    const { size } = chooseSize(input({ aspect_ratio }), header);
    expect(size && sizeName(size)).toBe(expected);
  });

  test("that is only Adobe's name for a size gives a warning", () => {
    expect(chooseSize(input({ aspect_ratio: '4:3' }), 'image4_standard').warnings).toEqual([
      '2304x1792 is what Adobe calls 4:3; exactly it is 9:7.',
    ]);
    expect(chooseSize(input({ aspect_ratio: '16:9' }), 'image3').warnings).toEqual([]);
  });

  test('that a model lacks is refused with the nearest one, and with models that have it', () => {
    const tall = refusal(() => chooseSize(input({ aspect_ratio: '9:16' }), 'image3'));
    expect(tall.message).toBe('image3 has no size of 9:16; the nearest is 3:4 (1792x2304).');
    expect(tall.next).toContain('Possible with image4_standard, image4_ultra.');
    expect(refusal(() => chooseSize(input({ aspect_ratio: '21:9' }), 'image4_ultra')).message).toContain(
      '16:9 (2688x1536)',
    );
    for (const text of ['wide', '16', '0:1', '16:9:4']) {
      expect(parseRatio(text)).toBeUndefined();
      expect(refusal(() => chooseSize(input({ aspect_ratio: text }), 'image3')).message).toContain('"16:9"');
    }
  });

  test('has to agree with a size that is given too', () => {
    const both = { size: '2304x1792', aspect_ratio: '4:3' };
    expect(chooseSize(input(both), 'image3').size).toEqual({ width: 2304, height: 1792 });
    expect(refusal(() => chooseSize(input({ ...both, aspect_ratio: '1:1' }), 'image3')).next).toContain('only one');
  });

  test('for image5 is one of five', () => {
    expect(['1:1', '8:6', '3:4', '16:9', '9:16'].map(chooseRatioV4)).toEqual(['1:1', '4:3', '3:4', '16:9', '9:16']);
    expect(chooseRatioV4(undefined)).toBeUndefined();
    expect(refusal(() => chooseRatioV4('21:9')).message).toContain('nearest is 16:9');
    expect(refusal(() => chooseRatioV4('auto')).code).toBe('invalid_argument');
  });
});
