import { describe, expect, test } from 'vitest';
import { PAID_ENDPOINTS, type OperationId } from '../../src/firefly/endpoints/registry.ts';
import { costOf, isEstimated, NO_COST, PRICES, totalCost } from '../../src/firefly/pricing.ts';

describe('the price list', () => {
  test('has a price for every paid operation, and for no other', () => {
    expect(Object.keys(PRICES).toSorted()).toEqual(Object.keys(PAID_ENDPOINTS).toSorted());
  });

  test.each<[OperationId, boolean]>([
    ['generateImagesV3Async', false],
    ['fillImagesV3Async', false],
    ['expandImagesV3Async', false],
    ['generateSimilarImagesV3Async', false],
    ['generateImagesV4Async', true],
    ['editImagesV4Async', true],
    ['preciseUpsamplerV3Async', true],
    ['generateObjectCompositeV3Async', false],
    ['preciseComposite', true],
    ['adaptiveComposite', true],
  ])('%s costs one operation for each picture and is one request; estimated: %s', (operation, estimate) => {
    expect(costOf({ operation, count: 4 })).toEqual({ operations: 4, requests: 1, estimate });
    expect(isEstimated(operation)).toBe(estimate);
  });

  test.each([
    [960, 540, 2],
    [540, 540, 2],
    [720, 1280, 5],
    [720, 720, 5],
    [1080, 1920, 10],
    [1080, 1080, 10],
  ])(
    'a video of %ix%i costs %i operations: by the second, and the lines of the shorter side',
    (width, height, operations) => {
      const size = { width, height };
      const cost = { operations, requests: 1, estimate: false };
      expect(costOf({ operation: 'generateVideoV3', count: 1, size })).toEqual(cost);
    },
  );

  test('a video of no known size is counted at the highest price', () => {
    expect(costOf({ operation: 'generateVideoV3', count: 1 }).operations).toBe(10);
  });

  test('a price that this version does not know is an estimate', () => {
    expect(isEstimated('generateVideoV9Async')).toBe(true);
  });

  test('a sum is an estimate where one part is', () => {
    const [listed, assumed] = [
      costOf({ operation: 'fillImagesV3Async', count: 2 }),
      costOf({ operation: 'generateImagesV4Async', count: 1 }),
    ];
    expect(totalCost([listed, listed])).toEqual({ operations: 4, requests: 2, estimate: false });
    expect(totalCost([listed, assumed])).toEqual({ operations: 3, requests: 2, estimate: true });
    expect(totalCost([])).toEqual(NO_COST);
  });
});
