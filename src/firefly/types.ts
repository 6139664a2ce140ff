import type { ProblemRecord } from '../shared/errors.ts';
import type { CustomModel, CustomModelsQuery } from './contract/custom-models.ts';
import type { UploadMimeType } from './contract/upload.ts';
import type { z } from 'zod';
import type { ModelHeaderRule } from './endpoints/paid-endpoint.ts';
import type { OperationId, PAID_ENDPOINTS } from './endpoints/registry.ts';
import type { OperationLimits } from './families/limits.ts';
import type { RemoteOutput, RemoteStatus } from './families/remote-status.ts';
import type { JobHandle } from './job-handle.ts';

export type { JobHandle, OperationId, RemoteOutput, RemoteStatus };

/** What other rooms know of a paid operation. */
export interface Operation {
  readonly limits: OperationLimits;
}

/** The part of an endpoint's declaration that the type system sees. */
type Declared<Id extends OperationId> = (typeof PAID_ENDPOINTS)[Id];

/** Body of an operation, derived from its contract. */
export type BodyOf<Id extends OperationId> = z.input<Declared<Id>['body']>;

/** Value of an operation's model header; undefined for one without that header. */
export type ModelOf<Id extends OperationId> =
  Declared<Id>['model'] extends ModelHeaderRule<infer Model> ? Model : undefined;

/** One paid request as it was read from the store, ready to be sent: the client checks it against the contract first. */
export interface SubmitRequest {
  readonly operation: OperationId;
  /** Value of the operation's model header; undefined for an operation without one. */
  readonly model: string | undefined;
  /** The JSON body; valid against the operation's contract. */
  readonly body: unknown;
}

/**
 * Outcome of a submit (docs/jobs.md#submit-outcomes). A submit never throws for anything that the network or Adobe
 * does.
 */
export type SubmitOutcome =
  /** Adobe has the job. At least `jobId` or `statusUrl` is known, but where the answer has the results already: `made`. */
  | {
      readonly kind: 'accepted';
      readonly handle: JobHandle;
      readonly made?: Extract<RemoteStatus, { kind: 'succeeded' }> | undefined;
    }
  /** Adobe refused for good: 400, 403, 404, 413, 415, 422, 451. */
  | { readonly kind: 'refused'; readonly problem: ProblemRecord }
  /** 401. The token was dropped; one retry with a fresh token is allowed. */
  | { readonly kind: 'unauthorized'; readonly problem: ProblemRecord }
  /** 429. `retryAfterMs` is undefined without a readable `Retry-After`. */
  | { readonly kind: 'rate_limited'; readonly retryAfterMs: number | undefined; readonly problem: ProblemRecord }
  /** Provably, no byte was sent, so a retry is safe. `noToken`: no token was available. */
  | { readonly kind: 'not_sent'; readonly problem: ProblemRecord; readonly noToken?: boolean }
  /**
   * Adobe may have accepted and charged the request. Never retried automatically. `byPage`: something between answered,
   * and would answer other requests too.
   */
  | { readonly kind: 'unknown'; readonly problem: ProblemRecord; readonly byPage?: boolean };

/** Outcome of a cancel request; never throws. */
export type CancelOutcome =
  /** 200 without a body or with an empty one, or 409 `job_already_canceled`; the status becomes `cancelled`. */
  | { readonly kind: 'requested' }
  /** 409 `job_completed`: Adobe finished first. */
  | { readonly kind: 'too_late' }
  /** 404 or 410: Adobe does not know the job, or not yet; the status route decides. */
  | { readonly kind: 'gone' }
  /** Any other answer of 4xx or 5xx, such as 409 `job_cancel_failed`: to be repeated, and told. */
  | { readonly kind: 'refused'; readonly problem: ProblemRecord }
  | { readonly kind: 'rate_limited'; readonly retryAfterMs: number | undefined }
  /** Nothing was sent: jobs of this operation cannot be cancelled. */
  | { readonly kind: 'impossible' }
  /** A broken connection, a page, an unreadable answer, no token, an aborted signal or an untrusted link. */
  | { readonly kind: 'transient'; readonly problem: ProblemRecord };

/** One page of custom models. */
export interface CustomModelsPage {
  readonly models: readonly CustomModel[];
  readonly total: number | undefined;
  /** `start` of the next page; undefined on the last one. */
  readonly nextStart: string | undefined;
}

/** Outcome of an upload; never throws. Uploads are free. */
export type UploadOutcome =
  | { readonly kind: 'stored'; readonly uploadId: string }
  /** 400, 401, 403, 404, 413, 415, 422, 451: Adobe does not accept this picture. */
  | { readonly kind: 'refused'; readonly problem: ProblemRecord }
  | { readonly kind: 'rate_limited'; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'transient'; readonly problem: ProblemRecord };

/** Receives the bytes of a download in order. */
export type ByteSink = (chunk: Uint8Array) => Promise<void> | void;

/** Outcome of a download. */
export type DownloadOutcome =
  /** The sink received every byte, and the length was the announced one. */
  | { readonly kind: 'complete'; readonly contentType: string | undefined; readonly bytes: number }
  /** 403, 404, 410: the signed URL has expired. A status request may return a fresh one. */
  | { readonly kind: 'expired' }
  /** Over the size limit, or refused by the address check. */
  | { readonly kind: 'refused'; readonly problem: ProblemRecord }
  /** `isCut`: the body had another length than was announced; what came may be whole by its own form. */
  | { readonly kind: 'transient'; readonly problem: ProblemRecord; readonly isCut?: boolean };

/** Adobe Firefly as the job engine uses it. Methods return failures as data unless they declare a throw. */
export interface Firefly {
  /** Hash of API origin and client id, or of the account's name: the owner of jobs, quota and caches. */
  readonly account: string;
  /** Owner of upload ids where that is not the account: an emulator does not know those of an earlier one. */
  readonly uploadOwner?: string;
  /** @throws Error for an unknown operation, such as that of a job which a newer version of this program has stored */
  operation(id: OperationId): Operation;
  /**
   * Ensures that a token is available, so that no permit is held while one is fetched.
   * @throws Problem `credentials_missing`, `credentials_refused`, `access_token_expired`, `adobe_unreachable`,
   * `adobe_error`; the signal's reason if it aborts first
   */
  prepare(signal?: AbortSignal): Promise<void>;
  /**
   * Sends one paid request on a fresh connection. `requestId` becomes `x-request-id`. An abort before the request is
   * sent gives `not_sent`, a later one `unknown`. A missing token is fetched first; if that fails, the outcome is
   * `not_sent`. A body or model that violates the operation's contract is `refused` with actor `us`; nothing is sent.
   */
  submit(request: SubmitRequest, options: { requestId: string; signal?: AbortSignal }): Promise<SubmitOutcome>;
  /** Stores a picture at Adobe; later requests can use the id. Free and safe to retry. */
  upload(bytes: Uint8Array, mimeType: UploadMimeType, signal?: AbortSignal): Promise<UploadOutcome>;
  /**
   * Status of a job of this operation. `way` counts the ways to it: Adobe's link first, then the route of the service by
   * the job's id, and so on in turn; for a job with one way only it changes nothing.
   * @throws Error as `operation`
   */
  status(handle: JobHandle, operation: OperationId, signal?: AbortSignal, way?: number): Promise<RemoteStatus>;
  /** @throws Error as `operation` */
  cancel(handle: JobHandle, operation: OperationId, signal?: AbortSignal, way?: number): Promise<CancelOutcome>;
  /**
   * Lists custom models; all texts are cleaned.
   * @throws RateLimited for a 429; Problem `interrupted` for an aborted signal, else as Adobe's error is mapped
   */
  customModels(query: CustomModelsQuery, signal?: AbortSignal): Promise<CustomModelsPage>;
  /** Downloads a result without credentials. The sink receives `maxBytes` at most. Throws only errors of the sink. */
  download(url: string, sink: ByteSink, options: { maxBytes: number; signal?: AbortSignal }): Promise<DownloadOutcome>;
  /** Known secrets, for redaction. */
  secrets(): readonly string[];
  close(): Promise<void>;
}
