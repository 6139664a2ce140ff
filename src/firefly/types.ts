import type { ProblemRecord } from '../shared/errors.ts';
import type { CustomModel, CustomModelsQuery } from './contract/custom-models.ts';
import type { UploadMimeType } from './contract/upload.ts';
import type { OperationId } from './endpoints/registry.ts';

export type { OperationId };

/** One paid request, ready to be sent as it is. */
export interface SubmitRequest {
  readonly operation: OperationId;
  /** Value of `x-model-version`; always sent where the operation has the header. */
  readonly model: string | undefined;
  /** The JSON body; valid against the operation's contract. */
  readonly body: unknown;
}

/**
 * What Adobe gave us to find the job again, exactly as given: nothing is validated here, because it is stored before
 * anything else happens. Links are checked when they are followed.
 */
export interface JobHandle {
  readonly jobId: string | undefined;
  readonly statusUrl: string | undefined;
  readonly cancelUrl: string | undefined;
}

/**
 * How a submit ended (`reliability.md` §4d). Exactly one of these; a submit never throws for anything that the network
 * or Adobe does.
 */
export type SubmitOutcome =
  /** Adobe has the job. At least `jobId` or `statusUrl` is there. */
  | { readonly kind: 'accepted'; readonly handle: JobHandle }
  /** Adobe said no for good: 400, 403, 404, 413, 415, 422, 451. */
  | { readonly kind: 'refused'; readonly problem: ProblemRecord }
  /** 401. The next try uses a fresh token, where one can be had; one more try is allowed. */
  | { readonly kind: 'unauthorized'; readonly problem: ProblemRecord }
  /** 429. `retryAfterMs` is what Adobe asked for, if it could be read. */
  | { readonly kind: 'rate_limited'; readonly retryAfterMs: number | undefined; readonly problem: ProblemRecord }
  /** Proof that no byte of this request left: it may be sent again. `noToken`: there was no token to send it with. */
  | { readonly kind: 'not_sent'; readonly problem: ProblemRecord; readonly noToken?: boolean }
  /** It may have been accepted and charged. Never repeated by itself. */
  | { readonly kind: 'unknown'; readonly problem: ProblemRecord };

/** One result that Adobe offers for download. */
export interface RemoteOutput {
  /** Signed URL. Shown to nobody but the owner of the job resource. */
  readonly url: string;
  /** When the URL lapses, epoch milliseconds: from its own signature, else one hour from now. */
  readonly expiresAt: number;
  readonly seed: number | undefined;
}

/**
 * What a status request said. Never throws: connection failures, refused or missing credentials (after one renewal of
 * the token) and an aborted signal are `transient`, and the problem says which.
 */
export type RemoteStatus =
  /** Pending, running, cancel_pending, or a status that we do not know. `progress` in percent. */
  | {
      readonly kind: 'running';
      readonly status: string;
      readonly progress: number | undefined;
      readonly retryAfterMs: number | undefined;
    }
  | {
      readonly kind: 'succeeded';
      readonly outputs: readonly RemoteOutput[];
      readonly size: { readonly width: number; readonly height: number } | undefined;
      readonly contentClass: string | undefined;
      /** Cleaned; empty when Adobe gave none. */
      readonly altText: string;
      readonly promptHasDeniedWords: boolean;
      readonly promptHasBlockedArtists: boolean;
    }
  | { readonly kind: 'failed'; readonly problem: ProblemRecord }
  | { readonly kind: 'cancelled' }
  /** Adobe's own `timeout`. */
  | { readonly kind: 'timed_out'; readonly problem: ProblemRecord }
  /** 404, or an id that Adobe does not take: nothing more can be learnt. */
  | { readonly kind: 'gone'; readonly problem: ProblemRecord }
  /** 429 on the status route. */
  | { readonly kind: 'rate_limited'; readonly retryAfterMs: number | undefined }
  /** 5xx, a broken connection, an unreadable answer: ask again later. */
  | { readonly kind: 'transient'; readonly retryAfterMs: number | undefined; readonly problem: ProblemRecord }
  /** The link is not one that a token may be sent to, and no id is known to build one from. */
  | { readonly kind: 'untrusted_link'; readonly problem: ProblemRecord };

/** What a cancel request said. */
export type CancelOutcome =
  /** 200 without a body, or 409 `job_already_canceled`: the status will say `cancelled`. */
  | { readonly kind: 'requested' }
  /** 409 `job_completed`: Adobe finished first. */
  | { readonly kind: 'too_late' }
  /** 404, 410: Adobe does not know the job, or not yet; the status route tells what became of it. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'rate_limited'; readonly retryAfterMs: number | undefined }
  /**
   * 409 `job_cancel_failed`, 5xx, a broken connection, a page in place of an answer, refused credentials, an aborted
   * signal, an untrusted link.
   */
  | { readonly kind: 'transient'; readonly problem: ProblemRecord };

/** One page of custom models. */
export interface CustomModelsPage {
  readonly models: readonly CustomModel[];
  readonly total: number | undefined;
  /** `start` of the next page; undefined on the last one. */
  readonly nextStart: string | undefined;
}

/** How an upload ended. Uploads cost nothing and are repeated by the caller. */
export type UploadOutcome =
  | { readonly kind: 'stored'; readonly uploadId: string }
  /** 400, 403, 413, 415, 451: this picture will not be taken. */
  | { readonly kind: 'refused'; readonly problem: ProblemRecord }
  | { readonly kind: 'rate_limited'; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'transient'; readonly problem: ProblemRecord };

/** Takes a download's bytes as they come. */
export type ByteSink = (chunk: Uint8Array) => Promise<void> | void;

/** How a download ended. Never throws for what the network or the storage does. */
export type DownloadOutcome =
  /** Every byte was handed to the sink, and the length was as announced. */
  | { readonly kind: 'complete'; readonly contentType: string | undefined; readonly bytes: number }
  /** 403, 404, 410: the signed URL no longer works. A status request may give a fresh one. */
  | { readonly kind: 'expired' }
  /** Over the size limit, or refused by the address check. */
  | { readonly kind: 'refused'; readonly problem: ProblemRecord }
  | { readonly kind: 'transient'; readonly problem: ProblemRecord };

/** Adobe Firefly, as the job engine sees it. Throws `Problem` where a method says so, else answers as data. */
export interface Firefly {
  /** Hash of API origin and client id: what quota, uploads and caches belong to. */
  readonly account: string;
  /**
   * Makes sure that a token is at hand, so that a permit is not spent on waiting for one.
   * @throws Problem `credentials_missing`, `credentials_refused`, `access_token_expired`, `adobe_unreachable`,
   * `adobe_error`; the signal's reason when it aborts first
   */
  prepare(signal?: AbortSignal): Promise<void>;
  /**
   * Sends one paid request on a fresh connection. `requestId` becomes `x-request-id`.
   * Aborting the signal before the request is sent gives `not_sent`, after it `unknown`.
   * A missing token is fetched first; where that fails, the outcome is `not_sent`. A body or model that breaks the
   * operation's contract is `refused` with actor `us`, and nothing is sent.
   */
  submit(request: SubmitRequest, options: { requestId: string; signal?: AbortSignal }): Promise<SubmitOutcome>;
  /** Stores a picture at Adobe; the id can be used in later requests. Free, and safe to repeat. */
  upload(bytes: Uint8Array, mimeType: UploadMimeType, signal?: AbortSignal): Promise<UploadOutcome>;
  status(handle: JobHandle, signal?: AbortSignal): Promise<RemoteStatus>;
  cancel(handle: JobHandle, signal?: AbortSignal): Promise<CancelOutcome>;
  /**
   * Names and other texts are cleaned.
   * @throws Problem for anything but a page; `RateLimited` for a 429, `interrupted` for an aborted signal
   */
  customModels(query: CustomModelsQuery, signal?: AbortSignal): Promise<CustomModelsPage>;
  /** Fetches a result without credentials. At most `maxBytes` are handed on. Throws only what the sink throws. */
  download(url: string, sink: ByteSink, options: { maxBytes: number; signal?: AbortSignal }): Promise<DownloadOutcome>;
  /** Known secrets, for redaction. */
  secrets(): readonly string[];
  close(): Promise<void>;
}
