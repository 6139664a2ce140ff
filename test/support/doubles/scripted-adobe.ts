import { deflateSync } from 'node:zlib';
import type {
  CancelOutcome,
  CustomModelsPage,
  DownloadOutcome,
  Firefly,
  JobHandle,
  Operation,
  OperationId,
  RemoteStatus,
  SubmitOutcome,
  SubmitRequest,
  UploadOutcome,
} from '../../../src/firefly/types.ts';
import { declarationOf } from '../../../src/firefly/endpoints/registry.ts';
import type { Clock } from '../../../src/shared/time/clock.ts';

/** One submit as Adobe saw it. */
export interface SeenSubmit {
  readonly at: number;
  readonly requestId: string;
  readonly prompt: string;
}

/** The signature of result URLs, which no answer to a caller may show. */
const SIGNATURE = '0123456789abcdef'.repeat(4);

interface RemoteJob {
  readonly doneAt: number;
  cancelled: boolean;
  readonly request: SubmitRequest;
}

export const A_PROBLEM = { code: 'adobe_error', message: 'Adobe had an error.', actor: 'wait', next: 'Wait.' } as const;

/**
 * Adobe behind the client's interface, for tests that need hours of time or thousands of runs; the wire is tested
 * elsewhere, against the emulator. It keeps its own log of what reached it, and follows a script of outcomes.
 */
export class ScriptedAdobe implements Firefly {
  readonly account: string;
  /** What reached Adobe, in order; tests judge by this. */
  readonly submits: SeenSubmit[] = [];
  readonly cancels: string[] = [];
  statusReads = 0;
  downloads = 0;
  /** Sizes of the pictures that were uploaded. */
  readonly uploads: number[] = [];
  readonly uploadScript: UploadOutcome[] = [];
  /** Bodies as they were sent. */
  readonly bodies: unknown[] = [];
  /** Outcomes for the next submits; an empty script accepts. `lost` reaches Adobe, but the answer never comes back. */
  readonly script: (SubmitOutcome | 'lost' | 'hang')[] = [];
  readonly statusScript: RemoteStatus[] = [];
  readonly downloadScript: DownloadOutcome[] = [];
  /** Thrown by the next `prepare`s. */
  readonly prepareScript: unknown[] = [];
  /** Requests for custom models, and what the next ones throw. */
  listings = 0;
  readonly listingScript: Error[] = [];
  durationMs = 5_000;
  latencyMs = 400;
  /** A limiter of its own, as strict as Adobe's: submits in any 60 seconds. */
  perMinute: number | undefined;
  /** How often the limiter refused. */
  refusals = 0;
  urlLifetimeMs = 3_600_000;
  /** What every operation makes, in place of what its declaration says. */
  media: 'still' | 'video' | undefined;
  readonly #jobs = new Map<string, RemoteJob>();
  readonly #clock: Clock;

  constructor(clock: Clock, account = 'scripted') {
    this.account = account;
    this.#clock = clock;
  }

  operation(id: OperationId): Operation {
    const { limits } = declarationOf(id);
    return { limits: { ...limits, result: { ...limits.result, media: this.media ?? limits.result.media } } };
  }

  prepare(): Promise<void> {
    const error = this.prepareScript.shift();
    // eslint-disable-next-line typescript/prefer-promise-reject-errors
    return error === undefined ? Promise.resolve() : Promise.reject(error as Error);
  }

  async submit(request: SubmitRequest, options: { requestId: string; signal?: AbortSignal }): Promise<SubmitOutcome> {
    const step = this.script.shift();
    if (typeof step === 'object' && step.kind === 'not_sent') return step;
    await this.#clock.sleep(this.latencyMs / 2);
    this.bodies.push(request.body);
    const windowed = this.submits.filter(({ at }) => this.#clock.now() - at < 60_000);
    if (this.perMinute !== undefined && windowed.length >= this.perMinute) {
      this.refusals += 1;
      return { kind: 'rate_limited', retryAfterMs: 60_000, problem: { ...A_PROBLEM, code: 'rate_limited' } };
    }
    const { prompt } = request.body as { prompt: string };
    this.submits.push({ at: this.#clock.now(), requestId: options.requestId, prompt });
    const jobId = `urn:ff:jobs:test:${this.submits.length}`;
    if (step === undefined || step === 'lost') {
      this.#jobs.set(jobId, { doneAt: this.#clock.now() + this.durationMs, cancelled: false, request });
    }
    if (step === 'hang')
      await new Promise<void>((resolve) => options.signal?.addEventListener('abort', () => resolve()));
    await this.#clock.sleep(this.latencyMs / 2);
    if (step === 'lost' || step === 'hang') {
      return { kind: 'unknown', problem: { ...A_PROBLEM, code: 'outcome_unknown' } };
    }
    if (step !== undefined) return step;
    return { kind: 'accepted', handle: { jobId, statusUrl: `https://x/${jobId}`, cancelUrl: undefined } };
  }

  status(handle: JobHandle): Promise<RemoteStatus> {
    this.statusReads += 1;
    const scripted = this.statusScript.shift();
    if (scripted) return Promise.resolve(scripted);
    const job = this.#jobs.get(handle.jobId ?? '');
    if (!job) return Promise.resolve({ kind: 'gone', problem: A_PROBLEM });
    if (job.cancelled) return Promise.resolve({ kind: 'cancelled' });
    const now = this.#clock.now();
    if (now < job.doneAt) {
      return Promise.resolve({ kind: 'running', status: 'running', progress: undefined, retryAfterMs: undefined });
    }
    const { numVariations = 1 } = job.request.body as { numVariations?: number };
    return Promise.resolve({
      kind: 'succeeded',
      size: { width: 1, height: 1 },
      contentClass: undefined,
      altText: '',
      promptHasDeniedWords: false,
      promptHasBlockedArtists: false,
      outputs: Array.from({ length: numVariations }, (_, place) => ({
        url: `https://storage/${handle.jobId}/${place}?X-Amz-Signature=${SIGNATURE}&signed=${now}`,
        expiresAt: now + this.urlLifetimeMs,
        seed: place + 1,
      })),
    });
  }

  cancel(handle: JobHandle): Promise<CancelOutcome> {
    this.cancels.push(handle.jobId ?? '');
    const job = this.#jobs.get(handle.jobId ?? '');
    if (!job) return Promise.resolve({ kind: 'gone' });
    if (this.#clock.now() >= job.doneAt) return Promise.resolve({ kind: 'too_late' });
    job.cancelled = true;
    return Promise.resolve({ kind: 'requested' });
  }

  /** One pixel, or a plain picture of the size that the job was asked for. */
  #picture(url: string): Buffer {
    const jobId = [...this.#jobs.keys()].find((id) => url.includes(`/${id}/`));
    const { size } = (this.#jobs.get(jobId ?? '')?.request.body ?? {}) as { size?: { width: number; height: number } };
    return size ? plainPicture(size, this.downloads) : onePixel(this.downloads);
  }

  async download(url: string, sink: (chunk: Uint8Array) => Promise<void> | void): Promise<DownloadOutcome> {
    this.downloads += 1;
    const scripted = this.downloadScript.shift();
    if (scripted) return scripted;
    const png = this.#picture(url);
    await sink(png.subarray(0, 20));
    await sink(png.subarray(20));
    return { kind: 'complete', contentType: 'image/png', bytes: png.length };
  }

  upload(bytes: Uint8Array): Promise<UploadOutcome> {
    this.uploads.push(bytes.length);
    return Promise.resolve(
      this.uploadScript.shift() ?? { kind: 'stored', uploadId: `00000000-0000-4000-8000-${this.uploads.length}` },
    );
  }

  customModels(): Promise<CustomModelsPage> {
    this.listings += 1;
    const error = this.listingScript.shift();
    if (error) return Promise.reject(error);
    return Promise.resolve({ models: [], total: 0, nextStart: undefined });
  }

  secrets(): readonly string[] {
    return [];
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A PNG of one pixel whose grey depends on `shade`, so that contents differ. */
export function onePixel(shade: number): Buffer {
  const head = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 16, 0, 0, 0, 0]);
  const data = deflateSync(Buffer.from([0, shade >> 8, shade & 255]));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

const plainData = new Map<string, Buffer>();

/** A black PNG of this size; `mark` makes contents differ. */
function plainPicture({ width, height }: { width: number; height: number }, mark: number): Buffer {
  const key = `${width}x${height}`;
  const data = plainData.get(key) ?? deflateSync(Buffer.alloc(height * (1 + Math.ceil(width / 8))), { level: 1 });
  plainData.set(key, data);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 1;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const text = chunk('tEXt', Buffer.from(`mark\0${mark}`, 'latin1'));
  return Buffer.concat([signature, chunk('IHDR', head), text, chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
