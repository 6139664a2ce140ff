import { describe, expect, test } from 'vitest';
import { fingerprint } from '../../../src/jobs/deduplication/fingerprint.ts';
import { aRequest } from '../../support/cluster/test-cluster.ts';

describe('a fingerprint', () => {
  const request = {
    tool: 't',
    operation: 'generateImagesV3Async',
    model: 'm',
    body: { a: 1, b: { c: 2, d: [3] } },
  } as const;

  test('does not depend on the order of keys, nor on absent ones', () => {
    const turned = { ...request, body: { b: { d: [3], c: 2, e: undefined }, a: 1 } };
    expect(fingerprint(turned)).toBe(fingerprint(request));
  });

  test('depends on everything that Adobe is asked for, seeds that the caller gave included', () => {
    const others = [
      { ...request, tool: 'u' },
      { ...request, model: undefined },
      { ...request, body: { a: 1, b: { c: 2, d: [3, 3] } } },
      { ...request, body: { a: '1', b: { c: 2, d: [3] } } },
      { ...request, body: { ...request.body, seeds: [7] } },
      { ...request, body: { ...request.body, seeds: [8] } },
    ];
    expect(new Set([request, ...others].map((item) => fingerprint(item))).size).toBe(7);
  });

  test('does not depend on facts and warnings', () => {
    const plain = aRequest('a chair');
    const told = { ...plain, warnings: ['The size was adjusted.'], facts: { ...plain.facts, altText: 'a chair' } };
    expect(fingerprint(told)).toBe(fingerprint(plain));
  });
});
