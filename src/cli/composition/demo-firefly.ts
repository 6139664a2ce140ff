import type { Firefly, JobHandle, RemoteStatus } from '../../firefly/types.ts';
import type { ProblemRecord } from '../../shared/errors.ts';

/** What is told of a job whose emulator has ended with the demo that sent it. */
export const EMULATOR_ENDED: ProblemRecord = {
  code: 'demo_ended',
  message: 'The demo run that began this job has ended, and its emulator with it.',
  actor: 'caller',
  next: 'Make the same call again: it makes a new job, and a demo charges nothing.',
};

/** Whether another emulator than the one at these origins has the job. */
export function isElsewhere({ statusUrl, cancelUrl }: JobHandle, origins: ReadonlySet<string>): boolean {
  const link = statusUrl ?? cancelUrl;
  return link !== undefined && URL.canParse(link) && !origins.has(new URL(link).origin);
}

/**
 * The client of a demo. All demo runs of a home are one account, though each has an emulator of its own: a job that
 * another emulator has accepted ends at once, since a process leaves its jobs only when its emulator ends.
 */
export function forDemo(firefly: Firefly, origins: ReadonlySet<string>): Firefly {
  return {
    ...firefly,
    status: async (handle, operation, signal): Promise<RemoteStatus> =>
      isElsewhere(handle, origins)
        ? { kind: 'failed', problem: EMULATOR_ENDED }
        : firefly.status(handle, operation, signal),
    cancel: async (handle, operation, signal) =>
      isElsewhere(handle, origins) ? { kind: 'gone' } : firefly.cancel(handle, operation, signal),
    // A result of another emulator leads back to the status of its job.
    download: async (url, sink, options) =>
      origins.has(new URL(url).origin) ? firefly.download(url, sink, options) : { kind: 'expired' },
  };
}
