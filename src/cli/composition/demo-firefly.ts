import type { DemoEmulator } from './demo-emulator.ts';
import type { Firefly, JobHandle, RemoteStatus } from '../../firefly/types.ts';
import type { ProblemRecord } from '../../shared/errors.ts';
import type { Random } from '../../shared/random.ts';

/** What is told of a job whose emulator has ended with the demo that sent it. */
export const EMULATOR_ENDED: ProblemRecord = {
  code: 'demo_ended',
  message: 'The demo run that began this job has ended, and its emulator with it.',
  actor: 'caller',
  next: 'Make the same call again: it makes a new job, and a demo charges nothing.',
};

/** Whether another emulator than this one has the job. A port tells nothing, since the system gives it out again. */
export function isElsewhere(
  { statusUrl, cancelUrl }: JobHandle,
  { hasJobOf }: Pick<DemoEmulator, 'hasJobOf'>,
): boolean {
  const link = statusUrl ?? cancelUrl;
  return link !== undefined && URL.canParse(link) && !hasJobOf(link);
}

/**
 * The client of a demo. All demo runs of a home are one account, though each has an emulator of its own: a job that
 * another emulator has accepted ends at once, since a process leaves its jobs only when its emulator ends.
 */
export function forDemo(firefly: Firefly, emulator: DemoEmulator, random: Random): Firefly {
  const origins = new Set(emulator.target.trustedOrigins);
  return {
    ...firefly,
    uploadOwner: random.uuid(),
    status: async (handle, ...how): Promise<RemoteStatus> =>
      isElsewhere(handle, emulator) ? { kind: 'failed', problem: EMULATOR_ENDED } : firefly.status(handle, ...how),
    cancel: async (handle, ...how) =>
      isElsewhere(handle, emulator) ? { kind: 'gone' } : firefly.cancel(handle, ...how),
    // A result of another emulator leads back to the status of its job.
    download: async (url, sink, options) =>
      origins.has(new URL(url).origin) ? firefly.download(url, sink, options) : { kind: 'expired' },
  };
}
