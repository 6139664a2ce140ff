import type { Drift } from './drawing/edits/drift.ts';
import type { EmulatedModel } from './state/emulated-model.ts';
import type { Fault } from './faults.ts';
import type { JobStatus } from './state/jobs.ts';
import type { LoggedRequest, Phase } from './state/request-log.ts';
import type { Upload } from './state/uploads.ts';
import type { EmulatorContext } from './context.ts';

/** A job as the control API shows it. */
interface JobView {
  /** URN, as in `statusUrl`. */
  readonly jobId: string;
  readonly operation: string;
  readonly model: string;
  readonly prompt: string;
  readonly status: JobStatus;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Milliseconds that the job takes from then on. */
  readonly durationMs: number;
  /** Seeds of the job's pictures, in the order of the result. */
  readonly seeds: readonly number[];
}

/** Control API for tests: changes an emulator's behaviour and reads its state. No part of Adobe's API. */
export interface EmulatorControl {
  /** Logged requests, oldest first; with `phase`, only those of that phase. */
  requests(phase?: Phase): readonly LoggedRequest[];
  /** Logged requests to paid operations, refused ones too. A quota has to be judged by their `headAt`. */
  submits(): readonly LoggedRequest[];
  /** Jobs that exist, oldest first. Reading them does not change their status. */
  jobs(): readonly JobView[];
  /** Every upload since the start or the last `reset`, oldest first, with its bytes. */
  uploads(): readonly Upload[];
  /** Applies a fault to the next `times` (default 1) requests of its phase. Faults of one phase form a queue. */
  next(fault: Fault, times?: number): void;
  /** Number of queued faults that were not applied yet. */
  faultsLeft(): number;
  /** Number of scripted entries that wait, however often each is to strike. */
  faultEntries(): number;
  /** Number of custom models. */
  customModels(): number;
  /** Expires every result URL that was issued so far. A status read signs new ones. */
  expireUrls(): void;
  /** Expires every upload id that was issued so far, as after its seven days. */
  expireUploads(): void;
  /** Revokes every token that was issued so far: requests with them get 401013. */
  revokeTokens(): void;
  /** Issues a valid token without a request to IMS. */
  issueToken(scope?: string): string;
  /** Sets the duration of jobs that are submitted from now on, milliseconds. */
  setLatency(ms: number): void;
  /** Sets the lifetime of tokens that are issued from now on, seconds. */
  setTokenSeconds(seconds: number): void;
  /** Sets how far fills and expands that are submitted from now on change what they keep. */
  setDrift(drift: Drift): void;
  /** Adds a custom model; missing fields are those of a published style model on Image 4. */
  addCustomModel(fields?: Partial<EmulatedModel>): EmulatedModel;
  /** Clears jobs, uploads, tokens, quota, log, faults and added models, and restores latency, token lifetime and drift. */
  reset(): void;
}

/** The control API of one emulator. */
export function createControl(context: EmulatorContext): EmulatorControl {
  const { settings, log, jobs, faults, tokens, models, uploads, quota, signer, pictures } = context;
  const { latencyMs, tokenSeconds, drift: initialDrift } = settings;
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
        durationMs: job.durationMs,
        seeds: job.plan.pictures.map(({ seed }) => seed),
      })),
    uploads: () => uploads.list().map((upload) => ({ ...upload })),
    next: (fault, times = 1) => faults.add(fault, times),
    faultsLeft: () => faults.waiting,
    faultEntries: () => faults.entries,
    customModels: () => models.count,
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
    setDrift: (drift) => {
      settings.drift = drift;
    },
    addCustomModel: (fields = {}) => models.add(fields),
    reset: () => {
      for (const store of [jobs, quota, log, faults, models, uploads, pictures]) store.clear();
      tokens.revokeAll();
      signer.expireAll();
      settings.latencyMs = latencyMs;
      settings.tokenSeconds = tokenSeconds;
      settings.drift = initialDrift;
    },
  };
}
