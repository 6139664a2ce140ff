import type { OperationId, SubmitRequest } from '../../../firefly/types.ts';
import type { ExactEdit } from '../../../images/composites/exact-edit.ts';
import type { ImageFacts, Still } from '../../../images/types.ts';
import type { AdobeRequest } from './adobe-request.ts';
import type { DrawnMask } from './drawn-mask.ts';
import type { SaveRequest } from '../saves/save-order.ts';

/** One paid request, as a tool hands it to the queue; `Id` narrows it to one operation. */
export type PaidRequest<Id extends OperationId = OperationId> = RequestFacts &
  AdobeRequest<Id> & { readonly drawn?: DrawnMask | undefined };

/** A request as the row of a job keeps it: no type ties its body to its operation any more. */
export type StoredRequest = RequestFacts & SubmitRequest;

/** What is kept of a request besides what Adobe is asked for. */
interface RequestFacts {
  /** Name of the tool. */
  readonly tool: string;
  /** The pictures of these places; their bytes are in the blob store. */
  readonly pictures?: readonly Still[] | undefined;
  /** Arguments of the call that describe the pictures, for calls that begin with them (`like`). */
  readonly arguments?: Readonly<Record<string, unknown>> | undefined;
  /** The files that its pictures become once they are made; no part of what makes two calls identical. */
  readonly saveAs?: SaveRequest | undefined;
  /** How the answer is put into the caller's picture; undefined where it is the result as it comes. */
  readonly edit?: ExactEdit | undefined;
  /** Pictures asked for. */
  readonly count: number;
  /** Pixels of the result, where they are known beforehand. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  /** Recorded with each picture. */
  readonly facts: ImageFacts;
  /** Sentences for the caller, such as which value was adjusted. */
  readonly warnings: readonly string[];
}
