import type { ProblemRecord } from '../../shared/errors.ts';

/** One result that Adobe offers for download. */
export interface RemoteOutput {
  /** Signed URL; shown in the owner's job resource only. Empty for a result that the answer holds itself. */
  readonly url: string;
  /** The result itself, where it came in the answer in place of a link. */
  readonly content?: Uint8Array | undefined;
  /** Expiry of the URL, epoch milliseconds: by its signature, else an hour from now. */
  readonly expiresAt: number;
  readonly seed: number | undefined;
  /** Place of the output in Adobe's list, from 0; undefined where it is that in the list of these outputs. */
  readonly place?: number | undefined;
}

/** Outputs that may have been made and cannot be had from the answer. Texts are cleaned. */
export interface UnreadOutputs {
  readonly count: number;
  readonly assets: readonly string[];
  readonly keys: readonly string[];
}

/**
 * Outcome of a status request, which never throws: connection failures, refused credentials and aborts are `transient`.
 */
export type RemoteStatus =
  /** `pending`, `running`, `cancel_pending` or an unknown status. `progress` in percent. */
  | {
      readonly kind: 'running';
      readonly status: string;
      readonly progress: number | undefined;
      readonly retryAfterMs: number | undefined;
      /** Results that the answer to an unknown status names: all of them, or those that are made so far. */
      readonly made?: Extract<RemoteStatus, { kind: 'succeeded' }> | undefined;
    }
  | {
      readonly kind: 'succeeded';
      /** Empty only where Adobe says that words of the prompt are the reason. */
      readonly outputs: readonly RemoteOutput[];
      /** Why single results are missing, as far as Adobe says. */
      readonly failures?: readonly ProblemRecord[];
      /** Outputs that name no result and no reason, with the ids of Adobe's assets that they name, and the keys of the answer. */
      readonly unread?: UnreadOutputs | undefined;
      readonly size: { readonly width: number; readonly height: number } | undefined;
      readonly contentClass: string | undefined;
      /** Cleaned text; empty by default. */
      readonly altText: string;
      readonly promptHasDeniedWords: boolean;
      readonly promptHasBlockedArtists: boolean;
    }
  | { readonly kind: 'failed'; readonly problem: ProblemRecord }
  | { readonly kind: 'cancelled' }
  /** Adobe's status `timeout`. */
  | { readonly kind: 'timed_out'; readonly problem: ProblemRecord }
  /** Adobe says that the job succeeded, and no result can be read. `keys` are those of the answer. */
  | {
      readonly kind: 'unreadable';
      readonly keys: readonly string[];
      readonly retryAfterMs: number | undefined;
      readonly problem: ProblemRecord;
    }
  /** Adobe's own code `unknown_job_id`. Some of its servers learn of a job late, so one answer decides nothing. */
  | { readonly kind: 'gone'; readonly problem: ProblemRecord }
  /** 429 on the status route. */
  | { readonly kind: 'rate_limited'; readonly retryAfterMs: number | undefined }
  /** Anything else, such as 5xx, 4xx about the request, a page, a broken connection; to be retried later. */
  | { readonly kind: 'transient'; readonly retryAfterMs: number | undefined; readonly problem: ProblemRecord }
  /** The link must not receive a token, and no id is known to build another one. */
  | { readonly kind: 'untrusted_link'; readonly problem: ProblemRecord };
