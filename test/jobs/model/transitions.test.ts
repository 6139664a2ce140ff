import { describe, expect, it } from 'vitest';
import type { SubmitOutcome } from '../../../src/firefly/types.ts';
import { JOB_STATES, isFinal } from '../../../src/jobs/model/states.ts';
import {
  afterCrash,
  afterDeadline,
  afterStatus,
  afterSubmit,
  DEADLINE_MS,
  mayMove,
  MOST_UNSENT_ATTEMPTS,
  UNANSWERED_DEADLINE_MS,
} from '../../../src/jobs/model/transitions.ts';
import { aJob } from '../a-job.ts';

const problem = { code: 'some_code', message: 'A sentence.', actor: 'caller', next: 'Do this.' } as const;
const NOW = 5_000_000;

describe('moves', () => {
  it('lets nothing leave a final state, not even to itself', () => {
    for (const from of JOB_STATES.filter(isFinal)) {
      for (const to of JOB_STATES) expect(mayMove(from, to)).toBe(false);
    }
  });

  it('never goes back to the queue once Adobe may have the request', () => {
    for (const from of ['accepted', 'running', 'saving'] as const) {
      expect(mayMove(from, 'queued')).toBe(false);
      expect(mayMove(from, 'submitting')).toBe(false);
    }
    expect(mayMove('preparing', 'submitting')).toBe(false);
  });
});

describe('afterSubmit', () => {
  const submitting = aJob({ state: 'submitting', attempt: 1 });
  const after = (outcome: SubmitOutcome, job = submitting) => afterSubmit(job, outcome, NOW, NOW + 20_000);

  it('stores the handle exactly as it came', () => {
    const handle = { jobId: 'urn:x', statusUrl: 'http://evil.example/status', cancelUrl: undefined };
    expect(after({ kind: 'accepted', handle })).toMatchObject({ state: 'accepted', handle, acceptedAt: NOW });
  });

  it('ends a refusal, and an unknown outcome in a state of its own', () => {
    expect(after({ kind: 'refused', problem })).toMatchObject({ state: 'failed', problem, finishedAt: NOW });
    expect(after({ kind: 'unknown', problem })).toMatchObject({ state: 'submit_unknown', problem, finishedAt: NOW });
  });

  it('queues again after a 429, when the gate opens, and charges no attempt for it', () => {
    const change = after({ kind: 'rate_limited', retryAfterMs: 20_000, problem });
    expect(change).toMatchObject({ state: 'queued', runnableAt: NOW + 20_000 });
    expect(change.failures).toBeUndefined();
  });

  it('tries once more after a 401, and only once', () => {
    expect(after({ kind: 'unauthorized', problem })).toMatchObject({ state: 'queued', unauthorized: 1 });
    const again = aJob({ state: 'submitting', unauthorized: 1 });
    expect(after({ kind: 'unauthorized', problem }, again)).toMatchObject({ state: 'failed', problem });
  });

  it('repeats what was never sent, further apart each time, and then fails', () => {
    let job = submitting;
    const waits: number[] = [];
    for (let attempt = 1; attempt < MOST_UNSENT_ATTEMPTS.interactive; attempt += 1) {
      const change = after({ kind: 'not_sent', problem }, job);
      expect(change.state).toBe('queued');
      waits.push((change.runnableAt ?? 0) - NOW);
      job = { ...job, ...change };
    }
    expect(waits).toEqual([2_000, 4_000]);
    expect(after({ kind: 'not_sent', problem }, job)).toMatchObject({ state: 'failed', problem });
  });

  it('ends a job that somebody cancelled meanwhile instead of sending it again', () => {
    const cancelled = aJob({ state: 'submitting', cancel: 'requested' });
    for (const outcome of [
      { kind: 'not_sent', problem },
      { kind: 'rate_limited', retryAfterMs: undefined, problem },
    ] as const) {
      expect(after(outcome, cancelled)).toMatchObject({ state: 'cancelled', finishedAt: NOW });
    }
  });
});

describe('afterStatus', () => {
  const running = aJob({ state: 'running', acceptedAt: NOW - 10_000 });
  const succeeded = {
    kind: 'succeeded',
    size: undefined,
    contentClass: 'art',
    altText: '',
    promptHasDeniedWords: false,
    promptHasBlockedArtists: true,
    outputs: [{ url: 'https://x.example/1', expiresAt: NOW + 1, seed: 7 }],
  } as const;

  it('keeps the offer, the facts and Adobe’s remarks', () => {
    expect(afterStatus(running, succeeded, NOW)).toMatchObject({
      state: 'saving',
      outputs: succeeded.outputs,
      facts: { contentClass: 'art' },
      warnings: [expect.stringContaining('artists')],
    });
  });

  it('fails a success without pictures as what it is: a refusal', () => {
    const change = afterStatus(running, { ...succeeded, outputs: [], promptHasDeniedWords: true }, NOW);
    expect(change).toMatchObject({ state: 'failed', problem: { code: 'content_policy' } });
  });

  it('keeps the picture when a cancel comes too late', () => {
    const change = afterStatus(aJob({ state: 'running', cancel: 'sent' }), succeeded, NOW);
    expect(change).toMatchObject({ state: 'saving', cancel: 'too_late' });
  });

  it('changes nothing for what passes by itself', () => {
    expect(afterStatus(running, { kind: 'rate_limited', retryAfterMs: 1 }, NOW)).toBeUndefined();
    expect(afterStatus(running, { kind: 'transient', retryAfterMs: undefined, problem }, NOW)).toBeUndefined();
  });

  it('has more patience while nobody answers', () => {
    const at = (ms: number) => NOW - 10_000 + ms;
    expect(afterDeadline(running, at(DEADLINE_MS), 50)).toBeUndefined();
    expect(afterDeadline(running, at(UNANSWERED_DEADLINE_MS), 9)).toBeUndefined();
    expect(afterDeadline(running, at(UNANSWERED_DEADLINE_MS), 10)).toMatchObject({ problem: { code: 'timeout' } });
  });

  it('gives a state that never ends a deadline', () => {
    expect(afterDeadline(running, NOW, 0)).toBeUndefined();
    expect(afterDeadline(running, NOW - 10_000 + DEADLINE_MS, 0)).toMatchObject({
      state: 'failed',
      problem: { code: 'timeout' },
    });
  });
});

describe('abandoned', () => {
  it('sends again only what provably never left', () => {
    expect(afterCrash(aJob({ state: 'preparing' }), NOW)).toMatchObject({ state: 'queued' });
    expect(afterCrash(aJob({ state: 'permitted' }), NOW)).toMatchObject({ state: 'queued' });
    expect(afterCrash(aJob({ state: 'submitting' }), NOW)).toMatchObject({
      state: 'submit_unknown',
      problem: { code: 'outcome_unknown', message: expect.stringMatching(/^Adobe may have charged/) as string },
    });
    for (const state of ['accepted', 'running', 'saving'] as const)
      expect(afterCrash(aJob({ state }), NOW)).toEqual({});
  });
});
