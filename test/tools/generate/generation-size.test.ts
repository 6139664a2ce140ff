import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MODEL_VERSIONS_V3, type ModelVersionV3 } from '../../../src/firefly/contract/common.ts';
import { Problem } from '../../../src/shared/errors.ts';
import { ratioOf, readRatio } from '../../../src/tools/arguments/asked-ratio.ts';
import { chooseRatioV4, chooseSize } from '../../../src/tools/generate/generation-size.ts';
import { parseRatio, parseSize, reduced, sizeName, SIZES } from '../../../src/tools/generate/sizes.ts';

/** As the tool calls it: the ratio is read first. */
const choose = ({ size, aspect_ratio }: { size?: string; aspect_ratio?: string }, header: ModelVersionV3) =>
  chooseSize({ size }, header, aspect_ratio === undefined ? undefined : { ratio: readRatio(aspect_ratio) });
const chooseV4 = (text: string) => chooseRatioV4({ ratio: readRatio(text) });

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
      expect(choose({ size: sizeName(size) }, header).size).toEqual({
        width: size.width,
        height: size.height,
      });
    }
    const problem = refusal(() => choose({ size: '2000x2000' }, header));
    expect(problem.message).toContain('the nearest sizes are 2048x2048 and ');
    for (const size of SIZES[header]) expect(problem.next).toContain(sizeName(size));
  });

  test('is one of as many as Adobe lists', () => {
    expect([SIZES.image3.length, SIZES.image4_standard.length]).toEqual([10, 5]);
  });

  test('of another model is refused with the name of that model', () => {
    expect(refusal(() => choose({ size: '1024x1024' }, 'image4_ultra')).next).toContain('Possible with image3.');
    expect(refusal(() => choose({ size: '1440x2560' }, 'image3')).next).toContain('image4_standard, image4_ultra');
    expect(refusal(() => choose({ size: '1024x1024' }, 'image4_custom')).next).not.toContain('Possible with');
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
      expect(refusal(() => choose({ size: text }, 'image3')).message).toContain('"2048x2048"');
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
          const chosen = choose({ size }, header).size;
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
    ['image4_standard', 'widescreen', '2688x1536'],
    ['image4_standard', '1.0:1', '2048x2048'],
    ['image3', '1.75:1', '2688x1536'],
  ] as const)('for %s of %s becomes %s', (header, aspect_ratio, expected) => {
    const { size } = choose({ aspect_ratio }, header);
    expect(size && sizeName(size)).toBe(expected);
  });

  test("that is only Adobe's name for a size gives a warning", () => {
    expect(choose({ aspect_ratio: '4:3' }, 'image4_standard').warnings).toEqual([
      '2304x1792 is what Adobe calls 4:3; exactly it is 9:7. save_image with size "2304x1728" cuts it to exactly 4:3, free.',
    ]);
    expect(choose({ aspect_ratio: '16:9' }, 'image4_ultra').warnings.join()).toContain(
      '"2688x1512" cuts it to exactly 16:9',
    );
    expect(choose({ aspect_ratio: '16:9' }, 'image3').warnings).toEqual([]);
  });

  test('that a model lacks is refused with the nearest one, and with models that have it', () => {
    const tall = refusal(() => choose({ aspect_ratio: '9:16' }, 'image3'));
    expect(tall.message).toBe('image3 has no size of 9:16; the nearest is 3:4 (1792x2304).');
    expect(tall.next).toContain('Possible with image4_standard, image4_ultra.');
    expect(refusal(() => choose({ aspect_ratio: '21:9' }, 'image4_ultra')).message).toContain('16:9 (2688x1536)');
    for (const text of ['wide', '16', '0:1', '0.0:1', '1.5', '16:9:4']) {
      expect(parseRatio(text)).toBeUndefined();
      expect(refusal(() => choose({ aspect_ratio: text }, 'image3')).message).toContain('"16:9"');
    }
  });

  test('has to agree with a size that is given too', () => {
    const both = { size: '2304x1792', aspect_ratio: '4:3' };
    expect(choose(both, 'image3').size).toEqual({ width: 2304, height: 1792 });
    expect(refusal(() => choose({ ...both, aspect_ratio: '1:1' }, 'image3')).next).toContain('only one');
  });

  test('of a picture gives the nearest size, and the part of it that has the ratio', () => {
    const like = { ratio: ratioOf({ width: 4000, height: 2667 }), like: 'img_a' };
    expect(chooseSize({}, 'image4_standard', like)).toEqual({
      size: { width: 2304, height: 1792 },
      warnings: [
        'Asked for is 3:2, as img_a; the nearest size of image4_standard is 2304x1792, 9:7. save_image with size "2304x1536" cuts it to exactly 3:2, free.',
      ],
    });
    expect(chooseRatioV4(like)).toBe('4:3');
    expect(chooseSize({}, 'image3', { ratio: ratioOf({ width: 500, height: 500 }), like: 'img_a' }).warnings).toEqual(
      [],
    );
  });

  test.each([
    [4032, 3024, '4:3'],
    [1920, 1080, '16:9'],
    [4000, 2667, '3:2'],
    [2667, 4000, '2:3'],
    [1201, 799, '194:129'],
  ])('of %i by %i pixels is told in small numbers, %s', (width, height, expected) => {
    expect(reduced(ratioOf({ width, height }))).toBe(expected);
  });

  test('for image5 is one of five', () => {
    expect(['1:1', '8:6', '3:4', '16:9', '9:16'].map((text) => chooseV4(text))).toEqual([
      '1:1',
      '4:3',
      '3:4',
      '16:9',
      '9:16',
    ]);
    expect(chooseRatioV4(undefined)).toBeUndefined();
    expect(refusal(() => chooseV4('21:9')).message).toContain('nearest is 16:9');
    expect(refusal(() => chooseV4('auto')).code).toBe('invalid_argument');
  });
});
