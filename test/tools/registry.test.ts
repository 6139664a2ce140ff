import { expect, test } from 'vitest';
import { paidTools, tools } from '../../src/tools/registry.ts';

test('batches can be made of exactly the tools that can plan a paid request', () => {
  expect(tools.filter(({ plan }) => plan !== undefined)).toEqual(paidTools);
});
