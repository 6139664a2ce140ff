import { describe, expect, it } from 'vitest';
import { attaches, callMark, fingerprint } from '../../src/jobs/repeats.ts';
import { aJob } from './a-job.ts';

const NOW = 10_000_000;
const ANSWERED = { isClosed: true };
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

describe('callMark', () => {
  it('is that of the words, without what only says how the call is made', () => {
    const mark = callMark('expand_image', { image: 'last', size: '10x10' });
    const how = { wait_seconds: 3, idempotency_key: 'k', again: false, confirm: true };
    expect(callMark('expand_image', { ...how, size: '10x10', image: 'last' })).toBe(mark);
    expect(callMark('expand_image', { image: 'last', size: '10x11' })).not.toBe(mark);
    expect(callMark('fill_image', { image: 'last', size: '10x10' })).not.toBe(mark);
  });
});

describe('attaches', () => {
  it('leaves calls that are open side by side alone', () => {
    expect(attaches(aJob({ state: 'running' }), NOW, { isClosed: false })).toBe(false);
  });

  it('joins an unfinished job whose call is over', () => {
    expect(attaches(aJob({ state: 'running', delivery: 'running' }), NOW, ANSWERED)).toBe(true);
    expect(attaches(aJob({ state: 'queued' }), NOW, ANSWERED)).toBe(true);
  });

  it('joins an unknown outcome for a day, so that a retry does not pay twice', () => {
    const unknown = aJob({ state: 'submit_unknown', delivery: 'final', finishedAt: NOW });
    expect(attaches(unknown, NOW + DAY - 1, ANSWERED)).toBe(true);
    expect(attaches(unknown, NOW + DAY, ANSWERED)).toBe(false);
  });

  it('hands a result that never reached its caller to the repeated call, but never one that did', () => {
    const undelivered = aJob({ state: 'succeeded', finishedAt: NOW });
    expect(attaches(undelivered, NOW + 60_000, ANSWERED)).toBe(true);
    expect(attaches(undelivered, NOW + 121_000, ANSWERED)).toBe(false);
    expect(attaches({ ...undelivered, delivery: 'final' }, NOW + 1, ANSWERED)).toBe(false);
    expect(attaches(aJob({ state: 'failed', finishedAt: NOW }), NOW + 1, ANSWERED)).toBe(false);
  });
});
