import { describe, expect, test } from 'vitest';
import type { SubmitOutcome } from '../../../src/firefly/types.ts';
import { JOB_STATES, isFinal } from '../../../src/jobs/model/states.ts';
import { afterDeadline, afterStatus, UNANSWERED_DEADLINE_MS } from '../../../src/jobs/model/status/after-status.ts';
import { afterCrash, afterSubmit, mayMove, MAX_UNSENT_ATTEMPTS } from '../../../src/jobs/model/transitions.ts';
import { aJob } from '../a-job.ts';

const problem = { code: 'invalid_request', message: 'A sentence.', actor: 'caller', next: 'Do this.' } as const;
const NOW = 5_000_000;
const AT = { now: NOW, endedAt: NOW - 400 };
const WAIT_MS = 600_000;

describe('a transition', () => {
  test('out of a final state is refused, even into that state itself', () => {
    for (const from of JOB_STATES.filter(isFinal)) {
      for (const to of JOB_STATES) expect(mayMove(from, to)).toBe(false);
    }
  });

  test('back to the queue is refused once Adobe has the request, and no request is sent without a permit', () => {
    for (const from of ['accepted', 'running', 'saving'] as const) {
      expect(mayMove(from, 'queued')).toBe(false);
      expect(mayMove(from, 'submitting')).toBe(false);
    }
    expect(mayMove('preparing', 'submitting')).toBe(false);
  });
});

describe('a job after its submit', () => {
  const submitting = aJob({ state: 'submitting', attempt: 1 });
  const after = (outcome: SubmitOutcome, job = submitting) => afterSubmit(job, outcome, NOW, NOW + 20_000);

  test('that Adobe accepted has the handle exactly as it came', () => {
    const handle = { jobId: 'urn:x', statusUrl: 'http://evil.example/status', cancelUrl: undefined };
    expect(after({ kind: 'accepted', handle })).toMatchObject({ state: 'accepted', handle, acceptedAt: NOW });
  });

  test('that Adobe refused has failed, and one with an unknown outcome has a state of its own', () => {
    expect(after({ kind: 'refused', problem })).toMatchObject({ state: 'failed', problem, finishedAt: NOW });
    expect(after({ kind: 'unknown', problem })).toMatchObject({ state: 'submit_unknown', problem, finishedAt: NOW });
  });

  test('that met a 429 is queued until the cooldown ends, and the attempt counts as no failure', () => {
    const change = after({ kind: 'rate_limited', retryAfterMs: 20_000, problem });
    expect(change).toMatchObject({ state: 'queued', runnableAt: NOW + 20_000 });
    expect(change.failures).toBeUndefined();
  });

  test('that met a 401 is queued once more, and fails at the second 401', () => {
    expect(after({ kind: 'unauthorized', problem })).toMatchObject({ state: 'queued', unauthorized: 1 });
    const again = aJob({ state: 'submitting', unauthorized: 1 });
    expect(after({ kind: 'unauthorized', problem }, again)).toMatchObject({ state: 'failed', problem });
  });

  test('that was not sent is queued with growing delays, and then fails', () => {
    let job = submitting;
    const delays: number[] = [];
    for (let attempt = 1; attempt < MAX_UNSENT_ATTEMPTS.interactive; attempt += 1) {
      const change = after({ kind: 'not_sent', problem }, job);
      expect(change.state).toBe('queued');
      delays.push((change.runnableAt ?? 0) - NOW);
      job = { ...job, ...change };
    }
    expect(delays).toEqual([2_000, 4_000]);
    expect(after({ kind: 'not_sent', problem }, job)).toMatchObject({ state: 'failed', problem });
  });

  test('that was cancelled meanwhile ends as cancelled instead of being sent again', () => {
    const cancelled = aJob({ state: 'submitting', cancel: 'requested' });
    for (const outcome of [
      { kind: 'not_sent', problem },
      { kind: 'rate_limited', retryAfterMs: undefined, problem },
    ] as const) {
      expect(after(outcome, cancelled)).toMatchObject({ state: 'cancelled', finishedAt: NOW });
    }
  });
});

describe('a job after a status answer', () => {
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

  test('that reports success has the outputs, the facts and Adobe’s warnings', () => {
    expect(afterStatus(running, succeeded, AT)).toMatchObject({
      state: 'saving',
      doneAt: NOW - 400,
      outputs: succeeded.outputs,
      facts: { contentClass: 'art' },
      warnings: [expect.stringContaining('artists')],
    });
  });

  test('that reports success without pictures has failed as a refusal', () => {
    const change = afterStatus(running, { ...succeeded, outputs: [], promptHasDeniedWords: true }, AT);
    expect(change).toMatchObject({ state: 'failed', problem: { code: 'content_policy' } });
  });

  test('that reports success after a cancel keeps the picture', () => {
    const change = afterStatus(aJob({ state: 'running', cancel: 'sent' }), succeeded, AT);
    expect(change).toMatchObject({ state: 'saving', cancel: 'too_late' });
  });

  test('that is a 429 or a passing failure is unchanged', () => {
    expect(afterStatus(running, { kind: 'rate_limited', retryAfterMs: 1 }, AT)).toBeUndefined();
    expect(afterStatus(running, { kind: 'transient', retryAfterMs: undefined, problem }, AT)).toBeUndefined();
  });

  const polled = { now: NOW, polledMs: 10 * 60_000, waitMs: WAIT_MS };

  test('fails later while status requests have no answer, and after ten of them at least', () => {
    expect(afterDeadline({ ...polled, waitedMs: WAIT_MS, unanswered: 50 })).toBeUndefined();
    expect(afterDeadline({ ...polled, waitedMs: UNANSWERED_DEADLINE_MS, unanswered: 9 })).toBeUndefined();
    const late = { ...polled, waitedMs: UNANSWERED_DEADLINE_MS, unanswered: 10 };
    expect(afterDeadline(late)).toMatchObject({ problem: { code: 'timeout' } });
    expect(afterDeadline({ ...late, waitMs: 2 * UNANSWERED_DEADLINE_MS })).toBeUndefined();
  });

  test('fails at the deadline where it has not ended', () => {
    expect(afterDeadline({ ...polled, waitedMs: WAIT_MS - 1, unanswered: 0 })).toBeUndefined();
    expect(afterDeadline({ ...polled, waitedMs: WAIT_MS, unanswered: 0 })).toMatchObject({
      state: 'failed',
      problem: { code: 'timeout' },
    });
  });

  test('does not fail before its process has polled for two minutes, whatever the wall clock says', () => {
    const resumed = { ...polled, waitedMs: 100 * WAIT_MS, unanswered: 0 };
    expect(afterDeadline({ ...resumed, polledMs: 119_000 })).toBeUndefined();
    expect(afterDeadline({ ...resumed, polledMs: 120_000 })).toMatchObject({ problem: { code: 'timeout' } });
  });
});

describe('an upload that Adobe does not know', () => {
  const refused = { kind: 'refused', problem: { ...problem, code: 'upload_lapsed' } } as const;
  const picture = { sha256: 'a', mimeType: 'image/png', bytes: 1, width: 1, height: 1 } as const;

  test('is uploaded afresh once where this server uploaded it', () => {
    const own = aJob({ state: 'submitting', pictures: [picture], body: { image: { source: { $picture: 'a' } } } });
    expect(afterSubmit(own, refused, NOW, NOW)).toMatchObject({ state: 'queued', reuploads: 1 });
  });

  test('is said at once, and not sent twice, where the caller gave its id', () => {
    const given = aJob({ state: 'submitting', body: { image: { source: { uploadId: 'x' } } } });
    const change = afterSubmit(given, refused, NOW, NOW);
    expect(change).toMatchObject({ state: 'failed', problem: { code: 'upload_lapsed', actor: 'caller' } });
    expect(change.problem?.message).toContain('given with this call');
  });
});

describe('a job whose process died', () => {
  test('is sent again only where provably nothing was sent', () => {
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
