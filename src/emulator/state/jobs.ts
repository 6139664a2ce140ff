import type { Clock } from '../../shared/time/clock.ts';
import type { Random } from '../../shared/random.ts';
import type { PictureSpec } from '../drawing/picture.ts';
import type { Behaviour } from '../rules/trigger-words.ts';
import { DAY_MS } from '../../shared/time/durations.ts';

/** Adobe's statuses (OpenAPI `JobPollPayload`, `JobSucceededPayload`). */
export type JobStatus = 'pending' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'cancel_pending' | 'timeout';

/** The job that a submit requests. */
export interface JobPlan {
  /** Adobe's operation id. */
  readonly operation: string;
  readonly pictures: readonly PictureSpec[];
  readonly width: number;
  readonly height: number;
  readonly behaviour: Behaviour;
  readonly contentClass?: string | undefined;
  /** Image 5 only. */
  readonly altText?: string | undefined;
  /** Form of the results; by default that of the image operations. */
  readonly results?: 'presigned' | 'video' | 'sizeless' | undefined;
  readonly prompt: string;
  readonly model: string;
}

/** One picture of a job; its id is part of its URL. */
interface JobPicture {
  readonly id: string;
  readonly spec: PictureSpec;
}

/** A job. Its status is not stored: it follows from the clock, the plan and a cancel request. */
export interface Job {
  readonly uuid: string;
  /** `urn:ff:jobs:<shard>:<uuid>`. */
  readonly urn: string;
  /** Wall time, epoch milliseconds. */
  readonly createdAt: number;
  /** Monotonic, milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly plan: JobPlan;
  readonly pictures: readonly JobPicture[];
  /** `reported` after a status read that returned `cancel_pending`. */
  cancel: 'no' | 'requested' | 'reported';
}

/** Shard in the URN of every job, in the position where Adobe has it. */
const SHARD = 'emu000001';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const URN = /^urn:ff:jobs:[a-z0-9-]+:([0-9a-f-]{36})$/i;
/** Share of a job's duration in which it is pending. */
const PENDING_SHARE = 0.15;
const LONGEST_PENDING_MS = 500;
/** Retention of jobs. A third party reports that Adobe keeps them for about a day. */
const KEPT_MS = DAY_MS;

/** The uuid of a job id, which is a URN or a bare uuid; undefined for anything else. */
export function jobUuid(text: string): string | undefined {
  const uuid = URN.exec(text)?.[1] ?? text;
  return UUID.test(uuid) ? uuid.toLowerCase() : undefined;
}

/** Status and progress (percent) of a job at the monotonic time `now`. */
export function statusOf(job: Job, now: number): { readonly status: JobStatus; readonly progress: number } {
  if (job.cancel !== 'no') return { status: job.cancel === 'requested' ? 'cancel_pending' : 'cancelled', progress: 0 };
  const elapsed = now - job.startedAt;
  const { end } = job.plan.behaviour;
  if (elapsed >= job.durationMs && end.kind !== 'never') return { status: end.kind, progress: 100 };
  const pending = Math.min(job.durationMs * PENDING_SHARE, LONGEST_PENDING_MS);
  if (elapsed < pending) return { status: 'pending', progress: 0 };
  return { status: 'running', progress: Math.min(99, Math.floor((100 * elapsed) / Math.max(job.durationMs, 1))) };
}

/** The jobs and pictures of one emulator. */
export class JobStore {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #jobs = new Map<string, Job>();
  readonly #pictures = new Map<string, PictureSpec>();

  constructor({ clock, random }: { clock: Clock; random: Random }) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Stores a new job that runs for `durationMs`. */
  add(plan: JobPlan, durationMs: number): Job {
    this.#evictOld();
    const uuid = this.#random.uuid();
    const pictures = plan.pictures.map((spec) => ({ id: this.#random.uuid(), spec }));
    const job: Job = {
      uuid,
      urn: `urn:ff:jobs:${SHARD}:${uuid}`,
      createdAt: this.#clock.now(),
      startedAt: this.#clock.monotonic(),
      durationMs,
      plan,
      pictures,
      cancel: 'no',
    };
    this.#jobs.set(uuid, job);
    for (const { id, spec } of pictures) this.#pictures.set(id, spec);
    return job;
  }

  find(uuid: string): Job | undefined {
    this.#evictOld();
    return this.#jobs.get(uuid);
  }

  picture(id: string): PictureSpec | undefined {
    return this.#pictures.get(id);
  }

  /** Every stored job with its status, oldest first. */
  list(): readonly { readonly job: Job; readonly status: JobStatus }[] {
    const now = this.#clock.monotonic();
    return [...this.#jobs.values()].map((job) => ({ job, status: statusOf(job, now).status }));
  }

  clear(): void {
    this.#jobs.clear();
    this.#pictures.clear();
  }

  /** Evicts jobs over the retention. Jobs are in the order of arrival, so the first young one ends the search. */
  #evictOld(): void {
    const limit = this.#clock.monotonic() - KEPT_MS;
    for (const job of this.#jobs.values()) {
      if (job.startedAt > limit) return;
      this.#jobs.delete(job.uuid);
      for (const { id } of job.pictures) this.#pictures.delete(id);
    }
  }
}
