import type { Clock } from '../shared/clock.ts';
import type { Random } from '../shared/random.ts';
import type { Fate } from './policy.ts';
import type { PixelSize } from './sizes.ts';

/** Name of the one shard, as it stands in every job's URN. */
const SHARD = 'emu1';
/** The first part of a job's time, in which it waits for its turn. */
const PENDING_SHARE = 0.2;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const URN = /^urn:ff:jobs:[a-z0-9-]+:(?<uuid>[0-9a-f-]{36})$/i;

/** A picture that is drawn when it is downloaded. */
export interface Drawing extends PixelSize {
  readonly id: string;
  readonly prompt: string;
  readonly seed: number;
  /** Model header, with the custom model's name where there is one. */
  readonly model: string;
  readonly mimeType: MimeType;
}

/** What `x-accept-mimetype` may ask for. */
export type MimeType = 'image/jpeg' | 'image/png' | 'image/webp';

/** What an operation asks of a new job. */
export interface JobOrder {
  readonly fate: Exclude<Fate, { kind: 'refused' }>;
  readonly latencyMs: number;
  readonly size: PixelSize;
  readonly drawings: readonly Drawing[];
  /** Members of the result besides size, outputs and denied words. */
  readonly extras: Readonly<Record<string, unknown>>;
}

/** A job and how far it has come. */
export interface Job extends JobOrder {
  readonly id: string;
  readonly urn: string;
  /** Monotonic. */
  readonly createdAt: number;
  /** `requested` until one status answer has said `cancel_pending`. */
  cancel: 'none' | 'requested' | 'done';
}

/** Where a job stands; progress in percent. */
export type JobPhase =
  | { readonly status: 'pending' | 'cancel_pending' | 'cancelled' | 'timeout' | 'succeeded' | 'failed' }
  | { readonly status: 'running'; readonly progress: number };

/** The jobs and the pictures that belong to them, for as long as the emulator lives. */
export class JobBook {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #jobs = new Map<string, Job>();
  readonly #drawings = new Map<string, Drawing>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  create(order: JobOrder): Job {
    const id = this.#random.uuid();
    const job: Job = {
      ...order,
      id,
      urn: `urn:ff:jobs:${SHARD}:${id}`,
      createdAt: this.#clock.monotonic(),
      cancel: 'none',
    };
    this.#jobs.set(id, job);
    for (const drawing of order.drawings) this.#drawings.set(drawing.id, drawing);
    return job;
  }

  /** By URN or bare UUID. `malformed` is neither. */
  find(jobId: string): Job | 'unknown' | 'malformed' {
    const uuid = (URN.exec(jobId)?.groups?.['uuid'] ?? jobId).toLowerCase();
    if (!UUID.test(uuid)) return 'malformed';
    return this.#jobs.get(uuid) ?? 'unknown';
  }

  drawing(id: string): Drawing | undefined {
    return this.#drawings.get(id);
  }

  /** Where the job stands now. Reading changes nothing. */
  phase(job: Job): JobPhase {
    if (job.cancel === 'requested') return { status: 'cancel_pending' };
    if (job.cancel === 'done') return { status: 'cancelled' };
    const share = job.latencyMs <= 0 ? 1 : (this.#clock.monotonic() - job.createdAt) / job.latencyMs;
    if (share >= 1) return { status: job.fate.kind };
    if (share < PENDING_SHARE) return { status: 'pending' };
    return { status: 'running', progress: Math.floor((100 * (share - PENDING_SHARE)) / (1 - PENDING_SHARE)) };
  }

  clear(): void {
    this.#jobs.clear();
    this.#drawings.clear();
  }
}
