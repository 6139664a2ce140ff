import type { EmulatedModel } from './state/emulated-model.ts';
import type { Fault } from './faults.ts';
import type { JobStatus } from './state/jobs.ts';
import type { LoggedRequest, Phase } from './state/request-log.ts';
import type { Upload } from './state/uploads.ts';
import type { EmulatorContext } from './context.ts';

/** A job as control shows it. */
interface JobView {
  /** The URN. */
  readonly jobId: string;
  readonly operation: string;
  readonly model: string;
  readonly prompt: string;
  readonly status: JobStatus;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Seeds of its pictures, in their order. */
  readonly seeds: readonly number[];
}

/** What tests do to an emulator, and what they learn from it. None of it is part of Adobe's surface. */
export interface EmulatorControl {
  /** Every request that arrived, oldest first; those of one phase only where one is named. */
  requests(phase?: Phase): readonly LoggedRequest[];
  /** Every request to a paid operation, refused ones too. `headAt` is what a quota has to be judged by. */
  submits(): readonly LoggedRequest[];
  /** Jobs that exist, oldest first. Looking at them does not move them on. */
  jobs(): readonly JobView[];
  /** Every upload since the start or the last `reset`, oldest first, with its bytes. */
  uploads(): readonly Upload[];
  /** The next `times` (1) requests of a phase meet this fault. Faults of a phase are met in the order of their coming. */
  next(fault: Fault, times?: number): void;
  /** Faults that no request has met yet. */
  faultsLeft(): number;
  /** Every result URL given out so far counts as expired. A status read gives fresh ones. */
  expireUrls(): void;
  /** Every upload id given out so far is unknown from now on, as after its seven days. */
  expireUploads(): void;
  /** Every token given out so far answers 401013. */
  revokeTokens(): void;
  /** A valid token, as IMS would give it. */
  issueToken(scope?: string): string;
  /** How long jobs run that are submitted from now on, milliseconds. */
  setLatency(ms: number): void;
  /** How long tokens live that are issued from now on, seconds. */
  setTokenSeconds(seconds: number): void;
  /** Adds a custom model; what is not said is taken from a published style model on Image 4. */
  addCustomModel(parts?: Partial<EmulatedModel>): EmulatedModel;
  /** Forgets jobs, uploads, tokens, quota, log, faults and added models; latency and token life are as at the start again. */
  reset(): void;
}

/** Control over one emulator. */
export function createControl(world: EmulatorContext): EmulatorControl {
  const { settings, log, jobs, faults, tokens, models, uploads, quota, signer, pictures } = world;
  const { latencyMs, tokenSeconds } = settings;
  return {
    requests: (phase) => log.list(phase),
    submits: () => log.list('submit'),
    jobs: () =>
      jobs.list().map(({ job, status }) => ({
        jobId: job.urn,
        operation: job.plan.operation,
        model: job.plan.model,
        prompt: job.plan.prompt,
        status,
        createdAt: job.createdAt,
        seeds: job.plan.pictures.map(({ seed }) => seed),
      })),
    uploads: () => uploads.list().map((upload) => ({ ...upload })),
    next: (fault, times = 1) => faults.add(fault, times),
    faultsLeft: () => faults.waiting,
    expireUrls: () => signer.expireAll(),
    expireUploads: () => uploads.expireAll(),
    revokeTokens: () => tokens.revokeAll(),
    issueToken: (scope = 'firefly_api,ff_apis') => tokens.issue(scope).token,
    setLatency: (ms) => {
      settings.latencyMs = ms;
    },
    setTokenSeconds: (seconds) => {
      settings.tokenSeconds = seconds;
    },
    addCustomModel: (parts = {}) => models.add(parts),
    reset: () => {
      for (const part of [jobs, quota, log, faults, models, uploads, pictures]) part.clear();
      tokens.revokeAll();
      signer.expireAll();
      settings.latencyMs = latencyMs;
      settings.tokenSeconds = tokenSeconds;
    },
  };
}
