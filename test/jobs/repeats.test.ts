import { describe, expect, it } from 'vitest';
import { attaches, fingerprint } from '../../src/jobs/repeats.ts';
import { aJob } from './a-job.ts';

const NOW = 10_000_000;
const nobodyIsGone = () => false;
const DAY = 24 * 3_600_000;

describe('fingerprint', () => {
  const request = {
    tool: 't',
    operation: 'generateImagesV3Async',
    model: 'm',
    body: { a: 1, b: { c: 2, d: [3] } },
  } as const;

  it('does not depend on the order of keys, nor on absent ones', () => {
    const turned = { ...request, body: { b: { d: [3], c: 2, e: undefined }, a: 1 } };
    expect(fingerprint(turned)).toBe(fingerprint(request));
  });

  it('depends on everything that Adobe is asked for', () => {
    const others = [
      { ...request, tool: 'u' },
      { ...request, model: undefined },
      { ...request, body: { a: 1, b: { c: 2, d: [3, 3] } } },
      { ...request, body: { a: '1', b: { c: 2, d: [3] } } },
    ];
    expect(new Set([request, ...others].map((item) => fingerprint(item))).size).toBe(5);
  });
});

describe('attaches', () => {
  it('leaves calls that are open side by side alone', () => {
    const open = aJob({ state: 'running', attendedBy: 'a', attendedUntil: NOW + 1 });
    expect(attaches(open, NOW, nobodyIsGone)).toBe(false);
  });

  it('joins an unfinished job whose call was answered, broke, or died with its process', () => {
    expect(attaches(aJob({ state: 'running', delivery: 'running' }), NOW, nobodyIsGone)).toBe(true);
    expect(attaches(aJob({ state: 'queued', attendedBy: 'a', attendedUntil: NOW - 1 }), NOW, nobodyIsGone)).toBe(true);
    const died = aJob({ state: 'submitting', attendedBy: 'a', attendedUntil: NOW + 9_000 });
    expect(attaches(died, NOW, (owner) => owner === 'a')).toBe(true);
  });

  it('joins an unknown outcome for a day, so that a retry does not pay twice', () => {
    const unknown = aJob({ state: 'submit_unknown', delivery: 'final', finishedAt: NOW });
    expect(attaches(unknown, NOW + DAY - 1, nobodyIsGone)).toBe(true);
    expect(attaches(unknown, NOW + DAY, nobodyIsGone)).toBe(false);
  });

  it('hands a result that never reached its caller to the repeated call, but never one that did', () => {
    const undelivered = aJob({ state: 'succeeded', finishedAt: NOW });
    expect(attaches(undelivered, NOW + 60_000, nobodyIsGone)).toBe(true);
    expect(attaches(undelivered, NOW + 121_000, nobodyIsGone)).toBe(false);
    expect(attaches({ ...undelivered, delivery: 'final' }, NOW + 1, nobodyIsGone)).toBe(false);
    expect(attaches(aJob({ state: 'failed', finishedAt: NOW }), NOW + 1, nobodyIsGone)).toBe(false);
  });
});
